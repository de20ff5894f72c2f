use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::view::{resource_metrics, resource_spans};
use campanile_wire::otlp::write::{self, Scalar, attribute, nested};
use campanile_wire::otlp::{Limits, Signal};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::FilterFactory;
use crate::component::{Context, Entry, Invalid, Processing, Processor, Refusal, Removal, Shared};
use crate::origin::Origin;
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

fn configured(value: &Value) -> Result<Arc<dyn Processor>, Vec<Invalid>> {
    let context = Context {
        id: "filter/noise".parse().expect("an id"),
        shared: Shared::default(),
    };
    let configured = Entry::of::<FilterFactory>().configure(value)?;
    match configured
        .build(context)
        .expect("what is valid can be built")
    {
        Processing::Step(step) => Ok(step),
        other => panic!("{other:?}"),
    }
}

fn filtered(value: &Value, payload: Payload) -> Result<Option<Payload>, Refusal> {
    configured(value).expect("sound").process(payload)
}

fn parsed(signal: Signal, request: Vec<u8>) -> Payload {
    Payload::parse_deep(signal, Bytes::from(request), &Limits::default()).expect("sound")
}

/// Two resources, the second with two scopes; spans `a` to `f` with events.
fn traces() -> Payload {
    let mut request = Vec::new();
    for (service, scopes) in [("shop", &["ab"][..]), ("cart", &["cd", "ef"])] {
        nested(&mut request, 1, |resource_spans| {
            nested(resource_spans, 1, |resource| {
                attribute(resource, 1, "service.name", Scalar::Text(service));
            });
            for names in scopes {
                nested(resource_spans, 2, |scope_spans| {
                    nested(scope_spans, 1, |scope| write::text(scope, 1, names));
                    for name in names.chars() {
                        nested(scope_spans, 2, |span| put_span(span, &name.to_string()));
                    }
                });
            }
        });
    }
    parsed(Signal::Traces, request)
}

fn put_span(span: &mut Vec<u8>, name: &str) {
    write::bytes(span, 1, &[0xa1; 16]);
    write::bytes(span, 2, &[0xb2; 8]);
    write::text(span, 5, name);
    for event in ["start", "noise", "end"] {
        nested(span, 11, |out| write::text(out, 2, event));
    }
}

/// The metrics `up` (a gauge) and `seconds` (a sum), with points of the hosts `a` and `b` each.
fn metrics() -> Payload {
    let mut request = Vec::new();
    nested(&mut request, 1, |resource_metrics| {
        nested(resource_metrics, 2, |scope_metrics| {
            for (name, data) in [("up", 5), ("seconds", 7)] {
                nested(scope_metrics, 2, |metric| {
                    write::text(metric, 1, name);
                    nested(metric, data, |list| {
                        for host in ["a", "b"] {
                            nested(list, 1, |point| {
                                write::fixed64(point, 6, 1);
                                attribute(point, 7, "host", Scalar::Text(host));
                            });
                        }
                    });
                });
            }
        });
    });
    parsed(Signal::Metrics, request)
}

fn logs() -> Payload {
    let mut request = Vec::new();
    nested(&mut request, 1, |resource_logs| {
        nested(resource_logs, 2, |scope_logs| {
            for severity in [5, 9, 13] {
                nested(scope_logs, 2, |log| write::varint(log, 2, severity));
            }
        });
    });
    parsed(Signal::Logs, request)
}

/// The names of the spans that are left.
fn left(value: &Value) -> String {
    let left = filtered(value, traces()).expect("no condition fails");
    left.map_or_else(String::new, |left| {
        let again = Payload::parse_deep(left.signal(), left.bytes().clone(), &Limits::default());
        assert_eq!(again.expect("it is sound").items(), left.items());
        names(left.bytes()).concat()
    })
}

