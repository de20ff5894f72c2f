use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::view::{AnyValue, Attributes, Span, resource_metrics, resource_spans};
use campanile_wire::otlp::write::{self, Scalar, attribute, nested};
use campanile_wire::otlp::{Limits, Signal};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::TransformFactory;
use crate::component::{Context, Entry, Invalid, Processing, Processor, Refusal, Shared};
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

fn configured(value: &Value) -> Result<Arc<dyn Processor>, Vec<Invalid>> {
    let context = Context {
        id: "transform".parse().expect("an id"),
        shared: Shared::default(),
    };
    let configured = Entry::of::<TransformFactory>().configure(value)?;
    match configured
        .build(context)
        .expect("what is valid can be built")
    {
        Processing::Step(step) => Ok(step),
        other => panic!("{other:?}"),
    }
}

fn transformed(value: &Value, payload: Payload) -> Result<Payload, Refusal> {
    let items = payload.items();
    let changed = configured(value).expect("sound").process(payload)?;
    let changed = changed.expect("a transform drops nothing");
    let limits = Limits::default();
    let again = Payload::parse_deep(changed.signal(), changed.bytes().clone(), &limits);
    assert_eq!(again.expect("it is sound"), changed);
    assert_eq!(changed.items(), items);
    Ok(changed)
}

fn parsed(signal: Signal, request: Vec<u8>) -> Payload {
    Payload::parse_deep(signal, Bytes::from(request), &Limits::default()).expect("sound")
}

fn text<'a>(attributes: Attributes<'a>, key: &str) -> Option<&'a str> {
    attributes.find(key).and_then(AnyValue::as_text)
}

fn each_span(payload: &Payload) -> Vec<Span<'_>> {
    resource_spans(payload.bytes())
        .flat_map(|resource| resource.scope_spans())
        .flat_map(|scope| scope.spans().collect::<Vec<_>>())
        .collect()
}

#[test]
fn statements_run_in_their_order_on_what_they_are_on() {
    let value = json!({"trace_statements": [
        {"context": "resource", "statements": ["set(attributes[\"zone\"], \"b\")"]},
        {"context": "span", "statements": [
            "set(attributes[\"zone\"], resource.attributes[\"zone\"])",
            "set(name, Concat([name, attributes[\"zone\"]], \"-\")) where name != \"x\"",
        ]},
    ]});
    let changed = transformed(&value, spans(["a", "x"])).expect("nothing fails");
    assert_eq!(names(changed.bytes()), ["a-b", "x"]);
    for span in each_span(&changed) {
        assert_eq!(text(span.attributes(), "zone"), Some("b"));
    }
    // The other way around, the span sees a resource that has no zone yet.
    let value = json!({"trace_statements": [
        "set(span.attributes[\"zone\"], resource.attributes[\"zone\"])",
        "set(resource.attributes[\"zone\"], \"b\")",
        "set(scope.version, resource.attributes[\"zone\"])",
    ]});
    let changed = transformed(&value, spans(["a"])).expect("nothing fails");
    assert_eq!(text(each_span(&changed)[0].attributes(), "zone"), None);
    let resource = resource_spans(changed.bytes()).next().expect("one");
    assert_eq!(text(resource.resource().attributes(), "zone"), Some("b"));
    let scope = resource.scope_spans().next().expect("one").scope();
    assert_eq!(scope.version(), "b");
}

#[test]
fn a_group_runs_when_one_of_its_conditions_holds() {
    let with = |conditions: &[&str]| {
        json!({"trace_statements": [
            {"context": "span", "conditions": conditions, "statements": ["set(name, \"!\")"]},
        ]})
    };
    let run = |conditions: &[&str]| {
        let changed = transformed(&with(conditions), spans(["a", "b", "c"]));
        names(changed.expect("nothing fails").bytes()).concat()
    };
    assert_eq!(run(&[]), "!!!");
    assert_eq!(run(&["name == \"a\"", "name == \"c\""]), "!b!");
    assert_eq!(run(&["false"]), "abc");
}

