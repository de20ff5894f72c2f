use super::trace_id;
use crate::ops::Metrics;
use crate::origin::Origin;
use crate::payload::Payload;
use crate::store::fixture::{BASE, payload, span, store};
use crate::store::model::{Kind, StatusCode};
use crate::store::{Query, Settings, Store};

#[test]
fn a_span_says_where_it_came_from_and_its_bytes_do_not() {
    let store = store();
    let (here, there) = (span(7, 1, "here"), span(7, 2, "there"));
    let origin = Origin::new("zipkin", "http").from_peer(Some([127, 0, 0, 1].into()));
    let of_peer = payload("front", &[there]).with_origin(origin);
    let joined = Payload::join(vec![payload("front", &[here]), of_peer]).expect("two");
    let bytes = joined.bytes().clone();
    assert!(!bytes.windows(6).any(|window| window == b"zipkin"));
    store.insert(&joined).expect("inserted");
    let trace = store.trace(trace_id(7)).expect("read").expect("kept");
    let origins: Vec<_> = trace
        .spans
        .iter()
        .map(|span| span.origin.as_deref())
        .collect();
    assert_eq!(origins, [None, Some("zipkin over http from 127.0.0.1")]);
}

#[test]
fn a_span_comes_back_with_every_field() {
    let store = store();
    let root = span(7, 1, "GET /").kind(2).attribute("http.route", "/");
    let child = span(7, 2, "query").parent(1).at(10, 500).failed();
    let inserted = store
        .insert(&payload("front", &[root, child]))
        .expect("inserted");
    assert_eq!((inserted.kept, inserted.new_traces), (2, 1));

    let trace = store.trace(trace_id(7)).expect("read").expect("kept");
    assert!(trace.complete);
    assert_eq!(trace.total_spans, 2);
    assert_eq!(
        (trace.start_unix_nano, trace.duration_nanos),
        (BASE, 1_000_000)
    );
    let [root, child] = trace.spans.as_slice() else {
        panic!("two spans: {trace:?}");
    };
    assert_eq!((root.name.as_str(), root.kind), ("GET /", Kind::Server));
    assert_eq!(root.attributes["http.route"], "/");
    assert_eq!(root.events[0].name, "begun");
    assert_eq!(child.parent_span_id, Some(root.span_id));
    assert_eq!(child.duration_nanos, 500);
    assert_eq!(child.status.code, StatusCode::Error);
    assert_eq!(child.status.message, "it broke");
    assert_eq!(
        trace.resources[child.resource].attributes["service.name"],
        "front"
    );
    assert_eq!(trace.scopes[child.scope].name, "fixture");
    assert_eq!(store.trace(trace_id(8)).expect("read"), None);
}

#[test]
fn a_payload_that_comes_twice_is_kept_once() {
    let metrics = Metrics::default();
    let store = Store::open(Settings::default(), &metrics).expect("opens");
    let payload = payload(
        "front",
        &[span(7, 1, "a"), span(7, 2, "b").parent(1).failed()],
    );
    store.insert(&payload).expect("inserted");
    let names = store.by_name(10).expect("read");
    let again = store.insert(&payload).expect("inserted");
    assert_eq!((again.kept, again.duplicates, again.new_traces), (0, 2, 0));
    assert_eq!(store.by_name(10).expect("read"), names);
    let list = store.traces(&Query::default()).expect("read");
    assert_eq!((list[0].spans, list[0].errors), (2, 1));
    assert!(
        metrics
            .render()
            .contains("campanile_store_duplicate_spans 2")
    );
    assert!(metrics.render().contains("campanile_store_spans 2"));
}

#[test]
fn a_duplicate_from_another_resource_leaves_nothing_behind() {
    let store = store();
    store
        .insert(&payload("front", &[span(7, 1, "a")]))
        .expect("inserted");
    store
        .insert(&payload("other", &[span(7, 1, "b")]))
        .expect("inserted");
    let connection = store.read();
    for table in ["resources", "names"] {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: i64 = connection
            .query_row(&count, [], |row| row.get(0))
            .expect("counted");
        assert_eq!(rows, 1, "{table}");
    }
}

#[test]
fn spans_that_share_an_id_but_not_a_kind_are_two() {
    let store = store();
    let halves = [span(7, 1, "call").kind(3), span(7, 1, "call").kind(2)];
    assert_eq!(
        store
            .insert(&payload("front", &halves))
            .expect("inserted")
            .kept,
        2
    );
}

#[test]
fn spans_without_valid_ids_are_counted_and_left_out() {
    let store = store();
    let spans = [
        span(0, 1, "no trace"),
        span(7, 0, "no span"),
        span(7, 1, "valid"),
    ];
    let inserted = store.insert(&payload("front", &spans)).expect("inserted");
    assert_eq!((inserted.kept, inserted.invalid), (1, 2));
}
