use campanile_wire::thrift::{Protocol, Reader};
use serde_json::json;

use super::super::batch::{post_spans, thrift_batch, thrift_call};
use super::*;
use crate::receivers::testing::{capture, event_bytes};

/// The span that all vectors hold.
fn checkout() -> Json {
    json!({
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b173",
        "parentSpanId": "eee19b7ec3c1b174",
        "name": "GET /cart",
        "kind": 2,
        "flags": 1,
        "startTimeUnixNano": "1544712660000000000",
        "endTimeUnixNano": "1544712661500000000",
        "attributes": [
            { "key": "d", "value": { "doubleValue": 2.5 } },
            { "key": "http.status_code", "value": { "intValue": "500" } },
            { "key": "bin", "value": { "bytesValue": "AAH/" } },
        ],
        "events": [{ "timeUnixNano": "1544712660100000000", "name": "cache miss" }],
        "links": [{
            "traceId": "00000000000000000000000000000001",
            "spanId": "0000000000000002",
            "attributes": [
                { "key": "opentracing.ref_type", "value": { "stringValue": "follows_from" } },
            ],
        }],
        "status": { "code": 2 },
    })
}

fn attribute(key: &str, text: &str) -> Json {
    json!({ "key": key, "value": { "stringValue": text } })
}

/// The same, whatever the order of attributes.
fn sorted(mut span: Json) -> Json {
    let list = span["attributes"].as_array_mut().expect("a list");
    list.sort_by_key(|attribute| attribute["key"].as_str().map(str::to_owned));
    span
}

#[test]
fn every_form_of_thrift_is_translated_alike() {
    let expected = json!({ "resourceSpans": [{
        "resource": { "attributes": [
            attribute("service.name", "checkout"),
            attribute("host.name", "host-1"),
            attribute("opencensus.exporterversion", "Jaeger-Go-2.30.0"),
        ] },
        "scopeSpans": [{ "spans": [checkout()] }],
    }] });
    let body = vector("wire/thrift.json", "http_batch_binary_full");
    let bare = thrift_batch(Protocol::Binary, &body).expect("a batch");
    assert_eq!(as_json(&bare), expected);
    for (protocol, name) in [
        (Protocol::Compact, "udp_emitBatch_compact_full"),
        (Protocol::Binary, "udp_emitBatch_binary_full"),
    ] {
        let datagram = vector("wire/thrift.json", name);
        let mut reader = Reader::new(protocol, &datagram);
        reader.message().expect("a call");
        assert_eq!(thrift_call(&mut reader).ok(), Some(bare.clone()), "{name}");
    }
}

#[test]
fn post_spans_is_translated_with_the_process_of_each_span() {
    let bytes = vector("wire/jaeger_zipkin_proto.json", "jaeger_post_spans");
    let request = as_json(&post_spans(&bytes).expect("a request"));
    let first = &request["resourceSpans"][0];
    let expected = [
        attribute("service.name", "checkout"),
        attribute("host.name", "host-1"),
    ];
    assert_eq!(first["resource"]["attributes"], json!(expected));
    let found = first["scopeSpans"][0]["spans"][0].clone();
    assert_eq!(sorted(found), sorted(checkout()));
    let expected = json!({
        "resource": { "attributes": [attribute("service.name", "other")] },
        "scopeSpans": [{ "spans": [{
            "traceId": "0000000000000000d269b633813fc60c",
            "spanId": "eee19b7ec3c1b173",
            "name": "64-bit id",
            "startTimeUnixNano": "1544712660000000000",
            "endTimeUnixNano": "1544712660000001000",
        }] }],
    });
    assert_eq!(request["resourceSpans"][1], expected);
}

/// The spans of a captured datagram.
fn captured(file: &str, protocol: Protocol) -> (Json, Json) {
    let (sent, events) = capture(file);
    let datagram = event_bytes(&events[0]);
    let mut reader = Reader::new(protocol, &datagram);
    reader.message().expect("a call");
    (sent, as_json(&thrift_call(&mut reader).expect("a batch")))
}

#[test]
fn jaeger_for_node_s_error_and_kinds_are_fields() {
    let (_, request) = captured("jaeger-node-udp-binary.json", Protocol::Binary);
    let spans = &request["resourceSpans"][0]["scopeSpans"][0]["spans"];
    let kinds: Vec<_> = (0..4).map(|at| spans[at]["kind"].as_i64()).collect();
    assert_eq!(kinds, [Some(3), None, None, Some(2)]);
    assert_eq!(spans[2]["status"], json!({ "code": 2 }));
    assert_eq!(spans[0]["events"][0]["name"], "cache.miss");
    assert_eq!(spans[0]["parentSpanId"], spans[3]["spanId"]);
}

#[test]
fn opentelemetry_for_go_s_scope_and_status_are_fields() {
    let (_, request) = captured("otel-go-jaeger-udp-compact-call.json", Protocol::Compact);
    let scope = &request["resourceSpans"][0]["scopeSpans"][0];
    assert_eq!(
        scope["scope"],
        json!({ "name": "shop.lib", "version": "0.9" })
    );
    let status = &scope["spans"][1]["status"];
    assert_eq!(*status, json!({ "code": 2, "message": "card declined" }));
    assert_eq!(scope["spans"].as_array().map(Vec::len), Some(3));
}
