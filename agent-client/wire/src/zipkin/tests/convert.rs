//! v1 to v2, rule by rule.

use serde_json::{Value, json};

use super::*;

/// What one span of v1 tells of. Annotations are `service value time`, binary ones
/// `service key value`.
fn convert(own: &str, annotations: &[(&str, &str, u64)], binary: &[(&str, &str, Value)]) -> Value {
    let endpoint = |service: &str| match service {
        "" => Value::Null,
        service => json!({"serviceName": service, "ipv4": "127.0.0.1"}),
    };
    let annotations: Vec<_> = annotations
        .iter()
        .map(|(service, value, time)| {
            json!({"timestamp": time, "value": value, "endpoint": endpoint(service)})
        })
        .collect();
    let binary: Vec<_> = binary
        .iter()
        .map(|(service, key, value)| {
            json!({"key": key, "value": value, "endpoint": endpoint(service)})
        })
        .collect();
    let text = format!(
        r#"[{{"traceId":"1","id":"2"{own},"annotations":{},"binaryAnnotations":{}}}]"#,
        Value::from(annotations),
        Value::from(binary)
    );
    let mut spans = as_json(&of_v1(&text).expect("valid"));
    for span in spans.as_array_mut().expect("a list") {
        let all = span.as_object_mut().expect("an object");
        all.remove("traceId");
        all.remove("id");
        for side in ["localEndpoint", "remoteEndpoint"] {
            if let Some(name) = all.get_mut(side) {
                *name = name["serviceName"].take();
            }
        }
    }
    spans
}

#[test]
fn a_client_that_tells_all() {
    let spans = convert(
        r#","timestamp":10,"duration":20"#,
        &[("c", "cs", 10), ("c", "foo", 15), ("c", "cr", 30)],
        &[("c", "k", json!("v")), ("s", "sa", json!(true))],
    );
    let expected = json!([{
        "kind": "CLIENT", "timestamp": 10, "duration": 20, "localEndpoint": "c",
        "remoteEndpoint": "s", "annotations": [{"timestamp": 15, "value": "foo"}],
        "tags": {"k": "v"},
    }]);
    assert_eq!(spans, expected);
}

#[test]
fn times_come_from_the_annotations_where_the_span_has_none() {
    let spans = convert("", &[("c", "cs", 10), ("c", "cr", 30)], &[]);
    let expected = json!([{
        "kind": "CLIENT", "timestamp": 10, "duration": 20, "localEndpoint": "c",
    }]);
    assert_eq!(spans, expected);
    let shared = convert("", &[("s", "sr", 11), ("s", "ss", 15)], &[]);
    let expected = json!([{
        "kind": "SERVER", "timestamp": 11, "duration": 4, "localEndpoint": "s", "shared": true,
    }]);
    assert_eq!(shared, expected);
}

#[test]
fn annotations_that_disagree_with_the_span_are_kept() {
    let own = r#","timestamp":10,"duration":20"#;
    let spans = convert(own, &[("c", "cs", 10), ("c", "cr", 31)], &[]);
    let expected = json!([{
        "kind": "CLIENT", "timestamp": 10, "duration": 20, "localEndpoint": "c",
        "annotations": [{"timestamp": 31, "value": "cr"}],
    }]);
    assert_eq!(spans, expected);
}

#[test]
fn client_and_server_are_two_spans_with_the_same_ids() {
    let annotations = [
        ("c", "cs", 10),
        ("s", "sr", 12),
        ("s", "ss", 25),
        ("c", "cr", 30),
    ];
    let expected = json!([
        {"kind": "CLIENT", "timestamp": 10, "duration": 20, "localEndpoint": "c"},
        {"kind": "SERVER", "timestamp": 12, "duration": 13, "localEndpoint": "s", "shared": true},
    ]);
    assert_eq!(convert("", &annotations, &[]), expected);
}

#[test]
fn a_service_that_calls_itself_is_two_spans_too() {
    let annotations = [
        ("a", "cs", 10),
        ("a", "sr", 12),
        ("a", "ss", 25),
        ("a", "cr", 30),
    ];
    let expected = json!([
        {"kind": "CLIENT", "timestamp": 10, "duration": 20, "localEndpoint": "a"},
        {"kind": "SERVER", "timestamp": 12, "duration": 13, "localEndpoint": "a", "shared": true},
    ]);
    assert_eq!(convert("", &annotations, &[]), expected);
}

#[test]
fn one_way_calls_have_no_duration() {
    let spans = convert("", &[("c", "cs", 10), ("s", "sr", 12)], &[]);
    let expected = json!([
        {"kind": "CLIENT", "timestamp": 10, "localEndpoint": "c"},
        {"kind": "SERVER", "timestamp": 12, "localEndpoint": "s", "shared": true},
    ]);
    assert_eq!(spans, expected);
}

#[test]
fn a_missing_start_is_assumed_where_the_end_agrees() {
    let own = r#","timestamp":10,"duration":20"#;
    let spans = convert(own, &[("c", "cr", 30)], &[]);
    let expected = json!([{
        "kind": "CLIENT", "timestamp": 10, "duration": 20, "localEndpoint": "c",
    }]);
    assert_eq!(spans, expected);
}

