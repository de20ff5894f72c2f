//! The program that the README begins with, and an agent that it sends its span to.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use crate::{DEADLINE, example};

/// Where the README's program listens.
const ADDRESS: &str = "127.0.0.1:3000";

/// An agent on ports that the system chooses, and where they are.
async fn agent() -> (Child, Value) {
    let configuration = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/quickstart.yaml");
    let ready = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hello_axum_agent.json");
    // What an agent before this one left.
    let _ = std::fs::remove_file(&ready);
    let mut command = example(env!("CARGO_BIN_EXE_quickstart"));
    command
        .args(["agent", "run", "--config"])
        .arg(configuration);
    command.arg("--ready-file").arg(&ready);
    let log = std::fs::File::create(ready.with_extension("log"));
    command.stderr(log.expect("a file for its log"));
    let process = command.spawn().expect("it was built");
    let listening = until(async || std::fs::read(&ready).ok()).await;
    let listening = serde_json::from_slice(&listening).expect("the ready file is JSON");
    (process, listening)
}

/// Looks again, up to the deadline, until there is something to see.
async fn until<T>(look: impl AsyncFn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(DEADLINE, looking)
        .await
        .expect("it happens in time")
}

async fn get(client: &reqwest::Client, url: &str) -> Option<String> {
    let answer = client.get(url).send().await.ok()?.error_for_status().ok()?;
    answer.text().await.ok()
}

#[tokio::test]
async fn hello_axum_greets_and_its_span_reaches_the_agent() {
    if let Err(error) = std::net::TcpListener::bind(ADDRESS) {
        println!("skipped: the port of the README's program is taken: {error}");
        return;
    }
    // Fails only when there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let (_agent, listening) = agent().await;
    let listener = |key: &str| format!("http://{}", listening[key].as_str().expect(key));
    let otlp = listener("otlp.protocols.grpc.endpoint");

    let mut command = example(env!("CARGO_BIN_EXE_hello_axum"));
    let program = command.env("CAMPANILE_AGENT_ENDPOINT", otlp).spawn();
    let _program = program.expect("it was built");
    let url = format!("http://{ADDRESS}/hello/you");
    let greeting = until(async || get(&client, &url).await).await;
    assert_eq!(greeting, "Hello, you!\n");

    let traces = format!("{}/api/v1/traces", listener("zpages.endpoint"));
    let trace = until(async || {
        let page: Value = serde_json::from_str(&get(&client, &traces).await?).ok()?;
        Some(page["traces"].as_array()?.first()?.clone())
    });
    let trace = trace.await;
    let found = (&trace["service"], &trace["name"], &trace["spans"]);
    let service = Value::from("unknown_service:hello_axum");
    let name = Value::from("GET /hello/{name}");
    assert_eq!(found, (&service, &name, &Value::from(1)));
}
