use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::write::{self, Scalar, attribute, nested};
use campanile_wire::otlp::{Limits, Signal};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::RoutingFactory;
use crate::component::{Connector, Context, Entry, Invalid, Shared};
use crate::payload::Payload;
use crate::payload::testing::names;

const PIPELINES: [&str; 3] = ["traces/a", "traces/b", "traces/rest"];

fn configured(value: &Value, shared: &Shared) -> Result<Arc<dyn Connector>, Vec<Invalid>> {
    let context = Context {
        id: "routing".parse().expect("an id"),
        shared: shared.clone(),
    };
    let configured = Entry::of::<RoutingFactory>().configure(value)?;
    Ok(configured
        .build(context)
        .expect("what is valid can be built"))
}

/// Spans by the service they are of.
fn traces(services: &[(&str, &str)]) -> Payload {
    let mut request = Vec::new();
    for (service, spans) in services {
        nested(&mut request, 1, |resource_spans| {
            nested(resource_spans, 1, |resource| {
                attribute(resource, 1, "service.name", Scalar::Text(service));
            });
            nested(resource_spans, 2, |scope_spans| {
                for name in spans.chars() {
                    nested(scope_spans, 2, |span| {
                        write::bytes(span, 1, &[1; 16]);
                        write::bytes(span, 2, &[2; 8]);
                        write::text(span, 5, &name.to_string());
                    });
                }
            });
        });
    }
    Payload::parse(Signal::Traces, Bytes::from(request), &Limits::default()).expect("sound")
}

