//! Whole spans, and what must hold of any.

use campanile_wire::otlp::{Limits, Signal, check, json};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::format::Format;
use super::super::http::translate;
use super::*;

fn with(options: Options, list: &Value) -> Value {
    let bytes = translate(Format::JsonV2, list.to_string().as_bytes(), options);
    meaning(&bytes.expect("valid"))
}

/// What a request says, with attributes as a map.
fn meaning(request: &[u8]) -> Value {
    assert_eq!(check(Signal::Traces, request, &Limits::default()), Ok(()));
    let text = json::encode(Signal::Traces, request).expect("valid");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    simplify(&mut value);
    value["resourceSpans"].take()
}

/// Lists of attributes become maps, values become what they hold.
fn simplify(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(simplify),
        Value::Object(all) => {
            all.values_mut().for_each(simplify);
            if let Some(Value::Array(list)) = all.get("attributes") {
                let unique: std::collections::BTreeSet<_> =
                    list.iter().map(|pair| pair["key"].to_string()).collect();
                assert_eq!(unique.len(), list.len(), "keys are unique: {list:?}");
                let pairs = list.iter().map(|pair| {
                    let held = pair["value"]
                        .as_object()
                        .and_then(|held| held.values().next());
                    let key = pair["key"].as_str().unwrap_or("").to_owned();
                    (key, held.cloned().unwrap_or_default())
                });
                let map = pairs.collect::<serde_json::Map<_, _>>();
                all.insert("attributes".to_owned(), Value::Object(map));
            }
        }
        _ => {}
    }
}

/// The span that a span of v2 with these fields becomes.
fn span(fields: &Value) -> Value {
    let mut list = json!([{"traceId": "a", "id": "b", "timestamp": 1, "duration": 2}]);
    let all = list[0].as_object_mut().expect("an object");
    all.extend(fields.as_object().expect("an object").clone());
    with(Options::default(), &list)[0]["scopeSpans"][0]["spans"][0].take()
}

#[test]
fn every_field_of_a_full_span_is_found_again() {
    let list = json!([{
        "traceId": "5b8efff798038103d269b633813fc60c",
        "parentId": "eee19b7ec3c1b174",
        "id": "eee19b7ec3c1b173",
        "kind": "SERVER",
        "name": "get /cart",
        "timestamp": 1_544_712_660_000_000_u64,
        "duration": 1_500_000,
        "localEndpoint": {"serviceName": "checkout", "ipv4": "192.168.99.1", "ipv6": "::1",
            "port": 9000},
        "remoteEndpoint": {"serviceName": "web", "ipv6": "2001:db8::c001", "port": 58648},
        "annotations": [{"timestamp": 1_544_712_660_100_000_u64, "value": "cache miss"},
            {"timestamp": 1, "value": "retry|{\"n\":2}|1"}],
        "tags": {"http.path": "/cart", "w3c.tracestate": "a=b", "otel.scope.name": "lib",
            "otel.library.version": "1", "host.name": "h", "otel.dropped_events_count": "3",
            "otlp.flags": "257", "otlp.scope.attribute.k": "v", "otlp.scope.schema_url": "s",
            "otlp.resource.schema_url": "r", "otlp.resource.attribute.k": "w",
            "otlp.attribute.error": "x", "otlp.resource.dropped_attributes_count": "1",
            "otlp.scope.dropped_attributes_count": "2",
            "otlp.link.0":
                "0102030405060708090a0b0c0d0e0f10|0102030405060708|c=d|{\"k\":true}|0|1"},
        "shared": true,
        "debug": true,
    }]);
    let expected = json!([{
        "resource": {
            "attributes": {"service.name": "checkout", "host.name": "h", "k": "w"},
            "droppedAttributesCount": 1,
        },
        "schemaUrl": "r",
        "scopeSpans": [{
            "scope": {
                "name": "lib",
                "version": "1",
                "attributes": {"k": "v"},
                "droppedAttributesCount": 2,
            },
            "schemaUrl": "s",
            "spans": [{
                "traceId": "5b8efff798038103d269b633813fc60c",
                "spanId": "eee19b7ec3c1b173",
                "parentSpanId": "eee19b7ec3c1b174",
                "traceState": "a=b",
                "name": "get /cart",
                "kind": 2,
                "startTimeUnixNano": "1544712660000000000",
                "endTimeUnixNano": "1544712661500000000",
                "attributes": {
                    "http.path": "/cart",
                    "error": "x",
                    "net.host.ip": "192.168.99.1",
                    "zipkin.localEndpoint.ipv6": "::1",
                    "net.host.port": "9000",
                    "peer.service": "web",
                    "net.peer.ip": "2001:db8::c001",
                    "net.peer.port": "58648",
                    "zipkin.shared": true,
                    "zipkin.debug": true,
                },
                "events": [
                    {"timeUnixNano": "1544712660100000000", "name": "cache miss"},
                    {"timeUnixNano": "1000", "name": "retry", "attributes": {"n": "2"},
                        "droppedAttributesCount": 1},
                ],
                "droppedEventsCount": 3,
                "links": [{
                    "traceId": "0102030405060708090a0b0c0d0e0f10",
                    "spanId": "0102030405060708",
                    "traceState": "c=d",
                    "attributes": {"k": true},
                    "flags": 1,
                }],
                "flags": 257,
            }],
        }],
    }]);
    assert_eq!(with(Options::default(), &list), expected);
}

