//! The conformance suite's protocol, spoken to the example as its own process.
//!
//! The suite itself is run from outside; what it found wrong once is asserted here.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::timeout;

const TRACE_ID: &str = "12345678901234567890123456789012";
const PARENT_ID: &str = "1234567890123456";
const DEADLINE: Duration = Duration::from_secs(20);

/// A request that came back: the path's last part, the headers, the body.
type Callback = (String, HeaderMap, Value);
type Callbacks = Arc<Mutex<Vec<Callback>>>;

/// The example on a port of the system's choice, and a harness that it can call back.
struct Scene {
    service: String,
    harness: String,
    callbacks: Callbacks,
    client: reqwest::Client,
    _process: Child,
}

impl Scene {
    async fn start() -> Self {
        let callbacks = Callbacks::default();
        let harness = harness(Arc::clone(&callbacks)).await;
        // Fails only when there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (process, service) = timeout(DEADLINE, example()).await.expect("it starts");
        Self {
            service,
            harness,
            callbacks,
            client: reqwest::Client::new(),
            _process: process,
        }
    }

    /// Has the service make `calls`, and gives its status and what came back meanwhile.
    async fn post(&self, headers: &[(&str, &str)], calls: &Value) -> (StatusCode, Vec<Callback>) {
        let mut request = self.client.post(format!("{}/any/path", self.service));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = timeout(DEADLINE, request.json(calls).send()).await;
        let answer = answer.expect("it answers").expect("over HTTP");
        let seen = std::mem::take(&mut *self.callbacks.lock().expect("no test panics here"));
        (answer.status(), seen)
    }

    fn call(&self, name: &str, arguments: &Value) -> Value {
        json!({"url": format!("{}/{name}", self.harness), "arguments": arguments})
    }
}

/// Keeps every request it is sent.
async fn harness(callbacks: Callbacks) -> String {
    let keep = |State(callbacks): State<Callbacks>,
                Path(name): Path<String>,
                headers: HeaderMap,
                Json(body): Json<Value>| async move {
        let mut callbacks = callbacks.lock().expect("no test panics here");
        callbacks.push((name, headers, body));
        Json(Value::Null)
    };
    let app = Router::new()
        .route("/{name}", post(keep))
        .with_state(callbacks);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it has an address");
    // Ends with the test's runtime.
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// Starts the example without an agent, and reads where it listens.
async fn example() -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_trace_context_service"))
        .env("PORT", "0")
        .env_remove("OTEL_PROPAGATORS")
        .env_remove("OTEL_TRACES_SAMPLER")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the example was built");
    let stdout = process.stdout.take().expect("it is piped");
    let line = BufReader::new(stdout).lines().next_line().await;
    let line = line.expect("readable").expect("it says where it listens");
    let address = line.strip_prefix("listening on ").expect("an address");
    (process, address.to_owned())
}

/// Trace id, parent id and flags of the only `traceparent`.
fn traceparent(headers: &HeaderMap) -> (String, String, String) {
    let values: Vec<_> = headers.get_all("traceparent").iter().collect();
    assert_eq!(values.len(), 1, "{headers:?}");
    let fields: Vec<&str> = values[0].to_str().expect("ASCII").split('-').collect();
    assert_eq!((fields.len(), fields[0]), (4, "00"));
    (fields[1].into(), fields[2].into(), fields[3].into())
}

#[tokio::test]
async fn each_call_is_made_in_order_with_the_context_of_the_request() {
    let scene = Scene::start().await;
    let (inner, own) = (scene.call("inner", &json!([])), &scene.service);
    let calls = json!([
        scene.call("first", &json!([{"any": "json"}])),
        {"url": format!("{own}/again"), "arguments": [inner]},
    ]);
    // The random flag without the sampled one, a key that OpenTelemetry's type cannot hold, and
    // two headers where one is usual.
    let parent = format!("00-{TRACE_ID}-{PARENT_ID}-02");
    let incoming = [
        ("traceparent", parent.as_str()),
        ("tracestate", "foo=1"),
        ("tracestate", "a@b@c=2"),
    ];
    let (status, seen) = scene.post(&incoming, &calls).await;
    assert_eq!(status, StatusCode::OK);
    let names: Vec<&str> = seen.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["first", "inner"]);
    assert_eq!(seen[0].2, json!([{"any": "json"}]));
    let mut parents = vec![PARENT_ID.to_owned()];
    for (_, headers, _) in &seen {
        let (trace, parent, flags) = traceparent(headers);
        assert_eq!((trace.as_str(), flags.as_str()), (TRACE_ID, "02"));
        assert!(!parents.contains(&parent), "each call is a span of its own");
        parents.push(parent);
        assert_eq!(headers["tracestate"], "foo=1,a@b@c=2");
    }
}

#[tokio::test]
async fn a_request_that_names_no_trace_or_two_gets_a_new_one() {
    let scene = Scene::start().await;
    let calls = json!([scene.call("only", &json!([]))]);
    let parent = format!("00-{TRACE_ID}-{PARENT_ID}-01");
    let twice = [("traceparent", &*parent), ("traceparent", &*parent)];
    for incoming in [&twice[..0], &twice[..]] {
        let (status, seen) = scene.post(incoming, &calls).await;
        assert_eq!((status, seen.len()), (StatusCode::OK, 1));
        let (trace, _, flags) = traceparent(&seen[0].1);
        assert_ne!(trace, TRACE_ID);
        assert_eq!(flags, "01");
        assert!(!seen[0].1.contains_key("tracestate"));
    }
}

#[tokio::test]
async fn a_call_that_fails_is_told_and_what_is_no_list_is_refused() {
    let scene = Scene::start().await;
    let unknown = scene.call("no/such/path", &json!([]));
    let (status, seen) = scene.post(&[], &json!([unknown])).await;
    assert_eq!((status, seen), (StatusCode::BAD_GATEWAY, vec![]));
    let (status, _) = scene.post(&[], &json!({"url": 1})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}
