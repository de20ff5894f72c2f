//! What OTLP has and OpenCensus has not.

use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use campanile_wire::otlp::{self, Limits, Signal};
use proptest::prelude::*;
use prost::Message as _;
use serde_json::{Value, json};

use super::super::translate::messages;
use super::round_trip::{canonical, there_and_back};
use crate::payload::Payload;
use crate::receivers::opencensus::translate_message;

/// The only element of each of these lists, one in the other.
fn only<'v>(value: &'v Value, lists: &[&str]) -> &'v Value {
    lists.iter().fold(value, |value, list| {
        let found = value[*list].as_array().map(Vec::as_slice);
        match found {
            Some([only]) => only,
            other => panic!("{list}: {other:?}"),
        }
    })
}

fn request_of(signal: Signal, request: &Value) -> Vec<u8> {
    otlp::json::decode(signal, request.to_string().as_bytes()).expect("valid")
}

#[test]
fn what_only_otlp_has_comes_back_as_it_was_or_as_attributes() {
    let span = json!({
        "traceId": "01".repeat(16), "spanId": "02".repeat(8), "name": "a", "kind": 5,
        "flags": 257, "startTimeUnixNano": "1", "endTimeUnixNano": "2",
        "status": {"code": 1}, "droppedEventsCount": 3,
        "attributes": [{"key": "list", "value": {"arrayValue": {"values": [{"intValue": "1"}]}}}],
        "links": [{"traceId": "03".repeat(16), "spanId": "04".repeat(8), "flags": 256}],
    });
    let request = json!({"resourceSpans": [{
        "resource": {
            "attributes": [{"key": "service.name", "value": {"stringValue": "s"}}],
            "droppedAttributesCount": 4,
        },
        "schemaUrl": "https://example.com/1",
        "scopeSpans": [{
            "scope": {"name": "lib", "version": "1", "droppedAttributesCount": 2},
            "schemaUrl": "https://example.com/2",
            "spans": [span],
        }],
    }]});
    let back = there_and_back(Signal::Traces, request_of(Signal::Traces, &request));
    let back = canonical(Signal::Traces, &back);
    let resource = only(&back, &["resourceSpans"]);
    let text = resource["resource"].to_string();
    for key in [
        "otel.schema_url",
        "otel.dropped_attributes_count",
        "service.name",
    ] {
        assert!(text.contains(key), "{text}");
    }
    let found = only(resource, &["scopeSpans", "spans"]);
    for key in [
        "kind",
        "flags",
        "status",
        "droppedEventsCount",
        "startTimeUnixNano",
        "links",
    ] {
        assert_eq!(found[key], span[key], "{key}");
    }
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let expected = [
        text("list", "[1]"),
        json!({"key": "otel.scope.dropped_attributes_count", "value": {"intValue": "2"}}),
        text("otel.scope.name", "lib"),
        text("otel.scope.schema_url", "https://example.com/2"),
        text("otel.scope.version", "1"),
    ];
    assert_eq!(found["attributes"], Value::from(expected.to_vec()));
}

#[test]
fn sums_of_every_kind_and_metadata_are_the_same_again() {
    for (temporality, monotonic) in [(1, true), (1, false), (2, true), (2, false)] {
        let metric = json!({
            "name": "m",
            "metadata": [{"key": "prometheus.type", "value": {"stringValue": "counter"}}],
            "sum": {
                "dataPoints": [{"asInt": "7", "timeUnixNano": "5"}],
                "aggregationTemporality": temporality,
                "isMonotonic": monotonic,
            },
        });
        let request = json!({"resourceMetrics": [{
            "resource": {}, "scopeMetrics": [{"metrics": [metric]}],
        }]});
        let request = request_of(Signal::Metrics, &request);
        let back = canonical(
            Signal::Metrics,
            &there_and_back(Signal::Metrics, request.clone()),
        );
        let path = ["resourceMetrics", "scopeMetrics", "metrics"];
        let expected = canonical(Signal::Metrics, &request);
        assert_eq!(only(&back, &path), only(&expected, &path));
    }
}