#[test]
fn spans_of_one_service_share_a_resource_whatever_stands_between_them() {
    let span = |service: &str, id: &str| json!({"traceId": "a", "id": id, "localEndpoint": {"serviceName": service}});
    let list = json!([span("x", "1"), span("x", "2"), span("y", "3"), span("x", "4"),
        {"traceId": "a", "id": "5"}]);
    let groups = with(Options::default(), &list);
    let groups: Vec<_> = groups
        .as_array()
        .expect("a list")
        .iter()
        .map(|group| {
            let spans = group["scopeSpans"][0]["spans"]
                .as_array()
                .map_or(0, Vec::len);
            (
                group["resource"]["attributes"]["service.name"].clone(),
                spans,
            )
        })
        .collect();
    assert_eq!(groups, [(json!("x"), 3), (json!("y"), 1), (Value::Null, 1)]);
}

#[test]
fn a_span_without_a_start_says_so() {
    let span = span(&json!({"timestamp": null}));
    assert_eq!(span["startTimeUnixNano"], Value::Null);
    assert_eq!(span["endTimeUnixNano"], "2000");
    assert_eq!(
        span["attributes"],
        json!({"otel.zipkin.absentField.startTime": true})
    );
}

#[test]
fn times_that_nanoseconds_cannot_hold_are_kept_as_text() {
    let most = u64::MAX;
    let span = span(&json!({"timestamp": most, "duration": most}));
    let expected = json!({
        "otel.zipkin.absentField.startTime": true,
        "zipkin.timestamp": most.to_string(),
        "zipkin.duration": most.to_string(),
    });
    assert_eq!(span["attributes"], expected);
}

#[test]
fn a_tag_keeps_its_key_where_an_endpoint_would_take_it() {
    let span = span(&json!({
        "remoteEndpoint": {"serviceName": "s", "ipv4": "10.0.0.1", "port": 1},
        "tags": {"peer.service": "t", "net.peer.ip": "u", "net.peer.port": "v",
            "zipkin.remoteEndpoint.port": "w"},
    }));
    let expected = json!({
        "peer.service": "t", "net.peer.ip": "u", "net.peer.port": "v",
        "zipkin.remoteEndpoint.serviceName": "s", "zipkin.remoteEndpoint.ip": "10.0.0.1",
        "zipkin.remoteEndpoint.port": "w",
    });
    assert_eq!(span["attributes"], expected);
}

#[test]
fn what_is_no_address_is_kept() {
    let span = span(&json!({"localEndpoint": {"ipv4": "localhost", "port": 70_000}}));
    let expected = json!({"net.host.ip": "localhost", "net.host.port": "70000"});
    assert_eq!(span["attributes"], expected);
}

#[test]
fn a_kind_that_zipkin_lacks_comes_from_its_tag() {
    let internal = span(&json!({"tags": {"span.kind": "internal"}}));
    assert_eq!(
        (&internal["kind"], &internal["attributes"]),
        (&json!(1), &Value::Null)
    );
    let other = span(&json!({"kind": "CLIENT", "tags": {"span.kind": "internal"}}));
    assert_eq!(other["kind"], 3);
    assert_eq!(other["attributes"], json!({"span.kind": "internal"}));
    let odd = span(&json!({"tags": {"span.kind": "x"}}));
    assert_eq!(
        (&odd["kind"], &odd["attributes"]),
        (&Value::Null, &json!({"span.kind": "x"}))
    );
}

