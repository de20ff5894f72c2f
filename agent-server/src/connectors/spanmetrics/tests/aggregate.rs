//! What a span counts in.

use campanile_wire::otlp::write::Scalar;
use serde_json::json;

use super::*;

const SHOP: &[(&str, &str)] = &[("service.name", "shop"), ("host.name", "h1")];
const KEY: &str = "service.name=shop span.name=GET / span.kind=SPAN_KIND_SERVER \
                   status.code=STATUS_CODE_UNSET";

/// The keys of a metric.
fn keys(points: &[Read], metric: &str) -> Vec<String> {
    let points = points.iter().filter(|point| point.metric == metric);
    points.map(|point| point.key.clone()).collect()
}

/// The only keys that a configuration gives for a span, without those that every span has.
fn key(config: Value, span: Given<'_>) -> String {
    let mut aggregator = aggregator(config);
    aggregator.take(&request(SHOP, &[span]), at(0));
    let points = round(&mut aggregator, at(1));
    let keys = keys(&points, "traces.span.metrics.calls");
    assert_eq!(keys.len(), 1, "{points:?}");
    keys[0]
        .strip_prefix(KEY)
        .expect("what every span has")
        .trim()
        .to_owned()
}

#[test]
fn spans_and_their_durations_are_counted_by_what_every_span_has() {
    let mut aggregator = aggregator(json!({}));
    let slow = Given {
        nanos: 60_000 * MS,
        ..SPAN
    };
    let exact = Given {
        nanos: 2 * MS,
        ..SPAN
    };
    aggregator.take(&request(SHOP, &[SPAN, slow, exact]), at(0));
    let points = round(&mut aggregator, at(60));
    let [calls, duration] = &points[..] else {
        panic!("{points:?}");
    };
    let expected = Read {
        resource: "service.name=shop host.name=h1".to_owned(),
        metric: "traces.span.metrics.calls".to_owned(),
        key: KEY.to_owned(),
        start: at(0).unix,
        now: at(60).unix,
        count: 3,
        rest: "cumulative".to_owned(),
    };
    assert_eq!(*calls, expected);
    let rest = "cumulative 60005 [2.0, 4.0, 6.0, 8.0, 10.0, 50.0, 100.0, 200.0, 400.0, 800.0, \
                1000.0, 1400.0, 2000.0, 5000.0, 10000.0, 15000.0] \
                [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] []";
    let expected = Read {
        metric: "traces.span.metrics.duration ms".to_owned(),
        rest: rest.to_owned(),
        ..expected
    };
    assert_eq!(*duration, expected);
}

#[test]
fn names_units_and_bounds_are_as_configured() {
    let buckets = json!(["500ms", "1s"]);
    let mut aggregator = aggregator(json!({
        "namespace": "", "histogram": {"unit": "s", "explicit": {"buckets": buckets}}
    }));
    aggregator.take(&request(SHOP, &[SPAN]), at(0));
    let points = round(&mut aggregator, at(1));
    assert_eq!(points[0].metric, "calls");
    assert_eq!(points[1].metric, "duration s");
    assert_eq!(points[1].rest, "cumulative 0.003 [0.5, 1.0] [1, 0, 0] []");
}

#[test]
fn durations_can_be_left_out_and_can_be_exponential() {
    let mut none = aggregator(json!({"histogram": {"disable": true}}));
    none.take(&request(SHOP, &[SPAN]), at(0));
    assert_eq!(round(&mut none, at(1)).len(), 1);
    let mut exponential = aggregator(json!({"histogram": {"exponential": {"max_size": 2}}}));
    let spans = [
        SPAN,
        Given { nanos: 0, ..SPAN },
        Given {
            nanos: 9_000 * MS,
            ..SPAN
        },
    ];
    exponential.take(&request(SHOP, &spans), at(0));
    let points = round(&mut exponential, at(1));
    assert_eq!(
        (points[1].count, points[1].rest.as_str()),
        (3, "cumulative [1, 1]")
    );
}

#[test]
fn a_dimension_is_of_the_span_or_the_resource_or_its_default_or_left_out() {
    let config = || json!({"dimensions": [{"name": "host.name"}, {"name": "x", "default": "d"}]});
    assert_eq!(key(config(), SPAN), "host.name=h1 x=d");
    let attributes = &[("x", Scalar::Int(5)), ("host.name", Scalar::Text("own"))];
    let own = Given { attributes, ..SPAN };
    assert_eq!(key(config(), own), "host.name=own x=5");
    assert_eq!(key(json!({"dimensions": [{"name": "none"}]}), SPAN), "");
}

#[test]
fn calls_and_durations_have_dimensions_of_their_own() {
    let mut aggregator = aggregator(json!({
        "dimensions": [{"name": "a"}],
        "calls_dimensions": [{"name": "b"}],
        "histogram": {"dimensions": [{"name": "c"}]},
    }));
    let attributes = ["a", "b", "c"].map(|key| (key, Scalar::Text("1")));
    let span = Given {
        attributes: &attributes,
        ..SPAN
    };
    aggregator.take(&request(SHOP, &[span]), at(0));
    let points = round(&mut aggregator, at(1));
    assert_eq!(
        keys(&points, "traces.span.metrics.calls"),
        [format!("{KEY} a=1 b=1")]
    );
    let durations = keys(&points, "traces.span.metrics.duration ms");
    assert_eq!(durations, [format!("{KEY} a=1 c=1")]);
}