#[test]
fn of_an_incomplete_call_the_end_is_an_annotation() {
    let spans = convert("", &[("c", "cr", 30)], &[]);
    let expected = json!([{
        "kind": "CLIENT", "localEndpoint": "c", "annotations": [{"timestamp": 30, "value": "cr"}],
    }]);
    assert_eq!(spans, expected);
    let started = convert(r#","timestamp":9"#, &[("s", "sr", 10)], &[]);
    let expected = json!([{
        "kind": "SERVER", "timestamp": 9, "localEndpoint": "s",
        "annotations": [{"timestamp": 10, "value": "sr"}],
    }]);
    assert_eq!(started, expected);
}

#[test]
fn messages_have_a_producer_and_a_consumer() {
    let annotations = [
        ("p", "ms", 10),
        ("p", "ws", 12),
        ("c", "wr", 20),
        ("c", "mr", 23),
    ];
    let expected = json!([
        {"kind": "PRODUCER", "timestamp": 10, "duration": 2, "localEndpoint": "p",
         "remoteEndpoint": "broker"},
        {"kind": "CONSUMER", "timestamp": 20, "duration": 3, "localEndpoint": "c",
         "remoteEndpoint": "broker", "shared": true},
    ]);
    let broker = [("broker", "ma", json!(true))];
    assert_eq!(convert("", &annotations, &broker), expected);
    let producer = convert("", &[("p", "ms", 10), ("p", "wr", 12)], &[]);
    let expected = json!([{
        "kind": "PRODUCER", "timestamp": 10, "localEndpoint": "p",
        "annotations": [{"timestamp": 12, "value": "wr"}],
    }]);
    assert_eq!(producer, expected);
    let consumer = convert("", &[("c", "wr", 20), ("c", "mr", 23)], &[]);
    let expected = json!([{
        "kind": "CONSUMER", "timestamp": 20, "duration": 3, "localEndpoint": "c",
    }]);
    assert_eq!(consumer, expected);
}

#[test]
fn addresses_tell_a_call_by_themselves() {
    let server = ("s", "sa", json!(true));
    let client = ("c", "ca", json!(true));
    let own = r#","timestamp":10,"duration":20"#;
    let expected = json!([{"timestamp": 10, "duration": 20, "localEndpoint": "c",
        "remoteEndpoint": "s"}]);
    assert_eq!(
        convert(own, &[], &[client.clone(), server.clone()]),
        expected
    );
    let expected = json!([{"timestamp": 10, "duration": 20, "remoteEndpoint": "s"}]);
    assert_eq!(convert(own, &[], &[server]), expected);
    let expected = json!([{"kind": "SERVER", "timestamp": 10, "duration": 20,
        "remoteEndpoint": "c"}]);
    assert_eq!(convert(own, &[], &[client]), expected);
}

#[test]
fn the_name_of_the_server_is_not_the_name_of_its_client() {
    let text = r#"[{"traceId":"1","id":"2",
        "annotations":[{"timestamp":1,"value":"sr","endpoint":{"serviceName":"s","port":80}}],
        "binaryAnnotations":[{"key":"ca","value":true,
            "endpoint":{"serviceName":"s","ipv4":"10.0.0.1","port":-1536}}]}]"#;
    let spans = as_json(&of_v1(text).expect("valid"));
    let expected = json!({"ipv4": "10.0.0.1", "port": 64000});
    assert_eq!(spans[0]["remoteEndpoint"], expected);
}

#[test]
fn an_address_that_is_nobody_s_remote_endpoint_is_a_tag() {
    let annotations = [("s", "sr", 1), ("s", "ss", 2)];
    let spans = convert(
        "",
        &annotations,
        &[("s", "ca", json!(true)), ("x", "sa", json!(true))],
    );
    assert_eq!(
        spans[0]["tags"],
        json!({"ca": "s 127.0.0.1", "sa": "x 127.0.0.1"})
    );
    assert_eq!(spans[0]["remoteEndpoint"], Value::Null);
}

#[test]
fn binary_annotations_of_any_type_are_tags_of_their_service() {
    let annotations = [("c", "cs", 1), ("s", "sr", 2)];
    let binary = [
        ("c", "a", json!(1)),
        ("s", "b", json!(true)),
        ("", "c", json!(0.5)),
        ("c", "lc", json!("")),
    ];
    let spans = convert("", &annotations, &binary);
    assert_eq!(spans[0]["tags"], json!({"a": "1", "c": "0.5"}));
    assert_eq!(spans[1]["tags"], json!({"b": "true"}));
}

#[test]
fn an_empty_local_component_tells_who_it_was() {
    let spans = convert("", &[], &[("me", "lc", json!(""))]);
    assert_eq!(spans, json!([{"localEndpoint": "me"}]));
}

#[test]
fn a_span_that_speaks_of_too_many_services_is_refused() {
    let names: Vec<_> = (0..=v1::MAX_SERVICES)
        .map(|index| format!("s{index}"))
        .collect();
    let list = |count: usize| {
        let annotation = |name: &String| json!({"timestamp": 1, "value": "x", "endpoint": {"serviceName": name}});
        let all: Vec<_> = names[..count].iter().map(annotation).collect();
        json!([{"traceId": "1", "id": "2", "annotations": all}]).to_string()
    };
    let most = list(v1::MAX_SERVICES);
    assert_eq!(of_v1(&most).map(|spans| spans.len()), Ok(v1::MAX_SERVICES));
    let error = of_v1(&list(v1::MAX_SERVICES + 1)).expect_err("too many");
    assert_eq!(error, ReadError::TooManyServices(v1::MAX_SERVICES));
}
