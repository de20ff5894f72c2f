//! How much waits, at most.

use serde_json::json;

use super::super::parcel::Parcel;
use super::super::traces::OVERHEAD;
use super::{Scene, Written, always, child, errors, names, payload, shares};

#[test]
fn beyond_so_many_traces_the_oldest_is_decided_on_with_what_there_is() {
    let mut scene = Scene::new(&json!({"num_traces": 2, "policies": [errors()]}));
    let error = |trace| Written {
        status: 2,
        ..child(trace, "error")
    };
    scene.arrive(0, payload(&[error(1)]));
    scene.arrive(1, payload(&[child(2, "b")]));
    assert!(scene.take().is_empty());
    scene.arrive(2, payload(&[child(3, "c")]));
    assert_eq!(scene.take(), ["error"]);
    scene.arrive(3, payload(&[child(4, "d")]));
    assert_eq!(scene.answer(1), Some(1));
    assert_eq!(scene.metric("sampling_trace_dropped_too_early"), 2);
    // More spans of traces that wait need no other to go.
    scene.arrive(4, payload(&[child(3, "e"), child(4, "f")]));
    assert_eq!(scene.metric("sampling_trace_dropped_too_early"), 2);
}

#[test]
fn beyond_so_many_bytes_the_oldest_are_decided_on() {
    let one = payload(&[child(1, "a")]).size() as u64;
    let max = 10 * (one + 1_000 + OVERHEAD);
    let mut scene = Scene::new(&json!({"max_bytes": max, "policies": [always()]}));
    for trace in 0..100 {
        scene.arrive(u64::from(trace), payload(&[child(trace + 1, "a")]));
        scene.decide(u64::from(trace));
        assert!(scene.metric("campanile_processor_tail_sampling_bytes") as u64 <= max);
    }
    assert!(scene.metric("sampling_trace_dropped_too_early") >= 85);
    assert!(scene.answer(0).is_some() && scene.answer(99).is_none());
}

#[test]
fn a_payload_that_is_larger_than_everything_is_decided_on_at_once() {
    let mut scene = Scene::new(&json!({"max_bytes": 100, "policies": [always()]}));
    scene.arrive(0, payload(&[child(1, "a"), child(2, "b")]));
    assert_eq!(scene.take(), ["a", "b"]);
    assert_eq!(scene.answer(0), Some(0));
}

#[test]
fn with_block_on_overflow_new_payloads_wait_until_there_is_room() {
    let mut scene = Scene::new(&json!({
        "num_traces": 1, "block_on_overflow": true, "decision_wait": "10s",
        "policies": [always()],
    }));
    scene.arrive(0, payload(&[child(1, "a")]));
    scene.arrive(5_000, payload(&[child(2, "b")]));
    scene.arrive(6_000, payload(&[child(3, "c")]));
    assert_eq!(scene.metric("new_trace_id_received"), 1);
    assert_eq!(scene.decide(10_000), ["a"]);
    // The second has come in now; the third still waits behind it.
    assert_eq!(scene.metric("new_trace_id_received"), 2);
    assert_eq!(scene.decide(20_000), ["b"]);
    assert_eq!(scene.drain(20_001), ["c"]);
    assert_eq!(scene.metric("sampling_trace_dropped_too_early"), 0);
}

#[test]
fn a_trace_that_is_too_large_is_dropped_at_once_and_stays_dropped() {
    let mut scene = Scene::new(&json!({"maximum_trace_size_bytes": 150, "policies": [always()]}));
    scene.arrive(0, payload(&[child(1, "a")]));
    scene.arrive(1, payload(&[child(1, &"b".repeat(100)), child(2, "c")]));
    assert_eq!(scene.answer(0), Some(1));
    assert_eq!(scene.answer(1), None);
    assert_eq!(scene.metric("traces_dropped_too_large"), 1);
    scene.arrive(2, payload(&[child(1, "d")]));
    assert_eq!(scene.answer(2), Some(1));
    assert_eq!(scene.drain(3), ["c"]);
    assert_eq!(scene.answer(1), Some(1));
}

#[test]
fn what_is_kept_is_joined_across_payloads_and_divided_when_it_is_much() {
    let mut scene = Scene::new(&json!({"decision_wait": "1s", "policies": [always()]}));
    for _ in 0..30 {
        scene.arrive(0, payload(&vec![child(1, "a"); 1_000]));
    }
    let now = scene.at(1_000);
    scene.sampler.decide_due(now);
    let parcels = scene.sampler.take_kept();
    let sizes: Vec<_> = parcels
        .iter()
        .map(|parcel| parcel.payload.items())
        .collect();
    assert_eq!(sizes.iter().sum::<u64>(), 30_000);
    assert!(sizes.len() <= 4, "{sizes:?}");
}

#[test]
fn a_parcel_is_halved_with_whose_spans_they_are() {
    let parcel = Parcel {
        payload: payload(&["a", "b", "c", "d", "e"].map(|name| child(1, name))),
        shares: shares(&[(7, 2), (8, 3)]),
    };
    let [one, other] = parcel.halve().expect("more than one span");
    assert_eq!(
        (names(&one.payload), one.shares),
        (
            vec!["a".into(), "b".into(), "c".into()],
            shares(&[(7, 2), (8, 1)])
        )
    );
    assert_eq!(
        (names(&other.payload), other.shares),
        (vec!["d".into(), "e".into()], shares(&[(8, 2)]))
    );
    let single = Parcel {
        payload: payload(&[child(1, "a")]),
        shares: shares(&[(1, 1)]),
    };
    assert!(single.halve().is_err());
}
