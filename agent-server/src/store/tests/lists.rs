use std::time::Duration;

use super::trace_id;
use crate::store::fixture::{TestSpan, payload, span, store};
use crate::store::{FindError, Query, SampleFilter, Store, TraceId};

fn insert(store: &Store, service: &str, span: TestSpan) {
    store.insert(&payload(service, &[span])).expect("inserted");
}

#[test]
fn traces_are_listed_newest_first_and_filtered() {
    let store = store();
    insert(&store, "front", span(1, 1, "GET /").at(0, 5_000_000));
    insert(&store, "users", span(2, 1, "GET /user").failed());
    insert(&store, "users", span(1, 2, "GET /user").parent(1).at(5, 10));
    let name = || Some("GET /user".to_owned());
    let front = || Some("front".to_owned());
    let all = Query::default;
    let cases = [
        (all(), vec![2, 1]),
        (Query { limit: 1, ..all() }, vec![2]),
        (
            Query {
                errors_only: true,
                ..all()
            },
            vec![2],
        ),
        (
            Query {
                service: front(),
                ..all()
            },
            vec![1],
        ),
        (
            Query {
                name: name(),
                ..all()
            },
            vec![2, 1],
        ),
        (
            Query {
                name: name(),
                service: front(),
                ..all()
            },
            vec![],
        ),
        (
            Query {
                min_duration: Duration::from_millis(2),
                ..all()
            },
            vec![1],
        ),
    ];
    for (query, expected) in cases {
        let traces = store.traces(&query).expect("read");
        let found: Vec<TraceId> = traces.iter().map(|trace| trace.trace_id).collect();
        let expected: Vec<TraceId> = expected.into_iter().map(trace_id).collect();
        assert_eq!(found, expected, "{query:?}");
    }
}

#[test]
fn a_listed_trace_tells_its_services_and_root() {
    let store = store();
    insert(&store, "users", span(1, 2, "GET /user").parent(1).at(5, 10));
    insert(&store, "front", span(1, 1, "GET /"));
    let list = store.traces(&Query::default()).expect("read");
    assert_eq!(list[0].services, ["front", "users"]);
    assert_eq!(
        (list[0].name.as_str(), list[0].service.as_str()),
        ("GET /", "front")
    );
    assert_eq!(list[0].spans, 2);
}

#[test]
fn a_trace_without_its_root_is_named_after_its_earliest_span() {
    let store = store();
    store
        .insert(&payload("b", &[span(1, 3, "late").parent(9).at(50, 10)]))
        .expect("inserted");
    store
        .insert(&payload("b", &[span(1, 2, "early").parent(9).at(20, 10)]))
        .expect("inserted");
    let list = store.traces(&Query::default()).expect("read");
    assert_eq!((list[0].name.as_str(), list[0].complete), ("early", false));
    assert_eq!(list[0].duration_nanos, 40);
    store
        .insert(&payload("a", &[span(1, 9, "root").at(0, 100)]))
        .expect("inserted");
    let list = store.traces(&Query::default()).expect("read");
    assert_eq!((list[0].name.as_str(), list[0].complete), ("root", true));
}

#[test]
fn a_trace_is_found_by_the_beginning_of_its_id_if_that_is_unique() {
    let store = store();
    let ids = [0xaaaa_0000_u128 << 96, 0xaaab_0000_u128 << 96];
    for id in ids {
        store
            .insert(&payload("front", &[span(id, 1, "a")]))
            .expect("inserted");
    }
    let find = |prefix: &str| store.find(prefix.parse().expect("hex"));
    assert_eq!(find("AAAA").expect("one").trace_id, trace_id(ids[0]));
    store
        .insert(&payload("front", &[span(ids[0] + 1, 1, "a")]))
        .expect("inserted");
    assert!(matches!(find("aaaa"), Err(FindError::Ambiguous)));
    assert!(matches!(find("bbbb"), Err(FindError::NotFound)));
}

#[test]
fn names_count_spans_errors_and_latencies() {
    let store = store();
    let spans = [
        span(1, 1, "a").at(0, 5_000),
        span(2, 1, "a").at(0, 2_000_000).failed(),
        span(2, 2, "a").at(0, 3_000_000),
    ];
    store.insert(&payload("front", &spans)).expect("inserted");
    let names = store.by_name(10).expect("read");
    assert_eq!(names.len(), 1);
    assert_eq!((names[0].spans, names[0].errors), (3, 1));
    assert_eq!(names[0].buckets, [1, 0, 0, 2, 0, 0, 0, 0, 0]);
    assert_eq!(names[0].latest, [trace_id(2), trace_id(1)]);
    let samples = |filter| store.samples(None, "a", filter, 10).expect("read").len();
    assert_eq!(samples(SampleFilter::All), 3);
    assert_eq!(samples(SampleFilter::Errors), 1);
    assert_eq!(samples(SampleFilter::Latency(3)), 2);
    assert_eq!(samples(SampleFilter::Latency(4)), 0);
    assert_eq!(
        store
            .samples(Some("other"), "a", SampleFilter::All, 10)
            .expect("read"),
        []
    );
}
