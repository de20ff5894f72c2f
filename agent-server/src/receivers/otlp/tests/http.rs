//! The HTTP side, with well-formed requests.

use std::io::Write as _;

use campanile_wire::otlp::response;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::{Value, json};

use super::*;
use crate::receivers::testing::{capture, event_bytes, owners};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

#[tokio::test]
async fn every_vector_is_taken_in_every_encoding() {
    let running = running().await;
    for (signal, vector) in requests() {
        let bytes = &vector.bytes;
        let bodies = [
            ("identity", bytes.clone()),
            ("gzip", gzip(bytes)),
            ("deflate", zlib(bytes)),
        ];
        for (encoding, body) in bodies {
            let request = post(&running, signal.http_path(), PROTOBUF);
            let request = request.header("content-encoding", encoding).body(body);
            let expected = (200, PROTOBUF.to_owned(), Vec::new());
            assert_eq!(
                answer(request).await,
                expected,
                "{} {encoding}",
                vector.name
            );
            let taken = running.recorder.taken();
            let last = taken.last().expect("taken");
            assert_eq!((last.signal(), &last.bytes()[..]), (signal, &bytes[..]));
        }
    }
    assert_eq!(items(&running, "accepted_spans", "http"), 3);
    assert_eq!(items(&running, "accepted_log_records", "http"), 3);
}

#[tokio::test]
async fn every_vector_in_json_means_the_same() {
    let running = running().await;
    for (signal, vector) in requests() {
        let text = vector.all["otlp_json"].to_string();
        let request = post(
            &running,
            signal.http_path(),
            "Application/JSON; charset=utf-8",
        );
        let expected = (200, JSON.to_owned(), b"{}".to_vec());
        assert_eq!(
            answer(request.body(text)).await,
            expected,
            "{}",
            vector.name
        );
        let taken = meanings(&running.recorder.taken());
        assert_eq!(taken.last(), Some(&meaning(signal, &vector.bytes)));
    }
}

#[tokio::test]
async fn json_in_all_its_forms_is_the_same_request() {
    let running = running().await;
    let plain = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{
        "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"a",
        "kind":2,"startTimeUnixNano":"1","attributes":[
            {"key":"n","value":{"intValue":"7"}},{"key":"d","value":{"doubleValue":1.5}},
            {"key":"b","value":{"bytesValue":"+/8="}},{"key":"l","value":{"arrayValue":{}}}]}]}]}]}"#;
    let odd = r#"{"resourceSpans":[{"resource":null,"instrumentationLibrarySpans":[{"spans":[{
        "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"a",
        "kind":2,"startTimeUnixNano":1,"end_time_unix_nano":9,"future":{"a":[1,null]},
        "events":null,"status":null,"traceState":null,"attributes":[
            {"key":"n","value":{"intValue":7}},{"key":"d","value":{"doubleValue":"1.5"}},
            {"key":"b","value":{"bytesValue":"-_8"}},
            {"key":"l","value":{"arrayValue":{"values":null}}}]}]}],"schemaUrl":""}]}"#;
    for text in [plain, odd] {
        let request = post(&running, "/v1/traces", JSON).body(text);
        let (status, _, body) = answer(request).await;
        assert_eq!((status, &body[..]), (200, &b"{}"[..]));
    }
    let taken = running.recorder.taken();
    assert_eq!(taken[0].bytes(), taken[1].bytes());
    for (value, bits) in [
        ("NaN", f64::NAN),
        ("Infinity", f64::INFINITY),
        ("-Infinity", -f64::INFINITY),
    ] {
        let text = format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"m","gauge":
            {{"dataPoints":[{{"asDouble":"{value}"}}]}}}}]}}]}}]}}"#
        );
        let request = post(&running, "/v1/metrics", JSON).body(text);
        assert_eq!(answer(request).await.0, 200, "{value}");
        let taken = running.recorder.taken();
        let last = taken.last().expect("taken").bytes();
        let bits = bits.to_le_bytes();
        assert!(
            last.windows(8).any(|window| window == bits),
            "{value} is kept"
        );
    }
}

