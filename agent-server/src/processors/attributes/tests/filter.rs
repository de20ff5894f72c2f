use campanile_wire::otlp::Signal;
use campanile_wire::otlp::write::{self, Scalar};
use serde_json::{Value, json};

use super::support::{configured, meant, request};
use crate::payload::Payload;

/// In each of two scopes `GET /a`, a server's, and `query`, a client's.
fn spans() -> Payload {
    request(Signal::Traces, |scope| {
        for (name, kind, code) in [("GET /a", 2, 200), ("query", 3, 500)] {
            write::nested(scope, 2, |span| {
                write::text(span, 5, name);
                write::varint(span, 6, kind);
                write::attribute(span, 9, "code", Scalar::Int(code));
                write::attribute(span, 9, name, Scalar::Text("named"));
            });
        }
    })
}

fn strict(key: &str, value: impl Into<Value>) -> Value {
    json!({"match_type": "strict", key: value.into()})
}

fn regexp(key: &str, value: impl Into<Value>) -> Value {
    json!({"match_type": "regexp", "regexp": {"cacheenabled": true}, key: value.into()})
}

#[test]
fn spans_are_meant_by_name_and_kind() {
    let spans = spans();
    assert_eq!(
        meant(&spans, &strict("span_names", json!(["query", "other"]))),
        2
    );
    assert_eq!(meant(&spans, &strict("span_names", json!(["GET"]))), 0);
    assert_eq!(
        meant(&spans, &regexp("span_names", json!(["^GET", "^POST"]))),
        2
    );
    assert_eq!(
        meant(&spans, &strict("span_kinds", json!(["SPAN_KIND_SERVER"]))),
        2
    );
    assert_eq!(
        meant(&spans, &regexp("span_kinds", json!(["CLIENT|SERVER"]))),
        4
    );
}

#[test]
fn spans_are_meant_by_attributes_all_of_them() {
    let spans = spans();
    let of = |attributes| meant(&spans, &strict("attributes", attributes));
    assert_eq!(of(json!([{"key": "code"}])), 4);
    assert_eq!(of(json!([{"key": "code", "value": 200}])), 2);
    assert_eq!(of(json!([{"key": "code", "value": "200"}])), 0);
    assert_eq!(
        of(json!([{"key": "code", "value": 200}, {"key": "query"}])),
        0
    );
    assert_eq!(
        of(json!([{"key": "code", "value": 500}, {"key": "query"}])),
        2
    );
    let like = regexp("attributes", json!([{"key": "code", "value": "^5.."}]));
    assert_eq!(meant(&spans, &like), 2);
}

#[test]
fn items_are_meant_by_service_resource_and_scope() {
    let spans = spans();
    assert_eq!(meant(&spans, &strict("services", json!(["shop"]))), 4);
    assert_eq!(meant(&spans, &strict("services", json!(["other"]))), 0);
    let host = json!([{"key": "host.name", "value": "h"}]);
    assert_eq!(meant(&spans, &strict("resources", host)), 4);
    let both = json!([{"key": "host.name"}, {"key": "os.type"}]);
    assert_eq!(meant(&spans, &strict("resources", both)), 0);
    assert_eq!(
        meant(&spans, &strict("libraries", json!([{"name": "one"}]))),
        2
    );
    let version = json!([{"name": "one", "version": "1.0"}]);
    assert_eq!(meant(&spans, &strict("libraries", version)), 2);
    let version = json!([{"name": "one", "version": ""}]);
    assert_eq!(meant(&spans, &strict("libraries", version)), 0);
    let any = json!([{"name": "one|two", "version": "^$"}]);
    assert_eq!(meant(&spans, &regexp("libraries", any)), 2);
}

#[test]
fn all_properties_must_be_so() {
    let properties = json!({
        "match_type": "strict", "services": ["shop"], "libraries": [{"name": "one"}],
        "span_names": ["query"], "attributes": [{"key": "code", "value": 500}],
    });
    assert_eq!(meant(&spans(), &properties), 1);
}

#[test]
fn exclude_is_asked_after_include() {
    let config = json!({
        "include": strict("libraries", json!([{"name": "one"}])),
        "exclude": strict("span_names", json!(["query"])),
        "actions": [{"key": "MEANT", "action": "insert", "value": 1}],
    });
    let processed = configured(&config).expect("valid").process(spans());
    let after = processed.expect("taken").expect("nothing is removed");
    let found = after
        .bytes()
        .windows(5)
        .filter(|window| *window == b"MEANT");
    assert_eq!(found.count(), 1);
}

#[test]
fn log_records_are_meant_by_body_and_severity() {
    let logs = request(Signal::Logs, |scope| {
        for (severity, text, body) in [(0, "", "none"), (9, "INFO", "hello"), (17, "ERROR", "oh")] {
            write::nested(scope, 2, |record| {
                write::varint(record, 2, severity);
                write::text(record, 3, text);
                write::nested(record, 5, |out| write::scalar(out, Scalar::Text(body)));
            });
        }
    });
    assert_eq!(meant(&logs, &strict("log_bodies", json!(["hello"]))), 2);
    assert_eq!(meant(&logs, &regexp("log_bodies", json!(["^h|^o"]))), 4);
    assert_eq!(
        meant(&logs, &strict("log_severity_texts", json!(["ERROR"]))),
        2
    );
    let least = |min: u64, undefined: bool| {
        let severity = json!({"min": min, "match_undefined": undefined});
        meant(&logs, &strict("log_severity_number", severity))
    };
    assert_eq!(least(9, false), 4);
    assert_eq!(least(10, false), 2);
    assert_eq!(least(10, true), 4);
    assert_eq!(meant(&logs, &strict("span_names", json!(["hello"]))), 0);
}

#[test]
fn data_points_are_meant_by_the_name_of_their_metric_and_their_attributes() {
    let metrics = request(Signal::Metrics, |scope| {
        for (name, data, attributes) in [("a", 5, 7), ("b", 9, 9), ("c", 10, 1), ("d", 11, 7)] {
            write::nested(scope, 2, |metric| {
                write::text(metric, 1, name);
                write::nested(metric, data, |data| {
                    for value in [1, 2] {
                        write::nested(data, 1, |point| {
                            write::attribute(point, attributes, "k", Scalar::Int(value));
                        });
                    }
                });
            });
        }
    });
    assert_eq!(
        meant(&metrics, &strict("metric_names", json!(["a", "c"]))),
        8
    );
    let points = strict("attributes", json!([{"key": "k", "value": 2}]));
    assert_eq!(meant(&metrics, &points), 8);
    let both = json!({
        "match_type": "regexp", "metric_names": ["[ab]"],
        "attributes": [{"key": "k", "value": "1"}],
    });
    assert_eq!(meant(&metrics, &both), 4);
    assert_eq!(
        meant(&metrics, &strict("span_kinds", json!(["SPAN_KIND_CLIENT"]))),
        0
    );
}