#[test]
fn spans_are_dropped_when_any_condition_holds() {
    let table = [
        (json!({}), "abcdef"),
        (json!({"traces": {"span": ["name == \"a\""]}}), "bcdef"),
        (
            json!({"traces": {"span": ["name == \"a\"", "name == \"e\""]}}),
            "bcdf",
        ),
        (
            json!({"traces": {"span": ["IsMatch(name, \"[a-e]\")"]}}),
            "f",
        ),
        (json!({"traces": {"span": ["true"]}}), ""),
        (json!({"traces": {"span": ["false"]}}), "abcdef"),
        (
            json!({"traces": {"span": ["resource.attributes[\"service.name\"] == \"cart\""]}}),
            "ab",
        ),
        (
            json!({"traces": {"resource": ["attributes[\"service.name\"] == \"cart\""]}}),
            "ab",
        ),
        (
            json!({"trace_conditions": ["span.name == \"a\"", "scope.name == \"cd\""]}),
            "bef",
        ),
        (
            json!({"trace_conditions": [
                {"context": "span", "conditions": ["name == \"a\"", "name == \"b\""]},
                {"conditions": ["resource.attributes[\"service.name\"] == \"cart\" and span.name == \"c\""]},
            ]}),
            "def",
        ),
        (
            json!({"metrics": {"metric": ["true"]}, "logs": {"log_record": ["true"]}}),
            "abcdef",
        ),
    ];
    for (value, expected) in table {
        assert_eq!(left(&value), expected, "{value}");
    }
}

