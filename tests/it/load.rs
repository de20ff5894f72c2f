//! Numbered spans through a real agent: each arrives at the sink, once, and the agent's own counts
//! say so.

use std::net::SocketAddr;
use std::time::Duration;

use campanile_tests::load::encode::Protocol;
use campanile_tests::load::{send, sink};
use campanile_tests::process::Agent;
use campanile_tests::wait::until;

use crate::PROCESS;

const SPANS: u64 = 2_000;

/// How each protocol's listener is named.
const LISTENERS: [(Protocol, &str); 3] = [
    (Protocol::OtlpGrpc, "otlp.protocols.grpc.endpoint"),
    (Protocol::OtlpHttp, "otlp.protocols.http.endpoint"),
    (Protocol::Opencensus, "opencensus.endpoint"),
];

/// An agent that passes on in batches.
fn configuration(exporter: &str) -> String {
    format!(
        "
receivers:
  opencensus: {{endpoint: '127.0.0.1:0'}}
  otlp: {{protocols: {{grpc: {{endpoint: '127.0.0.1:0'}}, http: {{endpoint: '127.0.0.1:0'}}}}}}
processors:
  batch: {{timeout: 20ms}}
exporters:
  {exporter}
service:
  pipelines:
    traces: {{receivers: [opencensus, otlp], processors: [batch], exporters: [out]}}
  telemetry: {{metrics: {{address: '127.0.0.1:0'}}}}
"
    )
    .replace(
        "[out]",
        &format!("[{}]", exporter.split(':').next().unwrap_or("")),
    )
}

/// Sends over each protocol in turn, and compares what was sent, counted and received.
async fn balances(configuration: &str, tally: &sink::Tally) {
    let agent = Agent::start(PROCESS, configuration).await;
    let mut sent = 0;
    for (protocol, listener) in LISTENERS {
        let options = send::Options {
            to: agent.address(listener),
            protocol,
            spans: SPANS,
            per_request: 50,
            connections: 4,
            rate: None,
            first: sent + 1,
        };
        let report = send::send(options).await.expect("the agent takes them");
        assert_eq!(report.spans(), SPANS, "{protocol:?}: {:?}", report.outcomes);
        sent += SPANS;
    }
    assert!(
        tally.wait(sent, Duration::from_secs(20)).await,
        "{}",
        tally.to_json(sent)
    );
    let arrived = tally.to_json(sent);
    for name in ["missing", "duplicates", "foreign", "invalid"] {
        assert_eq!(arrived[name], 0, "{arrived}");
    }
    for name in [
        "otelcol_receiver_accepted_spans",
        "otelcol_exporter_sent_spans",
    ] {
        until(async || {
            let counted = agent.metric(name, &[]).await;
            if counted == sent {
                Ok(())
            } else {
                Err(counted)
            }
        })
        .await;
    }
}

#[tokio::test]
async fn every_span_arrives_once_over_grpc_with_gzip() {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let (address, tally) = sink::start(here, sink::Protocol::OtlpGrpc)
        .await
        .expect("a sink");
    let exporter = format!("otlp: {{endpoint: 'http://{address}', compression: gzip}}");
    balances(&configuration(&exporter), &tally).await;
}

#[tokio::test]
async fn every_span_arrives_once_over_http() {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let (address, tally) = sink::start(here, sink::Protocol::OtlpHttp)
        .await
        .expect("a sink");
    let exporter = format!("otlphttp: {{endpoint: 'http://{address}', compression: gzip}}");
    balances(&configuration(&exporter), &tally).await;
}
