//! JSON over HTTP.

use reqwest::{Client as HttpClient, RequestBuilder};
use serde_json::{Value, json};

use super::*;
use crate::component::Refusal;
use crate::receivers::testing::{capture, each_span, event_bytes, owners, within};

async fn both() -> Running {
    with_pipelines(on_any_port(), &[Signal::Metrics, Signal::Traces]).await
}

fn request(running: &Running, method: &str, path: &str) -> RequestBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = HttpClient::builder().no_proxy().build().expect("a client");
    let address = running.address("opencensus.endpoint");
    let method = method.parse().expect("a method");
    client.request(method, format!("http://{address}{path}"))
}

/// Status and body of the answer.
async fn answer(request: RequestBuilder) -> (u16, String) {
    let response = within(request.send()).await.expect("an answer");
    let status = response.status().as_u16();
    (status, within(response.text()).await.expect("text"))
}

pub(super) async fn post(
    running: &Running,
    path: &str,
    body: impl Into<reqwest::Body>,
) -> (u16, String) {
    answer(request(running, "POST", path).body(body)).await
}

/// The JSON form of a vector.
pub(super) fn json_of(name: &str) -> String {
    let all = vectors("wire/opencensus.json");
    let found = all.into_iter().find(|vector| vector.name == name);
    found.expect("there is such a vector").all["json"].to_string()
}

fn http(running: &Running, name: &str) -> i64 {
    running.metric(&format!(
        "otelcol_receiver_{name}{{receiver=\"opencensus\",transport=\"http\"}}"
    ))
}

#[tokio::test]
async fn opencensus_for_browsers_is_taken() {
    let running = both().await;
    let (record, events) = capture("oc-web-http.json");
    let posts = events.iter().filter(|event| event["method"] == "POST");
    for event in posts {
        let path = event["path"].as_str().expect("a path");
        let answer = post(&running, path, event_bytes(event)).await;
        assert_eq!(answer, (200, String::new()));
    }
    let mut seen = Vec::new();
    each_span(&running.recorder.taken(), |resource, span| {
        let service = resource.resource().attributes().find("service.name");
        assert_eq!(service.and_then(|name| name.as_text()), Some("oc-web-shop"));
        seen.push(json!({
            "trace_id": const_hex::encode(span.trace_id),
            "span_id": const_hex::encode(span.span_id),
            "parent_span_id": const_hex::encode(span.parent_span_id),
            "name": span.name,
        }));
    });
    assert_eq!(Value::from(seen), record["spans"]);
}

#[tokio::test]
async fn what_comes_as_json_is_what_comes_over_grpc() {
    for (path, stream_path, name) in [
        ("/v1/trace", EXPORT, "export_first_node_spans_resource"),
        ("/v1/metrics", METRICS, "metrics_first"),
    ] {
        let running = both().await;
        let accepted = post(&running, path, json_of(name)).await;
        assert_eq!(accepted, (200, String::new()));
        let stream = client(&running).await.open(stream_path).await;
        let stream = stream.expect("headers come at once");
        stream.send(vector(name)).await;
        stream.finish().await.expect("accepted");
        let taken = running.recorder.taken();
        assert_eq!(taken[0], taken[1], "{name}");
    }
}

#[tokio::test]
async fn several_objects_are_one_request_with_the_rules_of_a_stream() {
    let running = both().await;
    let node_only = json_of("export_first_node_only");
    let spans_only = json_of("export_next_spans_only");
    let body = format!("{node_only}\n{spans_only}{spans_only}");
    assert_eq!(post(&running, "/v1/trace", body).await.0, 200);
    let taken = running.recorder.taken();
    assert_eq!(taken.len(), 1);
    let expected = ("checkout".to_owned(), "GET /cart".to_owned());
    assert_eq!(owners(&taken, "service.name"), [expected.clone(), expected]);
    assert_eq!(http(&running, "accepted_spans"), 2);
}

#[tokio::test]
async fn nothing_of_a_request_is_taken_when_one_object_is_wrong() {
    let running = both().await;
    let good = json_of("export_first_node_spans_resource");
    let (status, text) = post(&running, "/v1/trace", format!("{good}{{\"spans\":7}}")).await;
    assert_eq!(status, 400);
    let error: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(error["error"]["grpc_code"], 3);
    assert_eq!(error["error"]["http_code"], 400);
    assert!(text.contains("line 1 column"), "{text}");
    let (status, text) = post(&running, "/v1/trace", json_of("export_next_spans_only")).await;
    assert_eq!(status, 400);
    assert!(text.contains("must carry a node"), "{text}");
    assert_eq!(running.recorder.taken(), []);
    assert_eq!(invalid(&running, "json"), 1);
    assert_eq!(invalid(&running, "no_node"), 1);
    assert_eq!(http(&running, "refused_spans"), 1);
}