#[test]
fn exponential_buckets_become_bounds_between_which_the_counts_add_up() {
    let point = json!({
        "count": "10", "sum": 4.0, "scale": 0, "zeroCount": "1",
        "positive": {"offset": 0, "bucketCounts": ["2", "3"]},
        "negative": {"offset": 1, "bucketCounts": ["4"]},
    });
    let request = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [
        {"name": "m", "exponentialHistogram": {
            "dataPoints": [point], "aggregationTemporality": 2,
        }},
    ]}]}]});
    let back = there_and_back(Signal::Metrics, request_of(Signal::Metrics, &request));
    let back = canonical(Signal::Metrics, &back);
    let metric = only(&back, &["resourceMetrics", "scopeMetrics", "metrics"]);
    assert_eq!(metric["histogram"]["aggregationTemporality"], 2);
    let point = only(&metric["histogram"], &["dataPoints"]);
    let bounds = json!([-4.0, -2.0, 1.0, 2.0, 4.0]);
    assert_eq!(point["explicitBounds"], bounds);
    let counts = json!(["0", "4", "1", "2", "3", "0"]);
    assert_eq!(point["bucketCounts"], counts);
}

#[test]
fn an_error_has_the_code_that_its_protocol_gave_it() {
    let table = [
        ("rpc.grpc.status_code", 5, 5),
        ("http.response.status_code", 404, 5),
        ("http.status_code", 503, 14),
        ("http.response.status_code", 500, 2),
        ("other", 404, 2),
    ];
    for (key, value, expected) in table {
        let request = json!({"resourceSpans": [{"scopeSpans": [{"spans": [{
            "traceId": "01".repeat(16), "spanId": "02".repeat(8), "status": {"code": 2},
            "attributes": [{"key": key, "value": {"intValue": value.to_string()}}],
        }]}]}]});
        let request = request_of(Signal::Traces, &request);
        let payload = Payload::parse(Signal::Traces, request.into(), &Limits::default());
        let messages = messages(&payload.expect("valid"));
        let sent = ExportTraceServiceRequest::decode(&*messages[0]).expect("valid");
        let code = sent.spans[0].status.as_ref().map(|status| status.code);
        assert_eq!(code, Some(expected), "{key} {value}");
    }
}

/// The requests of spans and metrics among the vectors.
fn vectors() -> Vec<(Signal, Vec<u8>)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/wire/otlp.json"
    );
    let text = std::fs::read_to_string(path).expect("the vectors are part of the repository");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let list = all["vectors"].as_array().expect("a list");
    let requests = list.iter().filter_map(|vector| {
        let signal = match vector["message"].as_str()?.rsplit('.').next()? {
            "ExportMetricsServiceRequest" => Signal::Metrics,
            "ExportTraceServiceRequest" => Signal::Traces,
            _ => return None,
        };
        Some((signal, const_hex::decode(vector["hex"].as_str()?).ok()?))
    });
    requests.collect()
}

#[test]
fn every_vector_keeps_its_items() {
    let vectors = vectors();
    assert!(vectors.len() >= 2, "{}", vectors.len());
    for (signal, request) in vectors {
        let count = |request: &[u8]| {
            let counts = otlp::scan(signal, request, &Limits::default());
            counts.expect("valid").items
        };
        assert_eq!(
            count(&there_and_back(signal, request.clone())),
            count(&request)
        );
    }
}

proptest! {
    /// Invalid text and wrong types are refused before they come here; everything else comes.
    #[test]
    fn any_valid_request_is_translated(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte: u8,
    ) {
        let vectors = vectors();
        let (signal, mut request) = which.get(&vectors).clone();
        let index = at.index(request.len());
        request[index] = byte;
        if otlp::check(signal, &request, &Limits::default()).is_ok() {
            let payload = Payload::parse(signal, request.into(), &Limits::default());
            for message in messages(&payload.expect("it passed the check")) {
                translate_message(signal, &message, 7).expect("it was written here");
            }
        }
    }
}