#[test]
fn the_status_comes_from_tags() {
    let told = span(&json!({"tags": {"otel.status_code": "ERROR", "error": "no"}}));
    assert_eq!(told["status"], json!({"code": 2, "message": "no"}));
    assert_eq!(told["attributes"], Value::Null);
    let error = span(&json!({"tags": {"error": "no"}}));
    assert_eq!(error["status"], json!({"code": 2, "message": "no"}));
    assert_eq!(error["attributes"], json!({"error": "no"}));
    let odd = span(&json!({"tags": {"otel.status_code": "7"}}));
    assert_eq!(
        (&odd["status"], &odd["attributes"]),
        (&Value::Null, &json!({"otel.status_code": "7"}))
    );
}

#[test]
fn what_reads_like_a_field_and_is_none_stays_an_attribute() {
    let tags = json!({
        "otlp.flags": "x", "otel.dropped_links_count": "-1", "otlp.link.0": "nowhere",
        "otlp.scope.dropped_attributes_count": "", "otlp.other": "y", "faasx": "z",
        "servicex": "w",
    });
    assert_eq!(span(&json!({"tags": tags.clone()}))["attributes"], tags);
}

#[test]
fn the_name_of_a_service_is_where_it_was() {
    for (local, tags, resource, attributes) in [
        (
            "s",
            json!({"service.name": "s"}),
            json!({"service.name": "s"}),
            Value::Null,
        ),
        (
            "s",
            json!({"service.name": "t"}),
            json!({"service.name": "s"}),
            json!({"service.name": "t"}),
        ),
        (
            "",
            json!({"service.name": "t"}),
            json!({"service.name": "t"}),
            Value::Null,
        ),
        (
            "s",
            json!({"otlp.service.name.source": "faas.name"}),
            json!({"faas.name": "s"}),
            Value::Null,
        ),
        (
            "s",
            json!({"otlp.service.name.source": "OTLPResourceNoServiceName"}),
            Value::Null,
            Value::Null,
        ),
    ] {
        let list = json!([{"traceId": "a", "id": "b", "timestamp": 1, "tags": tags,
            "localEndpoint": {"serviceName": local}}]);
        let group = &with(Options::default(), &list)[0];
        assert_eq!(group["resource"]["attributes"], resource, "{list}");
        assert_eq!(
            group["scopeSpans"][0]["spans"][0]["attributes"], attributes,
            "{list}"
        );
    }
}

#[test]
fn a_span_keeps_an_attribute_whose_key_belongs_to_its_resource() {
    let tags = json!({"host.name": "a", "otlp.resource.attribute.host.name": "b"});
    let list = json!([{"traceId": "a", "id": "b", "timestamp": 1, "tags": tags}]);
    let group = &with(Options::default(), &list)[0];
    assert_eq!(group["resource"]["attributes"], json!({"host.name": "b"}));
    let span = &group["scopeSpans"][0]["spans"][0];
    assert_eq!(span["attributes"], json!({"host.name": "a"}));
}

#[test]
fn string_tags_are_parsed_and_debug_is_set_where_that_is_asked_for() {
    let options = Options {
        debug: true,
        parse_string_tags: true,
    };
    let tags = json!({"a": "1", "b": "true", "c": "0.5", "d": "x", "host.id": "7"});
    let list = json!([{"traceId": "a", "id": "b", "timestamp": 1, "tags": tags}]);
    let group = &with(options, &list)[0];
    let span = &group["scopeSpans"][0]["spans"][0];
    let expected = json!({"a": "1", "b": true, "c": 0.5, "d": "x", "zipkin.debug": true});
    assert_eq!(span["attributes"], expected);
    assert_eq!(group["resource"]["attributes"], json!({"host.id": "7"}));
}