#[tokio::test]
async fn an_empty_body_is_an_empty_stream() {
    let running = both().await;
    assert_eq!(post(&running, "/v1/trace", "").await, (200, String::new()));
    let node = json_of("export_first_node_only");
    assert_eq!(
        post(&running, "/v1/metrics", node).await,
        (200, String::new())
    );
    assert_eq!(running.recorder.taken(), []);
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let running = both().await;
    let table = [
        ("GET", "/v1/trace", 405),
        ("OPTIONS", "/v1/trace", 405),
        ("POST", "/v1/logs", 404),
    ];
    for (method, path, expected) in table {
        let (status, _) = answer(request(&running, method, path)).await;
        assert_eq!(status, expected, "{method} {path}");
    }
    let bare = with_pipelines(on_any_port(), &[]).await;
    let spans = post(&bare, "/v1/trace", json_of("export_first_node_only")).await;
    assert_eq!(spans.0, 404);
    let metrics = post(&bare, "/v1/metrics", json_of("metrics_first")).await;
    assert_eq!(metrics.0, 200);
    assert_eq!(invalid(&bare, "metrics_not_taken"), 4);
}

#[tokio::test]
async fn overload_asks_to_try_again_and_rejection_does_not() {
    let running = both().await;
    let body = json_of("export_first_node_spans_resource");
    running.recorder.refuse_once(Refusal::Overloaded {
        retry_after: Duration::from_millis(1_500),
    });
    let sent = request(&running, "POST", "/v1/trace")
        .body(body.clone())
        .send();
    let response = within(sent).await.expect("an answer");
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "2");
    running
        .recorder
        .refuse_once(Refusal::Rejected("no".to_owned()));
    assert_eq!(post(&running, "/v1/trace", body.clone()).await.0, 400);
    assert_eq!(post(&running, "/v1/trace", body).await.0, 200);
    let counts = ["accepted_spans", "refused_spans", "failed_spans"];
    assert_eq!(counts.map(|name| http(&running, name)), [1, 1, 1]);
}

#[tokio::test]
async fn bodies_are_limited_whole_and_in_what_they_become() {
    let running = both().await;
    let large = format!("{{\"node\":{{}}}}{}", " ".repeat(4 << 20));
    assert_eq!(post(&running, "/v1/trace", large).await.0, 413);
    // A node of 60 KB and 1,000 objects that each repeat it.
    let span = json!({"traceId": "W47/95gDgQPSabYzgT/GDA==", "spanId": "7uGbfsPBsXM="});
    let node = json!({"node": {"attributes": {"k": "v".repeat(60_000)}}}).to_string();
    let spans = json!({"spans": [span]}).to_string().repeat(1_000);
    let (status, text) = post(&running, "/v1/trace", format!("{node}{spans}")).await;
    assert_eq!(status, 413, "{text}");
    assert_eq!(running.recorder.taken(), []);
    assert_eq!(invalid(&running, "too_large"), 2);
}

#[tokio::test]
async fn pages_of_allowed_origins_may_post_and_others_may_not() {
    let allowed = Config {
        cors_allowed_origins: vec!["http://127.0.0.1:*".to_owned()],
        ..on_any_port()
    };
    let running = configured(allowed).await;
    let (_, events) = capture("oc-web-http.json");
    for event in &events {
        let method = event["method"].as_str().expect("a method");
        let path = event["path"].as_str().expect("a path");
        let origin = event["headers"]["Origin"].as_str().expect("an origin");
        for (origin, expected) in [(origin, Some(origin)), ("https://other.example", None)] {
            let mut request = request(&running, method, path).header("origin", origin);
            for name in [
                "Access-Control-Request-Method",
                "Access-Control-Request-Headers",
            ] {
                if let Some(value) = event["headers"][name].as_str() {
                    request = request.header(name, value);
                }
            }
            let response = within(request.body(event_bytes(event)).send()).await;
            let response = response.expect("an answer");
            assert_eq!(response.status(), 200, "{method} {origin}");
            let allowed = response.headers().get("access-control-allow-origin");
            let allowed = allowed.map(|value| value.to_str().expect("text"));
            assert_eq!(allowed, expected, "{method} {origin}");
        }
    }
}
