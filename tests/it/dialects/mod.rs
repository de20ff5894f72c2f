//! One trace that crosses five dialects: each service reports its span in its own, at the port
//! where its library would look, and the agent shows one tree.

mod send;
mod thrift;

use std::process::Command;

use campanile_tests::process::Agent;
use campanile_tests::wait::until;
use serde_json::Value;

use crate::PROCESS;

const AGENT: &str = "
receivers:
  opencensus: {endpoint: '127.0.0.1:0'}
  otlp: {protocols: {grpc: {endpoint: '127.0.0.1:0'}, http: {endpoint: '127.0.0.1:0'}}}
  zipkin: {endpoint: '127.0.0.1:0'}
  jaeger: {protocols: {thrift_compact: {endpoint: '127.0.0.1:0'}}}
exporters:
  store:
extensions:
  zpages: {endpoint: '127.0.0.1:0'}
service:
  extensions: [zpages]
  pipelines:
    traces: {receivers: [jaeger, opencensus, otlp, zipkin], exporters: [store]}
  telemetry: {metrics: {address: '127.0.0.1:0'}}
";

/// The trace.
const TRACE: [u8; 16] = *b"\x4b\xf9\x2f\x35\x77\xb3\x4d\xa6\xa3\xce\x92\x9d\x0e\x0e\x47\x36";

/// When the first span starts, in nanoseconds since the Unix epoch.
const START: u64 = 1_800_000_000_000_000_000;

/// A span of the chain: each is the child of the one before, and a millisecond later.
#[derive(Clone, Copy, Debug)]
struct Link {
    number: u8,
    service: &'static str,
}

impl Link {
    fn id(self) -> [u8; 8] {
        [0, 0, 0, 0, 0, 0, 0, self.number]
    }

    /// The id of the span before; nothing for the first.
    fn parent(self) -> Option<[u8; 8]> {
        (self.number > 1).then(|| [0, 0, 0, 0, 0, 0, 0, self.number - 1])
    }

    /// Start and end in nanoseconds.
    fn times(self) -> (u64, u64) {
        let start = START + u64::from(self.number) * 1_000_000;
        (start, start + 50_000_000)
    }
}

const CHAIN: [Link; 5] = [
    link(1, "by-opencensus"),
    link(2, "by-otlp-grpc"),
    link(3, "by-otlp-json"),
    link(4, "by-zipkin"),
    link(5, "by-jaeger"),
];

const fn link(number: u8, service: &'static str) -> Link {
    Link { number, service }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_that_crosses_five_dialects_is_one_tree() {
    let agent = Agent::start(PROCESS, AGENT).await;
    let [opencensus, otlp_grpc, otlp_json, zipkin, jaeger] = CHAIN;
    send::opencensus(agent.address("opencensus.endpoint"), opencensus).await;
    send::otlp_grpc(agent.address("otlp.protocols.grpc.endpoint"), otlp_grpc).await;
    send::otlp_json(agent.address("otlp.protocols.http.endpoint"), otlp_json).await;
    send::zipkin(agent.address("zipkin.endpoint"), zipkin).await;
    let udp = agent.address("jaeger.protocols.thrift_compact.endpoint");
    send::jaeger(udp, jaeger).await;

    let id = const_hex::encode(TRACE);
    let trace = until(|| async {
        let trace = agent.api(&format!("/api/v1/traces/{id}")).await?;
        match spans(&trace).len() {
            5 => Ok(trace),
            count => Err(format!("{count} spans")),
        }
    });
    let trace = trace.await;
    let came_by = [
        "opencensus over grpc from 127.0.0.1",
        "otlp over grpc from 127.0.0.1",
        "otlp over http from 127.0.0.1",
        "zipkin over http from 127.0.0.1",
        "jaeger over thrift_compact from 127.0.0.1",
    ];
    for ((span, link), origin) in spans(&trace).iter().zip(CHAIN).zip(came_by) {
        let parent = link.parent().map(const_hex::encode);
        assert_eq!(span["span_id"], const_hex::encode(link.id()), "{span}");
        assert_eq!(span["parent_span_id"].as_str(), parent.as_deref(), "{span}");
        assert_eq!(span["service"], link.service, "{span}");
        assert_eq!(span["duration_nanos"], 50_000_000, "{span}");
        assert_eq!(span["origin"], origin);
    }
    assert_eq!(depths(&printed(&agent, &id)), [0, 1, 2, 3, 4]);
}

fn spans(trace: &Value) -> &[Value] {
    trace["spans"].as_array().map_or(&[], Vec::as_slice)
}

/// What `campanile trace ID` prints.
fn printed(agent: &Agent, id: &str) -> String {
    let output = Command::new(PROCESS)
        .args(["agent", "trace", id, "--endpoint"])
        .arg(agent.url("zpages.endpoint"))
        .output()
        .expect("the command runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// How deep each service of the chain is drawn, in levels below the first.
fn depths(tree: &str) -> Vec<usize> {
    let column = |link: &Link| {
        let line = tree.lines().find(|line| line.contains(link.service));
        let line = line.unwrap_or_else(|| panic!("{} is not in\n{tree}", link.service));
        let before = line.split(link.service).next().unwrap_or_default();
        before.chars().count()
    };
    let columns: Vec<_> = CHAIN.iter().map(column).collect();
    let mut levels = columns.clone();
    levels.sort_unstable();
    levels.dedup();
    let level = |column: &usize| levels.binary_search(column).expect("a level of its own");
    columns.iter().map(level).collect()
}