#[test]
fn texts_in_a_row_share_a_cache_and_groups_do_not() {
    let value = json!({"trace_statements": [
        "set(span.cache[\"x\"], \"kept\")",
        "set(span.attributes[\"first\"], span.cache[\"x\"])",
        {"context": "span", "statements": ["set(attributes[\"second\"], cache[\"x\"])"]},
    ]});
    let changed = transformed(&value, spans(["a"])).expect("nothing fails");
    let span = each_span(&changed)[0];
    assert_eq!(text(span.attributes(), "first"), Some("kept"));
    assert!(span.attributes().find("second").is_none());
}

#[test]
fn events_of_a_span_are_changed_while_their_span_is_read() {
    let mut request = Vec::new();
    nested(&mut request, 1, |resource| {
        nested(resource, 2, |scope| {
            nested(scope, 2, |span| {
                write::bytes(span, 1, &[1; 16]);
                write::bytes(span, 2, &[1; 8]);
                nested(span, 11, |event| write::text(event, 2, "one"));
                write::text(span, 5, "span");
                nested(span, 11, |event| write::text(event, 2, "two"));
            });
        });
    });
    let value = json!({"trace_statements": [
        {"context": "span", "statements": ["set(name, \"new\")"]},
        {"context": "spanevent", "statements": [
            "set(attributes[\"of\"], Concat([span.name, event_index], \"/\")) where name == \"two\"",
        ]},
    ]});
    let changed = transformed(&value, parsed(Signal::Traces, request)).expect("nothing fails");
    let span = each_span(&changed)[0];
    let events: Vec<_> = span
        .events()
        .map(|event| text(event.attributes(), "of"))
        .collect();
    assert_eq!(events, [None, Some("new/1")]);
}

#[test]
fn metrics_and_their_points_are_changed() {
    let mut request = Vec::new();
    nested(&mut request, 1, |resource| {
        nested(resource, 2, |scope| {
            for (name, data, attributes) in
                [("sum", 7, 7), ("histogram", 9, 9), ("exponential", 10, 1)]
            {
                nested(scope, 2, |metric| {
                    write::text(metric, 1, name);
                    nested(metric, data, |list| {
                        for host in ["a", "b"] {
                            nested(list, 1, |point| {
                                attribute(point, attributes, "host", Scalar::Text(host));
                            });
                        }
                    });
                });
            }
        });
    });
    let value = json!({"metric_statements": [
        "set(metric.description, \"d\") where metric.type == METRIC_DATA_TYPE_SUM",
        "set(datapoint.attributes[\"of\"], metric.name) where datapoint.attributes[\"host\"] == \"b\"",
        "set(datapoint.value_int, 5) where metric.name == \"sum\"",
    ]});
    let changed = transformed(&value, parsed(Signal::Metrics, request)).expect("nothing fails");
    let mut shown = Vec::new();
    for resource in resource_metrics(changed.bytes()) {
        for scope in resource.scope_metrics() {
            for metric in scope.metrics() {
                let data = format!("{:?}", metric.data);
                assert_eq!(metric.description == "d", metric.name == "sum");
                assert!(!data.is_empty());
                shown.push(metric.name);
            }
        }
    }
    assert_eq!(shown, ["sum", "histogram", "exponential"]);
    let kept = json!({"metric_statements": [
        "set(datapoint.attributes[\"ok\"], true) where datapoint.attributes[\"of\"] == metric.name",
    ]});
    let again = transformed(&kept, changed.clone()).expect("nothing fails");
    assert!(again.size() > changed.size());
}

#[test]
fn what_does_not_change_is_not_copied() {
    let payload = spans(["a"]);
    let value = json!({"trace_statements": [
        "set(span.name, span.name)",
        "delete_key(span.attributes, \"x\")",
        "set(resource.attributes[\"a\"], 1) where false",
    ]});
    let same = transformed(&value, payload.clone()).expect("nothing fails");
    assert_eq!(same.bytes().as_ptr(), payload.bytes().as_ptr());
}

