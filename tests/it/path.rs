//! The span's journey, as the README tells it: one step of the test per row of its table.

use std::fs;
use std::path::PathBuf;

use campanile_middleware::CurrentSpan;
use campanile_tests::http;
use campanile_tests::process::Agent;
use campanile_tests::sink::Sink;
use campanile_tests::wait::until;
use opentelemetry::baggage::BaggageExt as _;
use reqwest::Response;
use serde_json::Value;
use tempfile::TempDir;

use crate::services::{self, Services};
use crate::{AGENT, PROCESS};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_span_travels_from_a_header_to_every_exporter() {
    let journey = Journey::begin().await;
    let answer = journey.request().await;
    let server = journey.row_1_header_to_context();
    journey.row_2_context_to_span(&server);
    journey.row_3_span_ends_once(answer).await;
    journey.row_4_span_to_queue();
    journey.rows_5_and_6_queue_to_wire_to_network();
    journey.row_7_network_to_receiver().await;
    journey.row_8_receiver_to_pipeline().await;
    journey.row_9_pipeline_to_exporter().await;
}

/// An agent that keeps spans and passes them on to a backend and a file, and two services.
struct Journey {
    agent: Agent,
    backend: Sink,
    file: PathBuf,
    services: Services,
    _folder: TempDir,
}