/// Where the spans of two services go: `pipeline=spans`.
fn routed(value: &Value) -> Result<String, String> {
    let payload = traces(&[("shop", "abc"), ("cart", "de")]);
    let connector = configured(value, &Shared::default()).expect("sound");
    let pipelines = PIPELINES.map(str::to_owned);
    connector
        .connect(&pipelines)
        .expect("every pipeline is there");
    let routed = connector.route(&payload, &pipelines);
    let routed = routed.map_err(|refusal| refusal.to_string())?;
    let shown = routed.into_iter().map(|(place, part)| {
        let name = PIPELINES[place].trim_start_matches("traces/");
        assert_eq!(names(part.bytes()).len() as u64, part.items());
        format!("{name}={}", names(part.bytes()).concat())
    });
    Ok(shown.collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn goes(table: &Value, expected: &str) {
    let value = json!({"default_pipelines": ["traces/rest"], "table": table});
    assert_eq!(routed(&value), Ok(expected.to_owned()), "{table}");
}

#[test]
fn what_a_row_takes_goes_to_its_pipelines_and_the_rest_to_the_default() {
    let shop = "attributes[\"service.name\"] == \"shop\"";
    goes(&json!([]), "rest=abcde");
    goes(
        &json!([{"condition": shop, "pipelines": ["traces/a"]}]),
        "a=abc rest=de",
    );
    goes(
        &json!([{"condition": "true", "pipelines": ["traces/a"]}]),
        "a=abcde",
    );
    goes(
        &json!([{"condition": shop, "pipelines": ["traces/a", "traces/b"]}]),
        "a=abc b=abc rest=de",
    );
    goes(
        &json!([
            {"context": "span", "condition": "name == \"b\" or name == \"d\"", "pipelines": ["traces/b"]},
            {"condition": shop, "pipelines": ["traces/a"]},
        ]),
        "a=ac b=bd rest=e",
    );
    let statement = format!("route() where {shop}");
    goes(
        &json!([{"statement": statement, "pipelines": ["traces/a"]}]),
        "a=abc rest=de",
    );
    goes(
        &json!([{"statement": "route()", "pipelines": ["traces/a"]}]),
        "a=abcde",
    );
    // One pipeline, two rows: one payload.
    goes(
        &json!([
            {"context": "span", "condition": "name == \"e\"", "pipelines": ["traces/a"]},
            {"context": "span", "condition": "name == \"a\"", "pipelines": ["traces/a"]},
        ]),
        "a=ea rest=bcd",
    );
}

#[test]
fn a_copy_stays_for_the_rows_that_follow() {
    let all = json!([
        {"condition": "true", "pipelines": ["traces/a"], "action": "copy"},
        {"context": "span", "condition": "name == \"a\"", "pipelines": ["traces/b"]},
    ]);
    goes(&all, "a=abcde b=a rest=bcde");
}

#[test]
fn rows_of_other_signals_take_nothing() {
    let table = json!([
        {"context": "log", "condition": "true", "pipelines": ["logs/a"]},
        {"condition": "true", "pipelines": ["metrics/a"]},
    ]);
    let value = json!({"default_pipelines": ["traces/rest"], "table": table});
    let connector = configured(&value, &Shared::default()).expect("sound");
    let routed = connector.route(&traces(&[("shop", "a")]), &["traces/rest".to_owned()]);
    assert_eq!(routed.expect("no condition fails").len(), 1);
}

#[test]
fn points_and_metrics_are_routed() {
    let mut request = Vec::new();
    nested(&mut request, 1, |resource| {
        nested(resource, 2, |scope| {
            for name in ["up", "seconds"] {
                nested(scope, 2, |metric| {
                    write::text(metric, 1, name);
                    nested(metric, 5, |list| {
                        for host in ["a", "b"] {
                            nested(list, 1, |point| {
                                attribute(point, 7, "host", Scalar::Text(host));
                            });
                        }
                    });
                });
            }
        });
    });
    let payload = Payload::parse(Signal::Metrics, Bytes::from(request), &Limits::default());
    let payload = payload.expect("sound");
    let items = |context: &str, condition: &str| {
        let value = json!({
            "default_pipelines": ["metrics/rest"],
            "table": [{"context": context, "condition": condition, "pipelines": ["metrics"]}],
        });
        let connector = configured(&value, &Shared::default()).expect("sound");
        let pipelines = ["metrics", "metrics/rest"].map(str::to_owned);
        let routed = connector
            .route(&payload, &pipelines)
            .expect("no condition fails");
        routed
            .iter()
            .map(|(place, part)| (*place, part.items()))
            .collect::<Vec<_>>()
    };
    assert_eq!(items("metric", "name == \"up\""), [(0, 2), (1, 2)]);
    assert_eq!(
        items("datapoint", "attributes[\"host\"] == \"a\""),
        [(0, 2), (1, 2)]
    );
    let both = "metric.name == \"up\" and attributes[\"host\"] == \"a\"";
    assert_eq!(items("datapoint", both), [(0, 1), (1, 3)]);
}

#[test]
fn what_no_pipeline_gets_is_counted_once_it_was_accepted() {
    let shared = Shared::default();
    let table =
        json!([{"context": "span", "condition": "name == \"a\"", "pipelines": ["traces/a"]}]);
    let connector = configured(&json!({"table": table}), &shared).expect("sound");
    let payload = traces(&[("shop", "abc")]);
    let routed = connector
        .route(&payload, &["traces/a".to_owned()])
        .expect("no condition fails");
    assert_eq!(routed.len(), 1);
    let unrouted = || {
        let values = shared.metrics.values();
        let named = |name: &String| name.contains("unrouted") && name.contains("traces");
        values
            .into_iter()
            .find(|(name, _)| named(name))
            .map(|(_, value)| value)
    };
    assert_eq!(unrouted(), Some(0));
    connector.taken(&payload);
    assert_eq!(unrouted(), Some(2));
}

#[test]
fn a_condition_that_fails_is_dealt_with_as_configured() {
    let table = json!([
        {"context": "span", "condition": "HasPrefix(attributes[\"x\"], \"y\")", "pipelines": ["traces/a"]},
    ]);
    let with = |mode: &str| {
        routed(&json!({"default_pipelines": ["traces/rest"], "error_mode": mode, "table": table}))
    };
    assert_eq!(with("ignore"), Ok("rest=abcde".to_owned()));
    assert_eq!(with("silent"), Ok("rest=abcde".to_owned()));
    assert!(
        with("propagate")
            .expect_err("it fails")
            .contains("expected a string, found nil")
    );
}

#[test]
fn a_mistake_is_told_by_its_key() {
    let wrong = |value: Value| match configured(&value, &Shared::default()) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|wrong| wrong.key).collect(),
    };
    let told = wrong(json!({
        "default_pipelines": ["trace/rest"],
        "table": [
            {"context": "request", "condition": "true", "pipelines": ["traces"]},
            {"condition": "name == \"a\"", "pipelines": ["traces"]},
            {"statement": "set(attributes, 1)", "pipelines": ["traces"]},
            {"condition": "true", "pipelines": []},
            {"pipelines": ["traces"]},
            {"condition": "true", "statement": "route()", "pipelines": ["traces"]},
            {"context": "span", "condition": "true", "pipelines": ["traces", "logs"]},
        ],
    }));
    let expected = [
        "default_pipelines[0]",
        "table[0].context",
        "table[1].condition",
        "table[2].statement",
        "table[3].pipelines",
        "table[4]",
        "table[5]",
        "table[6].pipelines[1]",
    ];
    assert_eq!(told, expected);
    assert_eq!(wrong(json!({"match_once": true})), ["match_once"]);
}

