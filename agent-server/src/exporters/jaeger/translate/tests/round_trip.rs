use campanile_wire::otlp::json;
use proptest::prelude::*;

use super::*;
use crate::receivers::jaeger::post_spans;

/// The same, whatever the order of attributes, and whether what says nothing is written.
fn sorted(value: &mut Json) {
    match value {
        Json::Array(list) => {
            list.iter_mut().for_each(sorted);
            if list.iter().all(|item| item["key"].is_string()) {
                list.sort_by_key(|item| item["key"].to_string());
            }
        }
        Json::Object(map) => {
            map.retain(|_, value| *value != json!({}));
            map.values_mut().for_each(sorted);
        }
        _ => {}
    }
}

fn as_json(bytes: &[u8]) -> Json {
    let text = json::encode(Signal::Traces, bytes).expect("valid OTLP");
    let mut value = serde_json::from_str(&text).expect("JSON");
    sorted(&mut value);
    value
}

/// To Jaeger and back.
fn back(bytes: &[u8]) -> Json {
    let written = request(&[bytes]).expect("not large");
    let received = post_spans(&written.request).expect("ours can be read");
    assert_eq!(received.rejects.links, 0);
    as_json(&received.bytes)
}

#[test]
fn what_was_received_from_jaeger_is_the_same_after_another_round() {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/vectors/wire/jaeger_zipkin_proto.json"
    ));
    let all: Json = serde_json::from_str(text).expect("JSON");
    let hex = all["vectors"][0]["hex"].as_str().expect("text");
    let bytes = const_hex::decode(hex).expect("hex");
    let received = post_spans(&bytes).expect("a request").bytes;
    assert_eq!(back(&received), as_json(&received));
}

fn id(bytes: usize) -> impl Strategy<Value = String> {
    let id = prop::collection::vec(any::<u8>(), bytes - 1);
    id.prop_map(|id| format!("01{}", const_hex::encode(id)))
}

fn attributes() -> impl Strategy<Value = Json> {
    let value = prop_oneof![
        any::<bool>().prop_map(|value| json!({ "boolValue": value })),
        any::<i64>().prop_map(|value| json!({ "intValue": value.to_string() })),
        (-1e9..1e9_f64).prop_map(|value| json!({ "doubleValue": value })),
        "[a-z\u{e9}]{0,6}".prop_map(|value| json!({ "stringValue": value })),
        Just(json!({ "bytesValue": "AAH/" })),
    ];
    let map = prop::collection::btree_map("[a-d]{1,3}", value, 0..4);
    map.prop_map(|map| {
        map.iter()
            .map(|(key, value)| attribute(key, value))
            .collect()
    })
}

fn links() -> impl Strategy<Value = Vec<Json>> {
    let kind = prop::sample::select(vec!["child_of", "follows_from", "7"]);
    let link = (id(16), id(8), kind).prop_map(|(trace, span, kind)| {
        json!({
            "traceId": format!("ff{}", &trace[2..]),
            "spanId": span,
            "attributes": [attribute("opentracing.ref_type", &json!({ "stringValue": kind }))],
        })
    });
    prop::collection::vec(link, 0..3)
}

fn events() -> impl Strategy<Value = Vec<Json>> {
    let event = (
        any::<u64>(),
        "[a-z]{0,4}",
        attributes(),
        0..3_u32,
        any::<bool>(),
    )
        .prop_map(|(time, name, mut attributes, dropped, hides)| {
            if hides {
                let list = attributes.as_array_mut().expect("a list");
                list.push(attribute("event", &json!({ "stringValue": "e" })));
            }
            json!({
                "timeUnixNano": time.to_string(), "name": name, "attributes": attributes,
                "droppedAttributesCount": dropped,
            })
        });
    prop::collection::vec(event, 0..3)
}

fn spans() -> impl Strategy<Value = Json> {
    let ids = (id(16), id(8), prop::option::of(id(8)));
    let times = any::<[u64; 2]>().prop_map(|[a, b]| (a.min(b), a.max(b)));
    let status = (0..3, "[a-z]{0,3}");
    let numbers = (0..6, any::<u32>(), 0..3_u32, 0..3_u32);
    let texts = ("[a-z ]{0,6}", "(a=b)?", prop::option::of("[a-z]{1,3}"));
    let lists = (attributes(), events(), links());
    (ids, times, status, numbers, texts, lists).prop_map(
        |(ids, times, status, numbers, texts, lists)| {
            let mut attributes = lists.0;
            if numbers.1 & 2 != 0 {
                let flags = json!({ "intValue": (2 | numbers.1 & 1).to_string() });
                let list = attributes.as_array_mut().expect("a list");
                list.push(attribute("jaeger.flags", &flags));
            }
            json!({
                "traceId": ids.0, "spanId": ids.1, "parentSpanId": ids.2.unwrap_or_default(),
                "startTimeUnixNano": times.0.to_string(), "endTimeUnixNano": times.1.to_string(),
                "status": { "code": status.0, "message": status.1 },
                "kind": numbers.0, "flags": numbers.1, "droppedEventsCount": numbers.2,
                "droppedLinksCount": numbers.3, "name": texts.0, "traceState": texts.1,
                "attributes": attributes, "events": lists.1, "links": lists.2,
                "scope": texts.2,
            })
        },
    )
}

/// A request with the span below the scope that it names.
fn request_of(mut span: Json, service: &str) -> Json {
    let scope = span.as_object_mut().and_then(|span| span.remove("scope"));
    let scope = match scope {
        Some(Json::String(name)) => json!({ "name": name, "version": "1" }),
        _ => Json::Null,
    };
    let service = attribute("service.name", &json!({ "stringValue": service }));
    let mut scope_spans = json!({ "spans": [span] });
    if !scope.is_null() {
        scope_spans["scope"] = scope;
    }
    json!({ "resourceSpans": [{
        "resource": { "attributes": [service] },
        "scopeSpans": [scope_spans],
    }] })
}

proptest! {
    #[test]
    fn a_span_comes_back_as_it_went(span in spans()) {
        let bytes = otlp(&request_of(span, "shop"));
        prop_assert_eq!(back(&bytes), as_json(&bytes));
    }
}
