//! What the quickstart does, step by step.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::processes::{self, AgentAddresses, Process};
use crate::verdict;
use crate::{Done, Failure};

/// What the shop is asked for: one request, one trace each.
const ITEMS: [&str; 3] = ["bell", "rope", "clapper"];

/// How long the spans of a request may take to reach the agent's store.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the whole story in a runtime of its own.
pub(crate) fn run(keep: bool) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(tell(keep))
}

async fn tell(keep: bool) -> Done {
    let configuration = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/quickstart.yaml");
    let (agent, addresses) = processes::agent(&configuration).await?;
    let pages = format!("http://{}", addresses.get("zpages.endpoint")?);
    println!("The agent runs; its pages are at {pages}/debug/tracez\n");
    let (services, shop) = start_services(&addresses).await?;
    let traces = send_requests(&shop).await?;
    for trace in &traces {
        wait_and_print(&pages, trace).await?;
    }
    println!(
        "{} requests, {} traces, every one complete.",
        ITEMS.len(),
        traces.len()
    );
    if keep {
        println!("Everything keeps running. Ctrl-C ends it. Try:");
        println!("  curl http://{shop}/checkout/bell");
        println!("  cargo run --bin campanile -- traces --endpoint {pages}");
        tokio::signal::ctrl_c().await?;
    }
    for service in services {
        service.finish().await?;
    }
    agent.stop().await
}

/// Starts the services from the last to the first, so that each can be told whom to call. All that
/// makes the shop report over OpenCensus and the others over OTLP is their environment.
async fn start_services(agent: &AgentAddresses) -> Result<(Vec<Process>, String), Failure> {
    let otlp = format!("http://{}", agent.get("otlp.protocols.grpc.endpoint")?);
    let opencensus = format!("http://{}", agent.get("opencensus.endpoint")?);
    let over_otlp = ("CAMPANILE_AGENT_ENDPOINT", otlp);
    let over_opencensus = [
        ("CAMPANILE_AGENT_PROTOCOL", "opencensus".to_owned()),
        ("CAMPANILE_AGENT_ENDPOINT", opencensus),
    ];
    let (pricing, address) =
        processes::service("pricing", std::slice::from_ref(&over_otlp)).await?;
    let calls = ("PRICING_ADDRESS", address);
    let (inventory, address) = processes::service("inventory", &[over_otlp, calls]).await?;
    let [protocol, endpoint] = over_opencensus;
    let calls = ("INVENTORY_ADDRESS", address);
    let (shop, address) = processes::service("shop", &[protocol, endpoint, calls]).await?;
    Ok((vec![shop, inventory, pricing], address))
}

/// Sends one request per item and returns the trace ids that the shop answered with.
async fn send_requests(shop: &str) -> Result<Vec<String>, Failure> {
    let client = processes::http_client()?;
    let mut traces = Vec::new();
    for item in ITEMS {
        let url = format!("http://{shop}/checkout/{item}");
        let answer = client.get(&url).send().await?.error_for_status()?;
        let answer: Value = answer.json().await?;
        println!("GET /checkout/{item} -> {}", answer["quote"]);
        traces.push(
            answer["trace_id"]
                .as_str()
                .ok_or("the shop answers with a trace id")?
                .into(),
        );
    }
    println!();
    Ok(traces)
}

/// Waits until the agent has the whole trace, then prints it as `campanile trace` does.
async fn wait_and_print(pages: &str, trace: &str) -> Done {
    let client = processes::http_client()?;
    let deadline = Instant::now() + PATIENCE;
    while let Err(missing) = verdict::complete(&client, pages, trace).await {
        if Instant::now() > deadline {
            return Err(format!("trace {trace} is not complete: {missing}").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut command = tokio::process::Command::new(std::env::current_exe()?);
    command.args(["agent", "trace", trace, "--endpoint", pages]);
    processes::isolate(&mut command);
    if !command.status().await?.success() {
        return Err(format!("trace {trace} could not be printed").into());
    }
    println!("  {pages}/trace/{trace}\n");
    Ok(())
}
