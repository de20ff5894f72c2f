//! What becomes of single spans.

use campanile_wire::otlp::write::Scalar;
use serde_json::json;

use super::{Written, id, sampler, spans, state};

/// At half of everything, just kept.
const HALF: &str = "fefefefefefefefefe80000000000000";

/// Kept with any probability.
const ALL: &str = "111111111111111111ffffffffffffff";

#[test]
fn a_trace_is_kept_by_its_randomness_and_says_with_which_probability() {
    // Trace id, percentage, precision, what it says, and what it says then, equalizing and
    // proportional.
    let same = |state| [state, state];
    let cases = [
        (HALF, 100.0, 4, "", same(Some("ot=th:0"))),
        (HALF, 200.0, 4, "", same(Some("ot=th:0"))),
        (HALF, 50.0, 4, "", same(Some("ot=th:8"))),
        (HALF, 49.0, 4, "", same(None)),
        (
            HALF,
            1.0,
            14,
            "ot=rv:FD70A3D70A3D71",
            same(Some("ot=rv:FD70A3D70A3D71;th:fd70a3d70a3d71")),
        ),
        (HALF, 1.0, 14, "ot=rv:FD70A3D70A3D70", same(None)),
        (
            HALF,
            1.0,
            4,
            "ot=rv:FD70A3D70A3D71",
            same(Some("ot=rv:FD70A3D70A3D71;th:fd70a")),
        ),
        (HALF, 1.0, 3, "ot=rv:FD70A3D70A3D71", same(None)),
        (HALF, 25.0, 4, "ot=th:8", same(None)),
        (ALL, 25.0, 4, "ot=th:8", [Some("ot=th:c"), Some("ot=th:e")]),
        // What was sampled with less keeps saying so.
        (ALL, 50.0, 4, "ot=th:c", [Some("ot=th:c"), Some("ot=th:e")]),
        (
            HALF,
            50.0,
            4,
            "ot=rv:90000000000000;th:8000",
            [Some("ot=rv:90000000000000;th:8"), None],
        ),
        (
            ALL,
            0.0625,
            4,
            "ot=th:fffffffffffff8",
            [Some("ot=th:fffffffffffff8"), None],
        ),
    ];
    for (trace_id, percentage, precision, trace_state, expected) in cases {
        for (mode, expected) in ["equalizing", "proportional"].iter().zip(expected) {
            let config = json!({
                "mode": mode, "sampling_percentage": percentage, "sampling_precision": precision,
            });
            let trace_id = id(trace_id);
            let span = Written {
                trace_id,
                trace_state,
                ..Written::default()
            };
            let found = state(&config, span);
            assert_eq!(
                found.as_deref(),
                expected,
                "{mode} {percentage} {trace_state}"
            );
        }
    }
}

#[test]
fn what_cannot_be_decided_on_fails_closed_or_open() {
    let missing = "00000000000000000000000000000000";
    // Without randomness, malformed, and not passed by the threshold that it names.
    let cases = [
        (missing, "", Some("ot=th:0")),
        (
            HALF,
            "ot=rv:abababababababab",
            Some("ot=rv:abababababababab"),
        ),
        (HALF, "no tracestate", Some("no tracestate")),
        (HALF, "ot=th:c", Some("ot=th:0")),
        (
            HALF,
            "ot=rv:40000000000000;th:8",
            Some("ot=rv:40000000000000;th:0"),
        ),
    ];
    for mode in ["equalizing", "proportional"] {
        for (trace_id, trace_state, open) in cases {
            for (closed, expected) in [(true, None), (false, open)] {
                let config = json!({
                    "mode": mode, "sampling_percentage": 100, "fail_closed": closed,
                });
                let trace_id = id(trace_id);
                let span = Written {
                    trace_id,
                    trace_state,
                    ..Written::default()
                };
                assert_eq!(
                    state(&config, span).as_deref(),
                    expected,
                    "{mode} {trace_state}"
                );
            }
        }
    }
}

#[test]
fn a_span_may_ask_to_be_kept_or_not_to_be() {
    let (always, never) = ((0.0, Some("ot=th:0")), (100.0, None));
    let cases = [
        (Scalar::Int(2), always),
        (Scalar::Double(0.5), always),
        (Scalar::Text("1"), always),
        (Scalar::Int(0), never),
        (Scalar::Double(0.0), never),
        (Scalar::Text("0.0"), never),
        // These ask for nothing.
        (Scalar::Int(-1), (0.0, None)),
        (Scalar::Text("NaN"), (0.0, None)),
        (Scalar::Bool(true), (0.0, None)),
        (Scalar::Text("high"), (100.0, Some("ot=th:0"))),
    ];
    for mode in ["equalizing", "proportional"] {
        for (priority, (percentage, expected)) in cases {
            let config = json!({"mode": mode, "sampling_percentage": percentage});
            let span = Written {
                trace_id: id(HALF),
                trace_state: "",
                priority: Some(priority),
            };
            assert_eq!(
                state(&config, span).as_deref(),
                expected,
                "{mode} {priority:?}"
            );
        }
    }
    // A hash has a randomness of its own to say, unless it keeps nothing by itself.
    let span = || Written {
        trace_id: id(HALF),
        trace_state: "",
        priority: Some(Scalar::Int(1)),
    };
    let kept = state(&json!({"sampling_percentage": 0.1}), span());
    assert_eq!(kept.as_deref(), Some("ot=rv:ff50350941002b;th:0"));
    assert_eq!(state(&json!({}), span()).as_deref(), Some("ot=th:0"));
}

#[test]
fn a_priority_does_not_raise_the_probability_that_a_span_came_with() {
    let config = json!({"mode": "equalizing", "sampling_percentage": 1});
    let priority = Some(Scalar::Int(1));
    let span = Written {
        trace_id: id(ALL),
        trace_state: "ot=th:e",
        priority,
    };
    assert_eq!(state(&config, span).as_deref(), Some("ot=th:e"));
}

#[test]
fn the_metrics_say_what_decided() {
    let (step, metrics) = sampler(&json!({"mode": "equalizing", "sampling_percentage": 50}));
    let span = |trace_id, trace_state, priority| Written {
        trace_id: id(trace_id),
        trace_state,
        priority,
    };
    let payload = spans([
        span(HALF, "", None),
        span(HALF, "ot=rv:00000000000001", None),
        span("", "", None),
        span(HALF, "", Some(Scalar::Int(0))),
        span(ALL, "", None),
    ]);
    step.process(payload).expect("never refused");
    let values = metrics.values();
    let of = |policy: &str, sampled: bool| {
        let name = "otelcol_processor_probabilistic_sampler_count_traces_sampled";
        values[&format!("{name}{{policy=\"{policy}\",sampled=\"{sampled}\"}}")]
    };
    assert_eq!(of("trace_id_w3c", true), 2);
    assert_eq!(of("sampling_randomness", false), 1);
    assert_eq!(of("missing_randomness", false), 1);
    assert_eq!(of("sampling_priority", false), 1);
}
