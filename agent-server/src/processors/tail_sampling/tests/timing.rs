//! When it is decided, and what comes after.

use serde_json::json;

use super::{Scene, Written, always, child, errors, payload, root};
use crate::origin::Origin;

#[test]
fn a_trace_is_decided_on_when_it_has_waited_since_its_first_span() {
    let mut scene = Scene::new(&json!({"decision_wait": "10s", "policies": [errors()]}));
    scene.arrive(0, payload(&[child(1, "a")]));
    let error = Written {
        status: 2,
        ..child(1, "b")
    };
    scene.arrive(9_000, payload(&[error]));
    let due = scene.sampler.next_due();
    assert_eq!(due, Some(scene.at(10_000)));
    assert!(scene.decide(9_999).is_empty());
    assert_eq!(scene.decide(10_000), ["a", "b"]);
    assert_eq!((scene.answer(0), scene.answer(1)), (Some(0), Some(0)));
    assert_eq!(scene.sampler.next_due(), None);
}

#[test]
fn a_trace_whose_root_has_ended_is_decided_on_sooner() {
    let cases = [
        // By default five seconds after the root.
        (json!({}), 6_000),
        (json!({"decision_wait_after_root_received": "2s"}), 3_000),
        (json!({"decide_on_root": "1s"}), 2_000),
        (json!({"decide_on_root": "0s"}), 30_000),
        // Not later than without.
        (json!({"decide_on_root": "60s"}), 30_000),
    ];
    for (mut config, due) in cases {
        config["policies"] = json!([always()]);
        let mut scene = Scene::new(&config);
        scene.arrive(0, payload(&[child(1, "a")]));
        scene.arrive(1_000, payload(&[root(1, "root")]));
        assert_eq!(scene.sampler.next_due(), Some(scene.at(due)), "{config}");
        assert!(scene.decide(due - 1).is_empty(), "{config}");
        assert_eq!(scene.decide(due), ["a", "root"], "{config}");
        assert_eq!(scene.sampler.next_due(), None, "{config}");
    }
}

#[test]
fn late_spans_follow_the_decision() {
    let mut scene = Scene::new(&json!({"decision_wait": "1s", "policies": [errors()]}));
    let error = Written {
        status: 2,
        ..child(1, "a")
    };
    scene.arrive(0, payload(&[error, child(2, "b")]));
    assert_eq!(scene.decide(1_000), ["a"]);
    assert_eq!(scene.answer(0), Some(1));
    // Even an error does not change the decision on the other trace.
    let late = Written {
        status: 2,
        ..child(2, "d")
    };
    scene.arrive(9_000, payload(&[child(1, "c"), late]));
    assert_eq!(scene.take(), ["c"]);
    assert_eq!(scene.answer(1), Some(1));
    assert_eq!(scene.sampler.next_due(), None);
    assert_eq!(
        scene.metric(
            "early_releases_from_cache_decision{processor=\"tail_sampling\",sampled=\"true\"}"
        ),
        1
    );
    assert_eq!(
        scene.metric(
            "early_releases_from_cache_decision{processor=\"tail_sampling\",sampled=\"false\"}"
        ),
        1
    );
}

#[test]
fn so_many_decisions_are_remembered_and_no_more() {
    let mut scene = Scene::new(&json!({
        "decision_wait": "1s", "policies": [always()],
        "decision_cache": {"sampled_cache_size": 2, "non_sampled_cache_size": 1},
    }));
    for trace in 1..=3 {
        scene.arrive(u64::from(trace), payload(&[child(trace, "early")]));
    }
    scene.decide(2_000);
    scene.arrive(
        3_000,
        payload(&[child(1, "1"), child(2, "2"), child(3, "3")]),
    );
    // The first is forgotten, and waits as if it were new.
    assert_eq!(scene.take(), ["2", "3"]);
    assert_eq!(scene.sampler.next_due(), Some(scene.at(4_000)));
}

#[test]
fn spans_without_a_trace_are_not_one_trace_for_ever() {
    let mut scene = Scene::new(&json!({"decision_wait": "1s", "policies": [errors()]}));
    scene.arrive(0, payload(&[child(0, "a")]));
    assert!(scene.decide(1_000).is_empty());
    let error = Written {
        status: 2,
        ..child(0, "b")
    };
    scene.arrive(2_000, payload(&[error]));
    assert_eq!(scene.decide(3_000), ["b"]);
}

