//! Input that is not what the protocol says. Each case is answered and counted, and the receiver
//! goes on.

use std::io::Write as _;

use campanile_wire::otlp::response::{rpc_status, rpc_status_json};
use campanile_wire::otlp::write::nested;
use flate2::Compression;
use flate2::write::GzEncoder;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::*;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// A trace request of one span with these bytes.
fn of_span(span: &[u8]) -> Vec<u8> {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 2, |out| {
            nested(out, 2, |out| out.extend_from_slice(span))
        });
    });
    request
}

/// A request of more spans than any library sends.
fn many_spans() -> Vec<u8> {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 2, |out| {
            out.extend((0..20_001).flat_map(|_| [0x12, 0]))
        });
    });
    request
}

/// A span of more attributes than any library sends.
fn many_attributes() -> Vec<u8> {
    of_span(&[0x4a, 0].repeat(1_025))
}

/// A resource of more attributes than any library sends, and a span.
fn many_resource_attributes() -> Vec<u8> {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 1, |out| out.extend([0x0a, 0].repeat(1_025)));
    });
    request.extend(trace_request());
    request
}

/// Requests that do not decode, and what must be said about them.
fn malformed() -> [(&'static str, Vec<u8>, &'static str); 5] {
    let mut truncated = trace_request();
    truncated.pop();
    [
        ("truncated", truncated, "truncated"),
        ("noise", vec![0xff; 12], "malformed"),
        ("a number for a resource", vec![0x08, 1], "wire type"),
        (
            "truncated attribute",
            of_span(&[0x4a, 3, 0x0a, 9, 0]),
            "truncated",
        ),
        ("name is not UTF-8", of_span(&[0x2a, 1, 0xff]), "utf-8"),
    ]
}

async fn refused(running: &Running, message: Vec<u8>) -> Status {
    let mut client = client(running).await;
    let called = client.unary(Signal::Traces.grpc_path(), message).await;
    let status = called.expect_err("refused");
    let retry = status.get_details_retry_info();
    assert!(retry.is_none(), "no use in trying again: {status:?}");
    status
}

#[tokio::test]
async fn malformed_protobuf_is_an_invalid_argument_over_grpc() {
    let running = running().await;
    let cases = malformed();
    let count = cases.len();
    for (name, bytes, expected) in cases {
        let status = refused(&running, bytes).await;
        assert_eq!(status.code(), Code::InvalidArgument, "{name}: {status:?}");
        assert!(status.message().contains(expected), "{name}: {status:?}");
    }
    assert_eq!(invalid(&running, "protobuf"), count as i64);
    assert_eq!(running.recorder.taken(), []);
    still_serves(&running).await;
}

#[tokio::test]
async fn malformed_protobuf_is_a_bad_request_over_http() {
    let running = running().await;
    let cases = malformed();
    let count = cases.len();
    for (name, bytes, expected) in cases {
        let request = post(&running, "/v1/traces", PROTOBUF).body(bytes);
        let (status, content_type, body) = answer(request).await;
        assert_eq!((status, content_type.as_str()), (400, PROTOBUF), "{name}");
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains(expected), "{name}: {text}");
        assert!(
            body.starts_with(&[0x08, 3]),
            "{name}: google.rpc.Status.code"
        );
    }
    assert_eq!(invalid(&running, "protobuf"), count as i64);
    still_serves(&running).await;
}

#[tokio::test]
async fn json_that_is_not_otlp_is_a_bad_request_that_says_where() {
    let running = running().await;
    let cases = [
        ("{", "line 1"),
        ("[]", ""),
        ("", ""),
        (
            r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SERVER"}]}]}]}"#,
            "kind",
        ),
        (
            r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}"#,
            "traceId",
        ),
    ];
    for (text, expected) in cases {
        let request = post(&running, "/v1/traces", JSON).body(text);
        let (status, content_type, body) = answer(request).await;
        assert_eq!((status, content_type.as_str()), (400, JSON), "{text}");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["code"], 3, "{text}");
        let message = body["message"].as_str().expect("text");
        assert!(message.contains(expected), "{text}: {message}");
    }
    assert_eq!(invalid(&running, "json"), cases.len() as i64);
    still_serves(&running).await;
}

#[tokio::test]
async fn too_large_is_resource_exhausted_and_never_out_of_range() {
    let running = running().await;
    let bomb = vec![0; 8 << 20];
    let mut client = client(&running).await.gzip();
    let called = client.unary(Signal::Traces.grpc_path(), bomb.clone()).await;
    let inflated = called.expect_err("refused");
    for status in [
        refused(&running, bomb).await,
        inflated,
        refused(&running, many_spans()).await,
        refused(&running, many_attributes()).await,
        refused(&running, many_resource_attributes()).await,
    ] {
        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    }
    assert_eq!(invalid(&running, "too_large"), 5);
    still_serves(&running).await;
}

#[tokio::test]
async fn too_large_is_413_before_and_after_inflating() {
    let running = running().await;
    let large = vec![0; (1 << 20) + 1];
    let bodies = [
        ("identity", large.clone()),
        ("gzip", gzip(&large)),
        // 8 MiB of nothing in 8 KiB: the ratio gives it away long before the limit does.
        ("gzip", gzip(&vec![0; 8 << 20])),
        ("gzip", gzip(&many_spans())),
        ("identity", many_spans()),
        ("identity", many_attributes()),
        ("identity", many_resource_attributes()),
        // Resources with nothing in them, and one span so that the request is not empty.
        (
            "identity",
            [[0x0a, 0].repeat(20_001), trace_request()].concat(),
        ),
    ];
    let count = bodies.len();
    for (encoding, body) in bodies {
        let request = post(&running, "/v1/traces", PROTOBUF);
        let request = request.header("content-encoding", encoding).body(body);
        let (status, content_type, body) = answer(request).await;
        assert_eq!((status, content_type.as_str()), (413, PROTOBUF));
        assert!(body.starts_with(&[0x08, 8]), "google.rpc.Status.code");
    }
    assert_eq!(invalid(&running, "too_large"), count as i64);
    still_serves(&running).await;
}

