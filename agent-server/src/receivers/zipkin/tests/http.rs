//! Well-formed requests.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::*;
use crate::receivers::testing::{each_span, vectors};

fn vector(file: &str, name: &str) -> Vec<u8> {
    let all: serde_json::Value =
        serde_json::from_str(&crate::receivers::testing::file(file)).expect("JSON");
    let list = all["vectors"].as_array().expect("a list");
    let found = list
        .iter()
        .find(|vector| vector["name"] == name)
        .expect("there");
    const_hex::decode(found["hex"].as_str().expect("text")).expect("hex")
}

#[tokio::test]
async fn every_format_is_taken_at_its_path() {
    let running = running().await;
    let proto = vector("wire/jaeger_zipkin_proto.json", "zipkin_proto3_list");
    let thrift = vector("wire/thrift.json", "zipkin_v1_thrift_list");
    let v1 = r#"[{"traceId":"a1","id":"b2","name":"v1","binaryAnnotations":[]}]"#;
    let cases = [
        ("/api/v2/spans", Some(JSON), SPAN.into()),
        ("/", None, SPAN.into()),
        (
            "/api/v2/spans",
            Some("text/plain;charset=UTF-8"),
            SPAN.into(),
        ),
        (
            "/api/v2/spans",
            Some("application/x-protobuf"),
            proto.clone(),
        ),
        ("/api/v2/spans", None, proto),
        ("/api/v1/spans", Some(JSON), v1.into()),
        (
            "/api/v1/spans",
            Some("application/x-thrift"),
            thrift.clone(),
        ),
        ("/api/v1/spans", None, thrift),
    ];
    let mut spans = 0;
    for (path, content_type, body) in cases {
        let mut request = post(&running, path).body::<Vec<u8>>(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        assert_eq!(answer(request).await, accepted(), "{path} {content_type:?}");
        spans += running.recorder.taken().last().expect("taken").items();
    }
    assert_eq!(spans, 10);
    assert_eq!(items(&running, "accepted"), 10);
}

#[tokio::test]
async fn every_encoding_is_taken() {
    let running = running().await;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(SPAN.as_bytes()).expect("in memory");
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(SPAN.as_bytes()).expect("in memory");
    let zlib = zlib.finish().expect("in memory");
    let zstd = zstd::encode_all(SPAN.as_bytes(), 1).expect("in memory");
    let bodies = [
        ("gzip", gzip.finish().expect("in memory")),
        ("deflate", zlib.clone()),
        ("zlib", zlib),
        ("zstd", zstd),
    ];
    for (encoding, body) in bodies {
        let request = post(&running, "/api/v2/spans").header("content-encoding", encoding);
        assert_eq!(answer(request.body(body)).await, accepted(), "{encoding}");
    }
    assert_eq!(items(&running, "accepted"), 4);
}

#[tokio::test]
async fn nothing_is_a_success_and_reaches_no_pipeline() {
    let running = running().await;
    for body in ["", "[]", " "] {
        for path in ["/api/v1/spans", "/api/v2/spans"] {
            assert_eq!(answer(post(&running, path).body(body)).await, accepted());
        }
    }
    assert_eq!(running.recorder.taken(), []);
}

#[tokio::test]
async fn the_debug_flag_of_the_request_is_that_of_its_spans() {
    let running = running().await;
    let request = post(&running, "/api/v2/spans").header("X-B3-Flags", "1");
    assert_eq!(answer(request.body(SPAN)).await, accepted());
    assert_eq!(
        answer(post(&running, "/api/v2/spans").body(SPAN)).await,
        accepted()
    );
    let mut flags = Vec::new();
    each_span(&running.recorder.taken(), |_, span| {
        flags.push(span.attributes().find("zipkin.debug").is_some());
    });
    assert_eq!(flags, [true, false]);
}

#[tokio::test]
async fn overload_is_429_and_shutdown_503_with_when_to_come_back() {
    let running = running().await;
    for (refusal, seconds, status) in [(SOON, "2", 429), (Refusal::ShuttingDown, "1", 503)] {
        running.recorder.refuse_once(refusal);
        let response = send(post(&running, "/api/v2/spans").body(SPAN)).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["retry-after"], seconds);
    }
    assert_eq!(items(&running, "refused"), 2);
    still_serves(&running).await;
}

#[tokio::test]
async fn what_the_pipeline_will_never_take_is_a_bad_request() {
    let running = running().await;
    running.recorder.refuse_once(Refusal::Rejected("no".into()));
    let expected = (400, "rejected: no\n".to_owned());
    assert_eq!(
        answer(post(&running, "/api/v2/spans").body(SPAN)).await,
        expected
    );
    assert_eq!(items(&running, "failed"), 1);
}

#[tokio::test]
async fn browsers_may_send_from_the_pages_that_are_allowed() {
    let config = Config {
        cors: serde_json::from_value(serde_json::json!({
            "allowed_origins": ["https://shop.example"],
        }))
        .expect("valid"),
        ..on_any_port()
    };
    let running = with(config, &[Signal::Traces]).await;
    let address = running.address("zipkin.endpoint");
    let url = format!("http://{address}/api/v2/spans");
    let preflight = client().request(reqwest::Method::OPTIONS, url);
    let preflight = preflight
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let response = send(preflight).await;
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert_eq!(
        headers["access-control-allow-origin"],
        "https://shop.example"
    );
    let request = post(&running, "/api/v2/spans").header("origin", "https://shop.example");
    let response = send(request.body(SPAN)).await;
    assert_eq!(response.status(), 202);
    assert!(
        response
            .headers()
            .contains_key("access-control-allow-origin")
    );
}

#[tokio::test]
async fn without_a_pipeline_for_traces_there_is_nothing_here() {
    let running = with(on_any_port(), &[Signal::Logs]).await;
    let (status, message) = answer(post(&running, "/api/v2/spans").body(SPAN)).await;
    assert_eq!(status, 404);
    assert_eq!(message, "no pipeline takes traces from this receiver\n");
}

#[test]
fn the_vectors_are_those_that_are_used() {
    let all = vectors("wire/jaeger_zipkin_proto.json");
    assert!(all.iter().any(|vector| vector.name == "zipkin_proto3_list"));
}