#[test]
fn what_is_kept_goes_on_in_the_order_in_which_it_came() {
    let mut scene = Scene::new(&json!({"decision_wait": "1s", "policies": [always()]}));
    scene.arrive(0, payload(&[child(2, "a"), child(1, "b"), child(2, "c")]));
    scene.arrive(1, payload(&[child(1, "d"), child(3, "e"), child(2, "f")]));
    // Of the second payload, the third trace waits a moment longer.
    assert_eq!(scene.decide(1_000), ["a", "b", "c", "d", "f"]);
    assert_eq!((scene.answer(0), scene.answer(1)), (Some(0), None));
    assert_eq!(scene.decide(1_001), ["e"]);
    assert_eq!(scene.answer(1), Some(0));
}

#[test]
fn spans_keep_their_origins() {
    let mut scene = Scene::new(&json!({"decision_wait": "1s", "policies": [errors()]}));
    let error = |trace| Written {
        status: 2,
        ..child(trace, "a")
    };
    let from = |receiver: &str, spans: &[Written<'_>]| {
        payload(spans).with_origin(Origin::new(receiver, "grpc"))
    };
    scene.arrive(0, from("x", &[child(1, "b"), error(2)]));
    scene.arrive(0, from("y", &[error(2), child(1, "c"), error(3)]));
    let now = scene.at(1_000);
    scene.sampler.decide_due(now);
    let parcels = scene.sampler.take_kept();
    let origins = parcels[0].payload.origins().each().flatten();
    let origins: Vec<_> = origins.map(ToString::to_string).collect();
    assert_eq!(origins, ["x over grpc", "y over grpc", "y over grpc"]);
}

#[test]
fn at_the_end_everything_is_decided_on_and_what_comes_then_is_too() {
    let mut scene = Scene::new(&json!({"policies": [errors()]}));
    let error = || Written {
        status: 2,
        ..child(1, "a")
    };
    scene.arrive(0, payload(&[error(), child(2, "b")]));
    assert_eq!(scene.drain(1), ["a"]);
    assert_eq!(scene.answer(0), Some(1));
    scene.arrive(
        2,
        payload(&[
            Written {
                trace: 3,
                ..error()
            },
            child(4, "c"),
        ]),
    );
    assert_eq!(scene.take(), ["a"]);
    assert_eq!(scene.answer(1), Some(1));
}

#[test]
fn at_the_end_traces_are_dropped_if_they_are_to_be() {
    let mut scene = Scene::new(&json!({
        "policies": [always()], "drop_pending_traces_on_shutdown": true,
    }));
    scene.arrive(0, payload(&[child(1, "a"), child(2, "b")]));
    assert!(scene.drain(1).is_empty());
    assert_eq!(scene.answer(0), Some(2));
    let dropped = "global_count_traces_sampled{decision=\"dropped\"";
    assert_eq!(scene.metric(dropped), 2);
}

#[test]
fn the_metrics_say_what_waits_and_what_was_said() {
    let mut scene = Scene::new(&json!({"decision_wait": "1s", "policies": [errors(), always()]}));
    scene.arrive(0, payload(&[child(1, "a"), child(2, "b")]));
    scene.decide(0);
    assert_eq!(scene.metric("new_trace_id_received"), 2);
    assert_eq!(scene.metric("sampling_traces_on_memory"), 2);
    assert!(scene.metric("campanile_processor_tail_sampling_bytes") > 0);
    scene.decide(1_000);
    assert_eq!(scene.metric("sampling_traces_on_memory"), 0);
    assert_eq!(scene.metric("campanile_processor_tail_sampling_bytes"), 0);
    let said = |decision: &str, policy: &str| {
        let labels = format!("decision=\"{decision}\",policy=\"{policy}\"");
        scene.metric(&format!("tail_sampling_count_traces_sampled{{{labels}"))
    };
    assert_eq!(
        (said("sampled", "all"), said("not_sampled", "errors")),
        (2, 2)
    );
    assert_eq!(
        (said("sampled", "errors"), said("not_sampled", "all")),
        (0, 0)
    );
    assert_eq!(
        scene.metric("global_count_traces_sampled{decision=\"sampled\""),
        2
    );
}
