use proptest::prelude::*;

use super::trace_id;
use crate::ops::Metrics;
use crate::store::fixture::{BASE, TestSpan, payload, span, store};
use crate::store::{MAX_SPANS, Query, Settings, Store};

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

#[test]
fn a_large_trace_is_given_out_up_to_a_limit_and_says_so() {
    let store = store();
    for from in [1, 10_001, 20_001] {
        let spans: Vec<TestSpan> = (from..from + 10_000)
            .map(|id| span(1, id, "a").at(id, 1))
            .collect();
        store.insert(&payload("front", &spans)).expect("inserted");
    }
    let trace = store.trace(trace_id(1)).expect("read").expect("kept");
    assert_eq!((trace.spans.len(), trace.total_spans), (MAX_SPANS, 30_000));
    let last = trace.spans.last().map(|span| span.start_unix_nano - BASE);
    assert_eq!(last, Some(20_000), "the earliest are given out");
}

#[test]
fn narrower_bounds_hold_from_the_moment_a_file_is_opened() {
    let directory = tempfile::tempdir().expect("a directory");
    let open = |max_bytes| {
        let settings = Settings {
            directory: Some(directory.path().to_owned()),
            max_bytes,
            ..Settings::default()
        };
        Store::open(settings, &Metrics::default()).expect("opens")
    };
    let filler = "x".repeat(10_000);
    let wide = open(16 << 20);
    for trace in 1..=300 {
        let span = span(trace, 1, "a").attribute("filler", &filler);
        wide.insert(&payload("front", &[span])).expect("inserted");
    }
    drop(wide);
    let size = open(1 << 20).size().expect("read");
    assert!(size.bytes <= 1 << 20 && size.traces > 50, "{size:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_comes_the_bytes_stay_within_the_bound(
        sizes in prop::collection::vec((1..6_u128, 0..60_000_usize), 1..80)
    ) {
        let settings = Settings { max_bytes: 1 << 20, ..Settings::default() };
        let metrics = Metrics::default();
        let store = Store::open(settings, &metrics).expect("opens");
        for (id, (trace, size)) in (1..).zip(sizes) {
            let span = span(trace, id, &id.to_string()).attribute("filler", &"x".repeat(size));
            let inserted = store.insert(&payload("front", &[span])).expect("inserted");
            prop_assert_eq!(inserted.kept, 1);
            let size = store.size().expect("read");
            prop_assert!(size.bytes <= 1 << 20);
            let names = store.by_name(100).expect("read");
            prop_assert_eq!(names.iter().map(|name| name.spans).sum::<u64>(), size.spans);
            let counted = metrics.values();
            prop_assert_eq!(counted["campanile_store_spans"].unsigned_abs(), size.spans);
            prop_assert_eq!(counted["campanile_store_traces"].unsigned_abs(), size.traces);
        }
    }
}