#[test]
fn what_every_span_has_can_be_excluded() {
    let config = json!({"exclude_dimensions": ["span.name", "status.code", "service.name"]});
    let mut aggregator = aggregator(config);
    aggregator.take(
        &request(
            &[],
            &[
                SPAN,
                Given {
                    name: "other",
                    ..SPAN
                },
            ],
        ),
        at(0),
    );
    let points = round(&mut aggregator, at(1));
    assert_eq!(
        (points[0].count, points[0].key.as_str()),
        (2, "span.kind=SPAN_KIND_SERVER")
    );
}

#[test]
fn a_resource_without_a_name_is_an_unknown_service() {
    let mut aggregator = aggregator(json!({}));
    aggregator.take(&request(&[], &[SPAN]), at(0));
    assert!(
        round(&mut aggregator, at(1))[0]
            .key
            .starts_with("service.name=unknown_service ")
    );
}

#[test]
fn the_scopes_that_are_named_tell_series_apart() {
    let with = |scope: &str| key_of_scope(json!({"include_instrumentation_scope": [scope]}));
    let named = "span.instrumentation.scope.name=http span.instrumentation.scope.version=1.2";
    assert!(with("http").contains(named));
    assert!(!with("grpc").contains(named));
}

fn key_of_scope(config: Value) -> String {
    let mut aggregator = aggregator(config);
    aggregator.take(&request(SHOP, &[SPAN]), at(0));
    round(&mut aggregator, at(1))[0].key.clone()
}

#[test]
fn events_are_counted_by_their_name_and_attributes() {
    let mut aggregator = aggregator(json!({
        "events": {"enabled": true, "dimensions": [{"name": "event.name"}, {"name": "kind"}]}
    }));
    let span = Given {
        event: Some(("exception", "io")),
        ..SPAN
    };
    aggregator.take(&request(SHOP, &[span, span, SPAN]), at(0));
    let points = round(&mut aggregator, at(1));
    let events: Vec<_> = points
        .iter()
        .filter(|point| point.metric.ends_with("events"))
        .collect();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].count, 2);
    assert_eq!(events[0].key, format!("{KEY} event.name=exception kind=io"));
}

#[test]
fn the_first_spans_since_the_last_point_are_examples_beside_durations() {
    let mut aggregator = aggregator(json!({
        "exemplars": {"enabled": true, "max_per_data_point": 1},
        "histogram": {"explicit": {"buckets": ["1s"]}},
    }));
    aggregator.take(
        &request(
            SHOP,
            &[
                SPAN,
                Given {
                    nanos: 9 * MS,
                    ..SPAN
                },
            ],
        ),
        at(0),
    );
    let points = round(&mut aggregator, at(1));
    assert_eq!(
        points[1].rest,
        "cumulative 12 [1000.0] [2, 0] [Some(Double(3.0))]"
    );
    let points = round(&mut aggregator, at(2));
    assert_eq!(points[1].rest, "cumulative 12 [1000.0] [2, 0] []");
}

#[test]
fn only_the_key_attributes_tell_resources_apart() {
    let mut aggregator = aggregator(json!({"resource_metrics_key_attributes": ["service.name"]}));
    for pid in ["1", "2"] {
        let resource = [("pid", pid), ("service.name", "shop")];
        aggregator.take(&request(&resource, &[SPAN]), at(0));
    }
    let points = round(&mut aggregator, at(1));
    assert_eq!(points[0].resource, "pid=1 service.name=shop");
    assert_eq!((points.len(), points[0].count), (2, 2));
}

#[test]
fn the_order_of_attributes_does_not_tell_resources_apart() {
    let mut aggregator = aggregator(json!({}));
    aggregator.take(&request(&[("a", "1"), ("b", "2")], &[SPAN]), at(0));
    aggregator.take(&request(&[("b", "2"), ("a", "1")], &[SPAN]), at(0));
    let points = round(&mut aggregator, at(1));
    assert_eq!((points.len(), points[0].count), (2, 2));
}

#[test]
fn cumulative_series_keep_their_start_and_are_written_while_nothing_comes() {
    let mut aggregator = aggregator(json!({}));
    aggregator.take(&request(SHOP, &[SPAN]), at(0));
    let first = round(&mut aggregator, at(1));
    aggregator.take(&request(SHOP, &[SPAN]), at(2));
    let second = round(&mut aggregator, at(3));
    assert_eq!((first[0].count, second[0].count), (1, 2));
    assert_eq!((first[0].start, second[0].start), (at(0).unix, at(0).unix));
    assert_eq!(round(&mut aggregator, at(4))[0].count, 2);
}

#[test]
fn deltas_begin_where_the_last_ended_and_are_not_written_while_nothing_comes() {
    let mut aggregator = aggregator(delta());
    aggregator.take(&request(SHOP, &[SPAN, SPAN]), at(0));
    let first = round(&mut aggregator, at(1));
    assert_eq!((first[0].count, first[0].rest.as_str()), (2, "delta"));
    assert!(round(&mut aggregator, at(2)).is_empty());
    aggregator.take(&request(SHOP, &[SPAN]), at(3));
    let second = round(&mut aggregator, at(4));
    assert_eq!((second[0].count, second[1].count), (1, 1));
    assert_eq!(
        (second[0].start, second[1].start),
        (first[0].now, first[1].now)
    );
}
