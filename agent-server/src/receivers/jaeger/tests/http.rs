use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, StatusCode};
use serde_json::json;

use super::*;
use crate::component::Refusal;
use crate::receivers::testing::within;

const THRIFT: &str = "application/x-thrift";

/// A client that needs no TLS provider.
fn client() -> Client {
    use std::sync::Arc;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let builder = Client::builder().no_proxy().tls_backend_preconfigured(tls);
    builder.build().expect("a client")
}

async fn post(
    running: &Running,
    path: &str,
    headers: &[(reqwest::header::HeaderName, &str)],
    body: Vec<u8>,
) -> reqwest::Response {
    let address = running.address("jaeger.protocols.thrift_http.endpoint");
    let mut request = client().post(format!("http://{address}{path}")).body(body);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    within(request.send()).await.expect("an answer")
}

fn batch() -> Vec<u8> {
    vector("wire/thrift.json", "http_batch_binary_full")
}

#[tokio::test]
async fn a_bare_batch_is_accepted_with_and_without_the_format() {
    let running = running().await;
    let types = [
        THRIFT,
        "application/vnd.apache.thrift.binary",
        "Application/X-Thrift; v=1",
    ];
    for (path, kind) in [
        "/api/traces",
        "/api/traces?format=jaeger.thrift",
        "/api/traces?x=y",
    ]
    .into_iter()
    .zip(types)
    {
        let answer = post(&running, path, &[(CONTENT_TYPE, kind)], batch()).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{path} {kind}");
    }
    assert_eq!(names(&running), ["GET /cart"; 3]);
    assert_eq!(spans(&running, "accepted", "thrift_http"), 3);
}

#[tokio::test]
async fn a_compressed_body_is_inflated() {
    use std::io::Write as _;
    let running = running().await;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&batch()).expect("in memory");
    let body = encoder.finish().expect("in memory");
    let headers = [(CONTENT_TYPE, THRIFT), (CONTENT_ENCODING, "gzip")];
    let answer = post(&running, "/api/traces", &headers, body).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert_eq!(names(&running), ["GET /cart"]);
}

#[tokio::test]
async fn what_is_wrong_is_said_and_counted() {
    let running = running().await;
    let mut cut = batch();
    cut.truncate(50);
    let many = [&[15, 0, 2, 12, 0, 0, 0x4e, 0x21][..], &[0; 20_002]].concat();
    let thrift = (CONTENT_TYPE, THRIFT);
    let json = (CONTENT_TYPE, "application/json");
    let brotli = (CONTENT_ENCODING, "br");
    let table = [
        ("/api/traces", vec![json], batch(), 400, "content_type"),
        ("/api/traces", vec![], batch(), 400, "content_type"),
        ("/api/traces", vec![thrift.clone()], cut, 400, "thrift"),
        ("/api/traces", vec![thrift.clone()], many, 413, "too_large"),
        (
            "/api/traces",
            vec![thrift.clone(), brotli],
            batch(),
            415,
            "encoding",
        ),
        ("/", vec![thrift], batch(), 404, ""),
    ];
    for (path, headers, body, status, reason) in table {
        let before = invalid(&running, reason);
        let answer = post(&running, path, &headers, body).await;
        assert_eq!(answer.status(), status, "{reason}");
        if !reason.is_empty() {
            assert_eq!(invalid(&running, reason), before + 1, "{reason}");
        }
        let text = within(answer.text()).await.expect("a text");
        assert!(text.ends_with('\n') && text.len() > 10, "{text:?}");
    }
    assert_eq!(names(&running), [""; 0]);
}

#[tokio::test]
async fn spans_without_ids_are_left_out_and_counted() {
    let running = running().await;
    // Two spans: one without anything, one with ids.
    let spans = [
        &[15, 0, 2, 12, 0, 0, 0, 2, 0][..],
        &[10, 0, 1],
        &[1; 8],
        &[10, 0, 3],
        &[2; 8],
        &[0, 0],
    ];
    let answer = post(
        &running,
        "/api/traces",
        &[(CONTENT_TYPE, THRIFT)],
        spans.concat(),
    )
    .await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert_eq!(names(&running).len(), 1);
    assert_eq!(
        (invalid(&running, "trace_id"), spans_refused(&running)),
        (1, 1)
    );
}

fn spans_refused(running: &Running) -> i64 {
    spans(running, "refused", "thrift_http")
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again() {
    let running = running().await;
    let retry_after = Duration::from_millis(1_500);
    let table = [
        (Refusal::Overloaded { retry_after }, 429, Some("2")),
        (Refusal::ShuttingDown, 503, Some("1")),
        (Refusal::Rejected("no".to_owned()), 400, None),
    ];
    for (refusal, status, after) in table {
        running.recorder.refuse_once(refusal);
        let answer = post(&running, "/api/traces", &[(CONTENT_TYPE, THRIFT)], batch()).await;
        assert_eq!(answer.status(), status);
        let found = answer.headers().get(RETRY_AFTER);
        assert_eq!(
            found.map(|value| value.as_bytes()),
            after.map(str::as_bytes)
        );
    }
}

#[tokio::test]
async fn the_body_has_a_limit() {
    let more = json!({ "protocols": { "thrift_http": { "max_request_body_size": 100 } } });
    let running = configured(&more).await;
    let answer = post(&running, "/api/traces", &[(CONTENT_TYPE, THRIFT)], batch()).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(invalid(&running, "too_large"), 1);
}