#[test]
fn a_list_that_unfolds_too_far_is_refused() {
    let name = "x".repeat(5 << 20);
    let annotation = |index: usize| json!({"timestamp": 1, "value": "v", "endpoint": {"serviceName": index.to_string()}});
    let annotations: Vec<_> = (0..16).map(annotation).collect();
    let list = json!([{"traceId": "a", "id": "b", "name": name, "annotations": annotations}]);
    let text = list.to_string();
    let failure = translate(Format::JsonV1, text.as_bytes(), Options::default());
    assert_eq!(failure.expect_err("80 MiB").status, 413);
}

#[test]
fn upstream_samples_of_v1_are_understood() {
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/fixtures/upstream/opencensus-service"
    );
    let Ok(text) = std::fs::read(format!("{root}/zipkin_zipkin_v1_single_batch.json")) else {
        println!("skipped: there is no {root}");
        return;
    };
    let request = translate(Format::JsonV1, &text, Options::default()).expect("valid");
    let groups = meaning(&request);
    let groups = groups.as_array().expect("a list");
    let names: Vec<_> = groups
        .iter()
        .map(|group| group["resource"]["attributes"]["service.name"].as_str())
        .collect();
    let expected = [
        Some("service1"),
        Some("front-proxy"),
        Some("service2"),
        None,
    ];
    assert_eq!(names, expected);
    let batches = std::fs::read(format!("{root}/zipkin_zipkin_v1_multiple_batches.json"));
    let batches: Vec<Value> = serde_json::from_slice(&batches.expect("there")).expect("JSON");
    for batch in batches {
        let text = batch.to_string();
        let request = translate(Format::JsonV1, text.as_bytes(), Options::default());
        meaning(&request.expect("valid"));
    }
    let local = std::fs::read(format!("{root}/zipkin_zipkin_v1_local_component.json"));
    let request = translate(Format::JsonV1, &local.expect("there"), Options::default());
    let groups = meaning(&request.expect("valid"));
    let span = &groups[0]["scopeSpans"][0]["spans"][0];
    assert_eq!(span["attributes"], json!({"lc": "myLocalComponent"}));
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9a-f]{1,16}".prop_map(Value::from),
        "[a-z|{}\":0]{0,8}".prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn any_list_becomes_valid_otlp_or_nothing(bytes in vec(any::<u8>(), 0..200)) {
        let formats = [Format::JsonV1, Format::JsonV2, Format::Proto3, Format::Thrift];
        for format in formats {
            if let Ok(request) = translate(format, &bytes, Options::default()) {
                meaning(&request);
            }
        }
    }

    #[test]
    fn any_tags_become_unique_attributes(
        keys in vec(prop::sample::select(vec![
            "error", "otel.status_code", "otel.status_description", "span.kind", "service.name",
            "host.name", "otlp.service.name.source", "otlp.flags", "otlp.link.1",
            "otel.scope.name", "otel.library.name", "peer.service", "net.host.ip", "w3c.tracestate",
            "zipkin.shared", "zipkin.localEndpoint.ip", "otel.dropped_links_count", "k",
        ]), 0..8),
        values in vec("(|true|false|ERROR|internal|1|x|a\\|\\{\\}\\|0)", 8), parse: bool, debug: bool,
    ) {
        let tags: serde_json::Map<_, _> = keys.iter().zip(values)
            .map(|(key, value)| ((*key).to_owned(), Value::from(value))).collect();
        let side = json!({"serviceName": "s", "ipv4": "1.2.3.4", "ipv6": "::1", "port": 1});
        let list = json!([{"traceId": "a", "id": "b", "tags": tags, "localEndpoint": side,
            "remoteEndpoint": side, "shared": true}]);
        with(Options { debug, parse_string_tags: parse }, &list);
    }

    #[test]
    fn any_fields_do_no_harm(values in vec(scalar(), 12)) {
        let list = json!([{"traceId": "a", "id": "b", "name": values[0], "kind": values[1],
            "timestamp": values[2], "duration": values[3],
            "localEndpoint": {"serviceName": values[4], "ipv4": values[5], "port": values[6]},
            "annotations": [{"timestamp": values[7], "value": values[8]}],
            "tags": {"error": values[9], "k": values[10]}, "parentId": values[11]}]);
        let text = list.to_string();
        if let Ok(request) = translate(Format::JsonV2, text.as_bytes(), Options::default()) {
            meaning(&request);
        }
    }
}