impl Journey {
    async fn begin() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("traces.jsonl");
        let backend = Sink::start().await;
        let exporters = format!(
            "  store:\n  otlp: {{endpoint: '{}', tls: {{insecure: true}}}}\n  file: {{path: '{}'}}\n",
            backend.address(),
            file.display(),
        );
        let configuration = AGENT
            .replace("  store:\n", &exporters)
            .replace("exporters: [store]", "exporters: [store, otlp, file]");
        let agent = Agent::start(PROCESS, &configuration).await;
        let services = services::start(&agent).await;
        Self {
            agent,
            backend,
            file,
            services,
            _folder: folder,
        }
    }

    /// Calls the front as a traced caller would. Its body is still to come.
    async fn request(&self) -> Response {
        let request = http()
            .get(format!("{}/carts/7", self.services.url))
            .header("traceparent", format!("00-{TRACE}-{CALLER}-01"))
            .header("tracestate", "vendor=opaque")
            .header("baggage", "tenant=acme");
        request.send().await.expect("the front answers")
    }

    /// Ids, tracestate and baggage of the caller are the handler's.
    fn row_1_header_to_context(&self) -> CurrentSpan {
        let seen = self
            .services
            .seen
            .front
            .lock()
            .expect("not poisoned")
            .take();
        let span = seen.expect("the handler was called");
        assert_eq!(span.span_context().trace_id().to_string(), TRACE);
        assert_eq!(
            span.span_context().trace_state().get("vendor"),
            Some("opaque")
        );
        let tenant = span
            .context()
            .baggage()
            .get("tenant")
            .map(ToString::to_string);
        assert_eq!(tenant.as_deref(), Some("acme"));
        span
    }

    /// The front has a span of its own, and the back was called from below it.
    fn row_2_context_to_span(&self, server: &CurrentSpan) {
        let server = server.span_context().span_id().to_string();
        assert_ne!(server, CALLER);
        let headers = self
            .services
            .seen
            .back_headers
            .lock()
            .expect("not poisoned")
            .clone();
        let parent = headers["traceparent"].to_str().expect("ASCII").to_owned();
        assert_eq!(parent.get(3..35), Some(TRACE));
        assert!(
            ![server.as_str(), CALLER].contains(&&parent[36..52]),
            "{parent}"
        );
        assert_eq!(headers["tracestate"], "vendor=opaque");
        assert_eq!(headers["baggage"], "tenant=acme");
    }

    /// The client's span has ended; the server's lives as long as its response body.
    async fn row_3_span_ends_once(&self, answer: Response) {
        assert_eq!(self.services.front.stats().ended, 1);
        let last_piece = self
            .services
            .seen
            .last_piece
            .lock()
            .expect("not poisoned")
            .take();
        last_piece
            .expect("the body waits")
            .send("bells".into())
            .expect("the body is polled");
        assert_eq!(answer.bytes().await.expect("the body is whole"), "bells");
        until(async || match self.services.front.stats().ended {
            2 => Ok(()),
            ended => Err(ended),
        })
        .await;
    }

    /// Everything that ended waits or was sent; nothing was dropped.
    fn row_4_span_to_queue(&self) {
        for guard in [&self.services.front, &self.services.back] {
            let stats = guard.stats();
            assert_eq!(
                (stats.queued + stats.sent, stats.dropped.total()),
                (stats.ended, 0)
            );
        }
    }

    /// After a flush, the agent has taken all of it.
    fn rows_5_and_6_queue_to_wire_to_network(&self) {
        for guard in [&self.services.front, &self.services.back] {
            tokio::task::block_in_place(|| guard.flush()).expect("the agent takes everything");
            let stats = guard.stats();
            assert_eq!((stats.sent, stats.connected), (stats.ended, true));
        }
        // Front: one server and one client span. Back: one server span. Each ended once.
        let ended = [&self.services.front, &self.services.back].map(|guard| guard.stats().ended);
        assert_eq!(ended, [2, 1]);
    }

    /// Each protocol's receiver has accepted what was sent over it.
    async fn row_7_network_to_receiver(&self) {
        let accepted = "otelcol_receiver_accepted_spans";
        assert_eq!(
            self.agent
                .metric(accepted, &[r#"receiver="opencensus""#])
                .await,
            2
        );
        assert_eq!(
            self.agent.metric(accepted, &[r#"receiver="otlp""#]).await,
            1
        );
    }

    /// The lane of every exporter has received every span.
    async fn row_8_receiver_to_pipeline(&self) {
        for exporter in ["store", "otlp", "file"] {
            let label = format!("exporter=\"{exporter}\"");
            let name = "campanile_delivery_received_items";
            assert_eq!(self.agent.metric(name, &[&label]).await, 3, "{exporter}");
        }
    }

    /// The backend, the file and the store have one connected trace.
    async fn row_9_pipeline_to_exporter(&self) {
        until(async || match self.backend.spans() {
            spans if spans.len() == 3 => Ok(()),
            spans => Err(spans),
        })
        .await;
        assert!(
            self.backend
                .spans()
                .iter()
                .all(|span| span.trace_id == TRACE)
        );
        until(async || match fs::read_to_string(&self.file) {
            Ok(lines) if lines.matches(TRACE).count() == 3 => Ok(()),
            other => Err(other),
        })
        .await;
        let trace = until(async || stored(&self.agent).await).await;
        let chain = chain(&trace);
        let chain: Vec<_> = chain
            .iter()
            .map(|(service, name)| (&**service, &**name))
            .collect();
        let expected = [
            ("front", "GET /carts/{id}"),
            ("front", "GET"),
            ("back", "GET /stock/{item}"),
        ];
        assert_eq!(chain, expected);
    }
}

/// The trace as the store has it, once it has all three spans.
async fn stored(agent: &Agent) -> Result<Value, String> {
    let trace = agent.api(&format!("/api/v1/traces/{TRACE}")).await?;
    let spans = trace["spans"].as_array().map_or(0, Vec::len);
    if spans == 3 {
        Ok(trace)
    } else {
        Err(format!("{spans} spans"))
    }
}

/// Service and name of each span, from the one whose parent is the caller down.
fn chain(trace: &Value) -> Vec<(String, String)> {
    let spans = trace["spans"].as_array().expect("a list of spans");
    let mut parent = Value::from(CALLER);
    let mut chain = Vec::new();
    while let Some(span) = spans.iter().find(|span| span["parent_span_id"] == parent) {
        let text = |key: &str| span[key].as_str().expect("text").to_owned();
        chain.push((text("service"), text("name")));
        parent = span["span_id"].clone();
    }
    chain
}
