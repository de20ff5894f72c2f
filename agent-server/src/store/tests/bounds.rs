use super::trace_id;
use crate::ops::Metrics;
use crate::store::fixture::{payload, span, store};
use crate::store::{Query, Settings, Store};

#[test]
fn the_oldest_traces_leave_when_the_bytes_are_used_up() {
    let metrics = Metrics::default();
    let settings = Settings {
        max_bytes: 1 << 20,
        ..Settings::default()
    };
    let store = Store::open(settings, &metrics).expect("opens");
    let filler = "x".repeat(1_000);
    for trace in 1..=2_000 {
        let span = span(trace, 1, "a").attribute("filler", &filler);
        store.insert(&payload("front", &[span])).expect("inserted");
        assert!(store.size().expect("read").bytes <= 1 << 20);
    }
    let size = store.size().expect("read");
    assert!(size.traces > 400, "{size:?}");
    assert_eq!(store.trace(trace_id(1)).expect("read"), None);
    assert!(store.trace(trace_id(2_000)).expect("read").is_some());
    assert_eq!(store.by_name(10).expect("read")[0].spans, size.spans);
    let evicted = 2_000 - size.spans;
    let page = metrics.render();
    assert!(page.contains(&format!(
        "campanile_store_evicted_spans{{reason=\"bytes\"}} {evicted}"
    )));
    assert!(page.contains(&format!("campanile_store_traces {}", size.traces)));
}

#[test]
fn a_trace_beyond_the_maximum_age_is_not_seen_and_its_rows_go() {
    let store = store();
    store
        .insert_at(&payload("front", &[span(1, 1, "old")]), 1)
        .expect("inserted");
    assert_eq!(store.traces(&Query::default()).expect("read"), []);
    assert_eq!(store.by_name(10).expect("read"), []);
    assert_eq!(store.size().expect("read").spans, 0);
}