#[test]
fn a_statement_that_fails_is_dealt_with_as_configured() {
    let statements = json!(["set(name, 1)", "set(name, \"x\")"]);
    let with = |mode: &str| {
        json!({"error_mode": mode, "trace_statements": [
            {"context": "span", "statements": statements},
        ]})
    };
    for mode in ["ignore", "silent"] {
        let changed = transformed(&with(mode), spans(["a"])).expect("it is ignored");
        assert_eq!(names(changed.bytes()), ["x"]);
    }
    let refused = transformed(&with("propagate"), spans(["a"])).expect_err("it fails");
    let expected = "rejected: transform: expected a string, found an int: `set(name, 1)`";
    assert_eq!(refused.to_string(), expected);
    let own = json!({"trace_statements": [
        {"context": "span", "statements": statements, "error_mode": "ignore"},
    ]});
    assert_eq!(
        names(transformed(&own, spans(["a"])).expect("ignored").bytes()),
        ["x"]
    );
}

#[test]
fn a_span_that_is_given_valid_ids_counts_as_one_that_has_them() {
    let mut request = Vec::new();
    nested(&mut request, 1, |resource| {
        nested(resource, 2, |scope| {
            nested(scope, 2, |span| write::bytes(span, 1, &[1; 16]))
        });
    });
    let payload = parsed(Signal::Traces, request);
    assert_eq!(payload.unidentified(), 1);
    let value = json!({"trace_statements": ["set(span.span_id, SpanID(0x0102030405060708))"]});
    assert_eq!(
        transformed(&value, payload)
            .expect("nothing fails")
            .unidentified(),
        0
    );
}

#[test]
fn a_mistake_is_told_by_its_key_and_column() {
    let wrong = |value: Value| match configured(&value) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong
            .into_iter()
            .map(|wrong| (wrong.key, wrong.message))
            .collect(),
    };
    let told = wrong(json!({
        "trace_statements": [
            "set(name, 1)",
            {"context": "span", "conditions": ["x == 1"], "statements": ["set(name, 1)", "st(name, 1)"]},
            {"statements": ["set(span.name, \"a\")", "set(metric.name, \"a\")"]},
        ],
        "log_statements": [{"context": "metric"}],
    }));
    let keys: Vec<_> = told.iter().map(|(key, _)| key.as_str()).collect();
    let expected = [
        "trace_statements[0]",
        "trace_statements[1].conditions[0]",
        "trace_statements[1].statements[1]",
        "trace_statements[2].statements[1]",
        "log_statements[0].context",
    ];
    assert_eq!(keys, expected);
    assert_eq!(told[2].1, "unknown editor `st` at column 1: `st(name, 1)`");
    assert_eq!(wrong(json!({"flatten_data": true}))[0].0, "flatten_data");
    assert_eq!(
        wrong(json!({"profile_statements": []}))[0].0,
        "profile_statements"
    );
    let many: Vec<_> = std::iter::repeat_n("set(span.name, \"a\")", 1_001).collect();
    assert!(
        wrong(json!({"trace_statements": many}))[0]
            .1
            .contains("more than 1000")
    );
}

proptest! {
    #[test]
    fn whatever_statements_run_the_payload_stays_sound(
        picked in prop::collection::vec(0_usize..12, 1..12),
        named in prop::collection::vec("[a-c]{0,3}", 1..5),
    ) {
        let all = [
            "set(resource.attributes[\"a\"], 1)",
            "delete_key(resource.attributes, \"service.name\")",
            "set(scope.name, \"tracer\")",
            "set(scope.attributes[\"a\"][\"b\"], [1, {\"c\": nil}])",
            "set(span.name, Concat([span.name, \"x\"], \"\"))",
            "set(span.attributes[\"n\"], span.name)",
            "set(span.attributes[\"n\"], Len(span.name)) where IsMatch(span.name, \"a\")",
            "merge_maps(span.attributes, resource.attributes, \"upsert\")",
            "truncate_all(span.attributes, 1)",
            "replace_all_patterns(span.attributes, \"value\", \".\", \"$0$0\")",
            "set(span.status.code, STATUS_CODE_ERROR)",
            "append(span.attributes[\"list\"], span.kind.string)",
        ];
        let statements: Vec<_> = picked.iter().map(|index| all[*index]).collect();
        let value = json!({"trace_statements": statements});
        let payload = spans(named.iter().map(String::as_str));
        transformed(&value, payload).expect("nothing fails");
    }
}