#[tokio::test]
async fn gzip_that_lies_is_a_bad_request() {
    let running = running().await;
    let mut lying = gzip(&trace_request());
    let length = lying.len() - 4;
    lying[length] ^= 1;
    let bodies = [
        lying,
        gzip(&trace_request())[..20].to_vec(),
        trace_request(),
    ];
    let count = bodies.len();
    for body in bodies {
        let request = post(&running, "/v1/traces", PROTOBUF);
        let request = request.header("content-encoding", "gzip").body(body);
        let (status, _, body) = answer(request).await;
        assert_eq!(status, 400);
        assert!(String::from_utf8_lossy(&body).contains("not valid Gzip data"));
    }
    assert_eq!(invalid(&running, "inflate"), count as i64);
    assert_eq!(running.recorder.taken(), []);
    still_serves(&running).await;
}

#[tokio::test]
async fn wrong_paths_methods_types_and_encodings_have_their_codes() {
    let running = with_pipelines(&[Signal::Traces]).await;
    let protobuf = |path| post(&running, path, PROTOBUF).body(trace_request());
    let cases = [
        (protobuf("/"), 404, PROTOBUF),
        (protobuf("/v1/traces/"), 404, PROTOBUF),
        (protobuf("/v1/logs"), 404, PROTOBUF),
        (
            post(&running, "/v1/traces", "text/plain").body("x"),
            415,
            JSON,
        ),
        (
            protobuf("/v1/traces").header("content-encoding", "br"),
            415,
            PROTOBUF,
        ),
        (
            protobuf("/v1/traces")
                .header("content-encoding", "gzip")
                .header("content-encoding", "gzip"),
            415,
            PROTOBUF,
        ),
    ];
    for (request, expected, format) in cases {
        let (status, content_type, body) = answer(request).await;
        assert_eq!((status, content_type.as_str()), (expected, format));
        assert!(!body.is_empty());
    }
    assert_eq!(invalid(&running, "content_type"), 1);
    assert_eq!(invalid(&running, "encoding"), 2);
    still_serves(&running).await;
}

#[tokio::test]
async fn other_methods_are_not_allowed_in_the_request_s_format() {
    let running = running().await;
    let message = "/v1/metrics takes POST, not GET";
    let bodies = [
        (PROTOBUF, rpc_status(12, message)),
        (JSON, rpc_status_json(12, message).into_bytes()),
    ];
    for (format, expected) in bodies {
        let address = running.address("otlp.protocols.http.endpoint");
        let request = post(&running, "/", format)
            .build()
            .expect("valid")
            .headers()
            .clone();
        let url = format!("http://{address}/v1/metrics");
        let response = send(http().get(url).headers(request)).await;
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
        assert_eq!(within(response.bytes()).await.expect("a body"), expected);
    }
    assert_eq!(invalid(&running, "method"), 2);
}

/// Posts raw gRPC frames, and gives `grpc-status` and `grpc-message`.
pub(super) async fn frames(running: &Running, encoding: &str, body: Vec<u8>) -> (String, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let address = running.address("otlp.protocols.grpc.endpoint");
    let http2 = HttpClient::builder().no_proxy().http2_prior_knowledge();
    let request = http2
        .build()
        .expect("a client")
        .post(format!("http://{address}{}", Signal::Traces.grpc_path()))
        .header(CONTENT_TYPE, "application/grpc")
        .header("grpc-encoding", encoding)
        .body(body);
    let response = send(request).await;
    let text = |name: &str| {
        let value = response.headers().get(name);
        value
            .map_or("", |value| value.to_str().expect("text"))
            .to_owned()
    };
    (text("grpc-status"), text("grpc-message"))
}

pub(super) fn frame(flag: u8, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("small");
    [&[flag][..], &length.to_be_bytes(), message].concat()
}

#[tokio::test]
async fn broken_grpc_frames_are_invalid_arguments() {
    let running = running().await;
    let message = trace_request();
    let mut lying = gzip(&message);
    let length = lying.len() - 4;
    lying[length] ^= 1;
    let cases = [
        ("no message", "identity", Vec::new()),
        ("two messages", "identity", frame(0, &message).repeat(2)),
        ("truncated", "identity", frame(0, &message)[..40].to_vec()),
        ("bad flag", "identity", frame(7, &message)),
        ("flag without encoding", "identity", frame(1, &message)),
        ("not gzip", "gzip", frame(1, &message)),
        ("lying gzip", "gzip", frame(1, &lying)),
    ];
    let count = cases.len();
    for (name, encoding, body) in cases {
        let (status, message) = frames(&running, encoding, body).await;
        assert_eq!(status, "3", "{name}: {message}");
    }
    assert_eq!(invalid(&running, "grpc"), count as i64);
    let (status, _) = frames(&running, "br", frame(1, &message)).await;
    assert_eq!(status, "12", "an unknown encoding is unimplemented");
    assert_eq!(invalid(&running, "encoding"), 1);
    assert_eq!(running.recorder.taken(), []);
    still_serves(&running).await;
}

#[tokio::test]
async fn what_is_not_grpc_is_told_so() {
    let running = running().await;
    let address = running.address("otlp.protocols.grpc.endpoint");
    let status = raw::post_status(address, "/v1/traces", &trace_request()).await;
    assert_eq!(status, 415);
    assert_eq!(invalid(&running, "content_type"), 1);
    still_serves(&running).await;
}
