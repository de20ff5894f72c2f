//! What is bounded and what is forgotten; nothing is lost by it.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const CALLS: &str = "traces.span.metrics.calls";

fn named(name: &str) -> Given<'_> {
    Given { name, ..SPAN }
}

#[test]
fn spans_beyond_the_limit_of_series_count_as_overflow() {
    let mut aggregator = aggregator(json!({"aggregation_cardinality_limit": 2}));
    let spans = ["a", "b", "c", "d", "a"].map(named);
    aggregator.take(&request(&[], &spans), at(0));
    let points = round(&mut aggregator, at(1));
    let calls: Vec<_> = points
        .iter()
        .filter(|point| point.metric == CALLS)
        .collect();
    assert_eq!(calls.len(), 3);
    assert_eq!(
        (calls[0].key.as_str(), calls[0].count),
        ("otel.metric.overflow=true", 2)
    );
    assert_eq!(
        (aggregator.usage().overflowed, aggregator.usage().series),
        (2, 3)
    );
}

#[test]
fn a_span_whose_attributes_are_long_counts_as_overflow() {
    let mut aggregator = aggregator(json!({}));
    aggregator.take(&request(&[], &[named(&"x".repeat(5_000))]), at(0));
    assert_eq!(
        round(&mut aggregator, at(1))[0].key,
        "otel.metric.overflow=true"
    );
}

#[test]
fn a_new_resource_takes_the_place_of_one_that_was_written_or_counts_as_overflow() {
    let mut aggregator = aggregator(json!({"resource_metrics_cache_size": 2}));
    let take = |aggregator: &mut Aggregator, service: &str, now| {
        aggregator.take(&request(&[("service.name", service)], &[SPAN]), now);
    };
    for (second, service) in ["a", "b", "c"].into_iter().enumerate() {
        take(&mut aggregator, service, at(second as u64));
    }
    let resources = |points: &[Read]| {
        let calls = points.iter().filter(|point| point.metric == CALLS);
        calls
            .map(|point| point.resource.clone())
            .collect::<Vec<_>>()
    };
    let overflow = "otel.metric.overflow=true";
    let first = round(&mut aggregator, at(3));
    assert_eq!(
        resources(&first),
        [overflow, "service.name=a", "service.name=b"]
    );
    take(&mut aggregator, "d", at(4));
    let second = round(&mut aggregator, at(5));
    assert_eq!(
        resources(&second),
        [overflow, "service.name=b", "service.name=d"]
    );
}

#[test]
fn what_is_forgotten_starts_anew_and_leaves_nothing_behind() {
    for key in ["series_expiration", "metrics_expiration"] {
        let mut aggregator = aggregator(json!({key: "10s"}));
        aggregator.take(&request(&[], &[SPAN]), at(0));
        assert_eq!(round(&mut aggregator, at(20)).len(), 2, "{key}");
        assert!(round(&mut aggregator, at(21)).is_empty(), "{key}");
        let usage = aggregator.usage();
        assert_eq!((usage.bytes, usage.series), (0, 0), "{key}");
        aggregator.take(&request(&[], &[SPAN]), at(30));
        let again = round(&mut aggregator, at(31));
        assert_eq!((again[0].start, again[0].count), (at(30).unix, 1), "{key}");
    }
}

#[test]
fn with_delta_temporality_quiet_series_are_forgotten_when_they_are_too_many() {
    let mut config = delta();
    config["metric_timestamp_cache_size"] = json!(1);
    let mut aggregator = aggregator(config);
    aggregator.take(&request(&[], &[named("a")]), at(0));
    aggregator.take(&request(&[], &[named("b")]), at(1));
    let first = round(&mut aggregator, at(2));
    assert_eq!(aggregator.usage().series, 1);
    aggregator.take(&request(&[], &["a", "b"].map(named)), at(3));
    let second = round(&mut aggregator, at(4));
    assert_eq!(
        (second[0].start, second[1].start),
        (at(3).unix, first[0].now)
    );
}

#[test]
fn the_calendar_going_back_does_not_turn_points_round() {
    let mut aggregator = aggregator(json!({}));
    aggregator.take(&request(&[], &[SPAN]), at(10));
    let early = Now {
        at: at(11).at,
        ..at(5)
    };
    let points = round(&mut aggregator, early);
    assert!(points[0].start < points[0].now, "{points:?}");
}

#[test]
fn many_series_come_in_pieces() {
    let mut aggregator = aggregator(json!({}));
    for service in 0..30 {
        let names: Vec<String> = (0..200).map(|name| name.to_string()).collect();
        let spans: Vec<_> = names.iter().map(|name| named(name)).collect();
        aggregator.take(
            &request(&[("service.name", &service.to_string())], &spans),
            at(0),
        );
    }
    let mut pieces = Vec::new();
    while let Some(piece) = aggregator.next(at(1)) {
        pieces.push(read(&piece).len());
    }
    assert_eq!(pieces, [8_400, 3_600]);
}

#[derive(Clone, Debug)]
enum Step {
    Take { service: u8, names: Vec<u8> },
    Piece,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..4, prop::collection::vec(0_u8..6, 0..8))
            .prop_map(|(service, names)| Step::Take { service, names }),
        2 => Just(Step::Piece),
        1 => (0_u64..20).prop_map(Step::Wait),
    ]
}

proptest! {
    #[test]
    fn the_calls_of_all_series_are_the_spans_taken(
        steps in prop::collection::vec(step(), 1..60),
        is_delta: bool,
        series in 0_u32..5,
        resources in 1_u32..4,
        expiration in 0_u64..10,
    ) {
        let mut config = if is_delta { delta() } else { json!({}) };
        config["aggregation_cardinality_limit"] = json!(series);
        config["resource_metrics_cache_size"] = json!(resources);
        config["metric_timestamp_cache_size"] = json!(2);
        config["series_expiration"] = json!(format!("{expiration}s"));
        config["metrics_expiration"] = json!(format!("{}s", expiration * 2));
        config["calls_dimensions"] = json!([{"name": "z", "default": "1"}]);
        let mut aggregator = aggregator(config);
        let (mut taken, mut second, mut calls, mut durations) = (0, 0, Totals::default(), Totals::default());
        let mut note = |points: &[Read]| {
            calls.add(points, CALLS);
            durations.add(points, "traces.span.metrics.duration ms");
        };
        for step in steps {
            match step {
                Step::Take { service, names } => {
                    taken += names.len() as u64;
                    let names: Vec<String> = names.iter().map(u8::to_string).collect();
                    let spans: Vec<_> = names.iter().map(|name| named(name)).collect();
                    let resource = [("service.name", &*service.to_string())];
                    aggregator.take(&request(&resource, &spans), at(second));
                }
                Step::Piece => {
                    if let Some(piece) = aggregator.next(at(second)) {
                        note(&read(&piece));
                    }
                }
                Step::Wait(seconds) => second += seconds,
            }
        }
        // The rest of a round, and a whole one.
        note(&round(&mut aggregator, at(second)));
        note(&round(&mut aggregator, at(second)));
        prop_assert_eq!(calls.sum(), taken);
        prop_assert_eq!(durations.sum(), taken);
    }

    #[test]
    fn any_bytes_are_taken_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut aggregator = aggregator(json!({"dimensions": [{"name": "a"}]}));
        aggregator.take(&bytes, at(0));
        round(&mut aggregator, at(1));
    }
}