#[tokio::test]
async fn opentelemetry_for_javascript_is_understood_today_s_and_yesterday_s() {
    let running = running().await;
    let mut sent = Vec::new();
    for name in ["otel-js-otlp-json-gzip.json", "otel-js-legacy025-json.json"] {
        let (record, events) = capture(name);
        for event in &events {
            let mut request = post(&running, event["path"].as_str().expect("a path"), JSON);
            if let Some(encoding) = event["headers"]["Content-Encoding"].as_str() {
                request = request.header("content-encoding", encoding);
            }
            let (status, _, body) = answer(request.body(event_bytes(event))).await;
            let body = String::from_utf8(body).expect("text");
            assert_eq!((status, body.as_str()), (200, "{}"), "{name}");
        }
        let service = record["service"].as_str().expect("text").to_owned();
        let spans = record["spans"].as_array().expect("a list");
        let name = |span: &Value| span["name"].as_str().expect("text").to_owned();
        sent.extend(spans.iter().map(|span| (service.clone(), name(span))));
    }
    let mut taken = owners(&running.recorder.taken(), "service.name");
    taken.sort();
    sent.sort();
    assert_eq!(taken, sent);
}

#[tokio::test]
async fn an_empty_request_is_a_success_and_reaches_no_pipeline() {
    let running = running().await;
    for (content_type, body) in [(PROTOBUF, ""), (JSON, "{}")] {
        let request = post(&running, "/v1/logs", content_type).body(body);
        let expected = (200, content_type.to_owned(), body.as_bytes().to_vec());
        assert_eq!(answer(request).await, expected);
    }
    assert_eq!(running.recorder.taken(), []);
}

#[tokio::test]
async fn overload_is_429_and_shutdown_503_with_when_to_come_back() {
    let running = running().await;
    let at_once = Refusal::Overloaded {
        retry_after: Duration::ZERO,
    };
    let cases = [
        (SOON, "2", 429, 8),
        (at_once, "1", 429, 8),
        (Refusal::ShuttingDown, "1", 503, 14),
    ];
    for (refusal, seconds, status, code) in cases {
        running.recorder.refuse_once(refusal.clone());
        let request = post(&running, "/v1/traces", PROTOBUF).body(trace_request());
        let response = send(request).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["retry-after"], seconds);
        assert_eq!(response.headers()[CONTENT_TYPE], PROTOBUF);
        let body = within(response.bytes()).await.expect("a body");
        assert_eq!(body, response::rpc_status(code, &refusal.to_string()));
    }
    assert_eq!(items(&running, "refused_spans", "http"), 3);
    still_serves(&running).await;
}

#[tokio::test]
async fn what_the_pipeline_will_never_take_is_a_bad_request() {
    let running = running().await;
    running.recorder.refuse_once(Refusal::Rejected("no".into()));
    let text = requests()[0].1.all["otlp_json"].to_string();
    let request = post(&running, requests()[0].0.http_path(), JSON).body(text);
    let (status, content_type, body) = answer(request).await;
    assert_eq!((status, content_type.as_str()), (400, JSON));
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body, json!({ "code": 3, "message": "rejected: no" }));
}

#[tokio::test]
async fn paths_are_as_configured() {
    let context = context("otlp");
    let mut config = on_any_port();
    config.protocols.http = Some(Http {
        endpoint: ListenAddress::loopback(0),
        traces_url_path: "/{spans}".to_owned(),
        ..Http::default()
    });
    let receiver = OtlpReceiver::new(config, context.clone());
    let running = start(Box::new(receiver), context, &[Signal::Traces]).await;
    for (path, expected) in [("/{spans}", 200), ("/v1/traces", 404), ("/v1/logs", 404)] {
        let address = running.address("otlp.protocols.http.endpoint");
        let status = raw::post_status(address, path, &trace_request()).await;
        assert_eq!(status, expected, "{path}");
    }
}

#[tokio::test]
async fn payloads_say_that_they_came_by_http_and_from_whom() {
    let running = running().await;
    let request = post(&running, "/v1/traces", PROTOBUF).body(trace_request());
    assert_eq!(answer(request).await.0, 200);
    let taken = running.recorder.taken();
    let origin = taken[0].origins().each().next().flatten();
    let origin = origin.map(ToString::to_string);
    assert_eq!(origin.as_deref(), Some("otlp over http from 127.0.0.1"));
}