#[test]
fn a_pipeline_that_the_connector_does_not_lead_into_is_a_mistake() {
    let table = json!([
        {"condition": "true", "pipelines": ["traces/a"]},
        {"condition": "true", "pipelines": ["traces/a", "traces/slw"]},
    ]);
    let value = json!({"default_pipelines": ["traces/rest"], "table": table});
    let connector = configured(&value, &Shared::default()).expect("sound");
    let feeds = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        connector.connect(&names)
    };
    let error = feeds(&["traces/a", "traces/slow", "traces/rest"]).expect_err("a typing error");
    assert_eq!(error.key, "table[1].pipelines[1]");
    assert!(
        error.message.contains("did you mean `traces/slow`?"),
        "{}",
        error.message
    );
    let error = feeds(&["traces/a", "traces/slw"]).expect_err("no default");
    assert_eq!(error.key, "default_pipelines[0]");
    assert!(feeds(&["traces/a", "traces/slw", "traces/rest"]).is_ok());
}

proptest! {
    #[test]
    fn every_span_goes_where_exactly_one_row_sends_it(
        services in prop::collection::vec("[a-e]{0,4}", 0..4),
        rows in prop::collection::vec(("[a-e]", 0_usize..2), 0..4),
    ) {
        let table: Vec<_> = rows
            .iter()
            .map(|(name, place)| json!({
                "context": "span",
                "condition": format!("name == \"{name}\""),
                "pipelines": [PIPELINES[*place]],
            }))
            .collect();
        let value = json!({"default_pipelines": ["traces/rest"], "table": table});
        let connector = configured(&value, &Shared::default()).expect("sound");
        let services: Vec<_> = services.iter().map(|spans| ("x", spans.as_str())).collect();
        let payload = traces(&services);
        let routed = connector.route(&payload, &PIPELINES.map(str::to_owned));
        let mut got = vec![String::new(); 3];
        for (place, part) in routed.expect("no condition fails") {
            got[place] = names(part.bytes()).concat();
        }
        let place_of = |name: char| {
            let row = rows.iter().find(|(wanted, _)| wanted.starts_with(name));
            row.map_or(2, |(_, place)| *place)
        };
        for (place, got) in got.iter().enumerate() {
            let mut got: Vec<char> = got.chars().collect();
            let all = services.iter().flat_map(|(_, spans)| spans.chars());
            let mut expected: Vec<char> = all.filter(|name| place_of(*name) == place).collect();
            got.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(got, expected);
        }
    }
}