#[test]
fn what_is_emptied_goes_and_origins_stay_with_their_items() {
    let payload = Payload::join(vec![
        traces().with_origin(Origin::new("x", "grpc")),
        spans(["g"]).with_origin(Origin::new("y", "grpc")),
    ]);
    let value = json!({"traces": {"span": ["IsMatch(name, \"[a-d]\")"]}});
    let left = filtered(&value, payload.expect("two")).expect("no condition fails");
    let left = left.expect("three spans");
    assert_eq!(names(left.bytes()), ["e", "f", "g"]);
    let origins = left.origins().each();
    let origins: Vec<_> = origins
        .map(|origin| origin.expect("known").to_string())
        .collect();
    assert_eq!(origins, ["x over grpc", "x over grpc", "y over grpc"]);
    let scopes = resource_spans(left.bytes()).map(|resource| resource.scope_spans().count());
    assert_eq!(scopes.collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn events_are_dropped_and_their_spans_stay() {
    let value = json!({"traces": {"spanevent": [
        "name == \"noise\" and span.name != \"a\"",
        "event_index == 2",
    ]}});
    let left = filtered(&value, traces())
        .expect("no condition fails")
        .expect("every span");
    assert_eq!(left.items(), 6);
    let spans = resource_spans(left.bytes())
        .flat_map(|resource| resource.scope_spans())
        .flat_map(|scope| scope.spans().collect::<Vec<_>>());
    for span in spans {
        let events: Vec<_> = span.events().map(|event| event.name).collect();
        let expected = if span.name == "a" {
            &["start", "noise"][..]
        } else {
            &["start"]
        };
        assert_eq!(events, expected, "{}", span.name);
    }
}

#[test]
fn metrics_and_points_are_dropped() {
    let left = |value: Value| {
        let left = filtered(&value, metrics()).expect("no condition fails");
        let shown = left.map(|left| {
            let metrics: Vec<_> = resource_metrics(left.bytes())
                .flat_map(|resource| resource.scope_metrics())
                .flat_map(|scope| {
                    scope
                        .metrics()
                        .map(|metric| metric.name.to_owned())
                        .collect::<Vec<_>>()
                })
                .collect();
            (metrics.join(" "), left.items())
        });
        shown.unwrap_or_default()
    };
    let all = ("up seconds".to_owned(), 4);
    assert_eq!(left(json!({})), all);
    assert_eq!(
        left(json!({"metrics": {"metric": ["name == \"up\""]}})),
        ("seconds".to_owned(), 2)
    );
    assert_eq!(
        left(json!({"metrics": {"metric": ["type == METRIC_DATA_TYPE_SUM"]}})),
        ("up".to_owned(), 2)
    );
    assert_eq!(
        left(json!({"metrics": {"datapoint": ["attributes[\"host\"] == \"a\""]}})),
        ("up seconds".to_owned(), 2)
    );
    assert_eq!(
        left(json!({"metrics": {"datapoint": ["metric.name == \"up\""]}})),
        ("seconds".to_owned(), 2)
    );
    assert_eq!(
        left(json!({"metrics": {"metric": ["HasAttrOnDatapoint(\"host\", \"c\")"]}})),
        all
    );
    assert_eq!(
        left(json!({"metrics": {"datapoint": ["value_int == 1"]}})),
        Default::default()
    );
}

#[test]
fn log_records_are_dropped() {
    let value = json!({"logs": {"log_record": ["severity_number < SEVERITY_NUMBER_WARN"]}});
    let left = filtered(&value, logs())
        .expect("no condition fails")
        .expect("one");
    assert_eq!(left.items(), 1);
}

#[test]
fn a_payload_that_nothing_is_dropped_from_is_not_copied() {
    let payload = traces();
    let value = json!({"traces": {"span": ["name == \"z\""], "spanevent": ["name == \"z\""]}});
    let left = filtered(&value, payload.clone())
        .expect("no condition fails")
        .expect("all");
    assert_eq!(left.bytes().as_ptr(), payload.bytes().as_ptr());
}

#[test]
fn what_is_dropped_is_counted_as_filtered() {
    assert_eq!(
        configured(&json!({})).expect("sound").removal(),
        Removal::Filtered
    );
}

#[test]
fn a_condition_that_fails_is_dealt_with_as_configured() {
    // The second condition holds for `a` where the first is ignored.
    let conditions = json!(["HasPrefix(attributes[\"x\"], \"y\")", "name == \"a\""]);
    let with = |mode: &str| json!({"error_mode": mode, "traces": {"span": conditions}});
    assert_eq!(left(&with("ignore")), "bcdef");
    assert_eq!(left(&with("silent")), "bcdef");
    let refused = filtered(&with("propagate"), traces()).expect_err("it fails");
    assert_eq!(
        refused.to_string(),
        "rejected: filter/noise: expected a string, found nil: \
         `HasPrefix(attributes[\"x\"], \"y\")`"
    );
    let group = json!({"trace_conditions": [
        {"context": "span", "conditions": conditions, "error_mode": "silent"},
    ]});
    assert_eq!(left(&group), "bcdef");
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
        "traces": {"span": ["name == \"a\"", "nmae == \"a\""], "spanevent": ["name ="]},
        "trace_conditions": ["name == \"a\"", {"context": "log", "conditions": ["true"]}],
        "log_conditions": [{"conditions": ["log.body == nil", "log.bdy == nil"]}],
    }));
    let expected = [
        (
            "traces.span[1]",
            "`nmae` is no path of `span` at column 1: `nmae == \"a\"`",
        ),
        (
            "traces.spanevent[0]",
            "expected `and`, `or` or the end at column 6: `=`",
        ),
        (
            "trace_conditions[0]",
            "`name` of what? the context is not said at column 1: `name == \"a\"`",
        ),
        ("trace_conditions[1].context", "traces have no `log`"),
        (
            "log_conditions[0].conditions[1]",
            "`bdy` is no path of `log` at column 1: `log.bdy == nil`",
        ),
    ];
    let expected = expected.map(|(key, message)| (key.to_owned(), message.to_owned()));
    assert_eq!(told, expected);
    for key in ["spans", "profiles"] {
        assert_eq!(wrong(json!({key: {"include": {}}}))[0].0, key);
    }
    assert_eq!(
        wrong(json!({"metrics": {"exclude": {}}}))[0].0,
        "metrics.exclude"
    );
    assert_eq!(wrong(json!({"logs": {"include": {}}}))[0].0, "logs.include");
    let many: Vec<_> = std::iter::repeat_n("true", 1_001).collect();
    assert!(
        wrong(json!({"traces": {"span": many}}))[0]
            .1
            .contains("more than 1000")
    );
}

proptest! {
    #[test]
    fn whatever_is_dropped_the_rest_is_sound(
        dropped in prop::collection::btree_set(0_usize..6, 0..6),
        event in 0_usize..4,
    ) {
        let names = ["a", "b", "c", "d", "e", "f"];
        let conditions: Vec<_> = dropped
            .iter()
            .filter_map(|index| names.get(*index))
            .map(|name| format!("name == \"{name}\""))
            .collect();
        let value = json!({"traces": {
            "span": conditions,
            "spanevent": [format!("event_index >= {event}")],
        }});
        let expected: String = (0..6).filter(|index| !dropped.contains(index)).map(|index| names[index]).collect();
        prop_assert_eq!(left(&value), expected);
    }
}
