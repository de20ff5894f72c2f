//! What each policy is for.

use campanile_wire::otlp::write::Scalar;
use serde_json::{Value, json};

use super::super::policy::Probabilistic;
use super::{Scene, Written, always, child, errors, keeps, of, payload, root};

/// A condition that fails on every span: there is no number in the name.
const FAILS: &str = "Int(name) + 1 > 0";

fn policy(kind: &str, block: &Value) -> Value {
    json!({"name": kind, "type": kind, kind: block})
}

/// Whether a trace of these spans is kept by one policy.
fn one(kind: &str, block: &Value, spans: &[Written<'_>]) -> bool {
    // In two payloads, as they come.
    let (some, others) = spans.split_at(spans.len() / 2);
    let parts = [some, others].into_iter().filter(|part| !part.is_empty());
    keeps(&json!([policy(kind, block)]), parts.map(payload))
}

fn taking(start: u64, end: u64) -> Written<'static> {
    Written {
        milliseconds: (start, end),
        ..child(1, "a")
    }
}

fn with<'a>(key: &'a str, value: Scalar<'a>) -> Written<'a> {
    Written {
        attributes: vec![("first", Scalar::Int(1)), (key, value)],
        ..child(1, "a")
    }
}

#[test]
fn latency_is_from_the_earliest_start_to_the_latest_end() {
    let spans = [taking(1_000, 1_400), taking(1_200, 2_000)];
    for (block, kept) in [
        (json!({"threshold_ms": 1_000}), true),
        (json!({"threshold_ms": 1_001}), false),
        (
            json!({"threshold_ms": 999, "upper_threshold_ms": 1_000}),
            true,
        ),
        (
            json!({"threshold_ms": 1_000, "upper_threshold_ms": 2_000}),
            false,
        ),
        (
            json!({"threshold_ms": 500, "upper_threshold_ms": 999}),
            false,
        ),
    ] {
        assert_eq!(one("latency", &block, &spans), kept, "{block}");
    }
}

#[test]
fn a_span_without_a_start_does_not_make_a_trace_long() {
    let spans = [taking(0, 1_000), taking(1_000, 1_010)];
    assert!(!one("latency", &json!({"threshold_ms": 100}), &spans));
}

#[test]
fn status_code_is_that_of_any_span() {
    let with = |status| Written {
        status,
        ..child(1, "a")
    };
    let spans = [with(1), with(2)];
    for (codes, kept) in [
        (json!(["ERROR"]), true),
        (json!(["OK", "UNSET"]), true),
        (json!(["UNSET"]), false),
    ] {
        let block = json!({"status_codes": codes});
        assert_eq!(one("status_code", &block, &spans), kept, "{block}");
    }
    assert!(one(
        "status_code",
        &json!({"status_codes": ["UNSET"]}),
        &[with(0)]
    ));
}

#[test]
fn a_numeric_attribute_is_within_its_bounds() {
    let block = json!({"key": "n", "min_value": 50, "max_value": 100});
    for (value, kept) in [
        (Scalar::Int(50), true),
        (Scalar::Int(100), true),
        (Scalar::Double(99.5), true),
        (Scalar::Int(49), false),
        (Scalar::Int(101), false),
        (Scalar::Text("60"), false),
    ] {
        let spans = [child(1, "b"), with("n", value)];
        assert_eq!(one("numeric_attribute", &block, &spans), kept, "{value:?}");
    }
    let open = json!({"key": "n", "min_value": 50});
    assert!(one(
        "numeric_attribute",
        &open,
        &[with("n", Scalar::Int(1_000))]
    ));
    assert!(!one(
        "numeric_attribute",
        &open,
        &[with("m", Scalar::Int(1_000))]
    ));
}

#[test]
fn a_string_attribute_is_one_of_the_values_or_has_a_pattern_in_it() {
    let exact = json!({"key": "k", "values": ["value1", "value2"]});
    let pattern = json!({
        "key": "k", "values": ["^v.*2$", "x+y"], "enabled_regex_matching": true,
        "cache_max_size": 1,
    });
    for (text, is, matches) in [
        ("value2", true, true),
        ("value", false, false),
        ("very 2", false, true),
        ("axxyb", false, true),
        ("", false, false),
    ] {
        let spans = [
            child(1, "b"),
            with("k", Scalar::Text(text)),
            with("k", Scalar::Text("no")),
        ];
        assert_eq!(one("string_attribute", &exact, &spans), is, "{text}");
        assert_eq!(one("string_attribute", &pattern, &spans), matches, "{text}");
    }
}

#[test]
fn an_attribute_of_the_resource_counts_too() {
    let policies = json!([policy(
        "string_attribute",
        &json!({"key": "service.name", "values": ["a"]})
    )]);
    let named = |name| of(&[("service.name", Scalar::Text(name))], &[child(1, "x")]);
    assert!(keeps(&policies, [named("b"), named("a")]));
    assert!(!keeps(&policies, [named("b"), named("c")]));
}

#[test]
fn a_boolean_attribute_has_the_value() {
    for (value, kept) in [
        (Scalar::Bool(true), true),
        (Scalar::Bool(false), false),
        (Scalar::Text("true"), false),
    ] {
        let block = json!({"key": "b", "value": true});
        assert_eq!(one("boolean_attribute", &block, &[with("b", value)]), kept);
    }
    let block = json!({"key": "b"});
    assert!(one(
        "boolean_attribute",
        &block,
        &[with("b", Scalar::Bool(false))]
    ));
    assert!(!one("boolean_attribute", &block, &[child(1, "a")]));
}

#[test]
fn an_inverted_match_is_for_traces_without_and_against_those_with() {
    let block = json!({"key": "k", "values": ["v"], "invert_match": true});
    let inverted = policy("string_attribute", &block);
    let has = || payload(&[child(1, "b"), with("k", Scalar::Text("v"))]);
    let has_not = || payload(&[child(1, "b"), with("k", Scalar::Text("w"))]);
    assert!(keeps(&json!([inverted]), [has_not()]));
    assert!(!keeps(&json!([inverted]), [has()]));
    // Against a trace, it is stronger than who is for it.
    assert!(!keeps(&json!([always(), inverted]), [has()]));
    // For a trace, it is weaker than who was asked in vain.
    assert!(!keeps(&json!([errors(), inverted]), [has_not()]));
    assert!(keeps(&json!([errors(), always(), inverted]), [has_not()]));
}

#[test]
fn trace_state_has_the_member() {
    let block = json!({"key": "vendor", "values": ["1", "2"]});
    for (trace_state, kept) in [
        ("vendor=2", true),
        ("a=b, vendor=1", true),
        ("vendor=3", false),
        ("xvendor=1", false),
        ("", false),
    ] {
        let span = Written {
            trace_state,
            ..child(1, "a")
        };
        assert_eq!(
            one("trace_state", &block, &[child(1, "b"), span]),
            kept,
            "{trace_state}"
        );
    }
}

#[test]
fn trace_flags_are_sampled_on_any_span() {
    let policies = json!([{"name": "flags", "type": "trace_flags"}]);
    let with = |flags| {
        payload(&[Written {
            flags,
            ..child(1, "a")
        }])
    };
    assert!(keeps(&policies, [with(0), with(0x101)]));
    assert!(!keeps(&policies, [with(0), with(0x100)]));
}

#[test]
fn span_count_counts_the_spans_of_all_payloads() {
    let spans = vec![child(1, "a"); 5];
    for (block, kept) in [
        (json!({"min_spans": 5}), true),
        (json!({"min_spans": 6}), false),
        (json!({"min_spans": 2, "max_spans": 5}), true),
        (json!({"min_spans": 2, "max_spans": 4}), false),
        (json!({"max_spans": 5}), true),
    ] {
        assert_eq!(one("span_count", &block, &spans), kept, "{block}");
    }
}

#[test]
fn probabilistic_is_the_collectors_choice() {
    // What part of all hashes is below that of the id: computed by another program.
    let vectors = [
        (
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "",
            64.558_718_963_079_34,
        ),
        (
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "pepper",
            47.513_706_851_875_43,
        ),
        (
            "00000000000000000000000000000001",
            "",
            88.118_302_422_092_98,
        ),
        (
            "00000000000000000000000000000001",
            "pepper",
            2.220_944_842_245_805,
        ),
        (
            "ffffffffffffffffffffffffffffffff",
            "",
            9.275_456_973_974_268,
        ),
        ("d4cda95b652f4a1592b449d5929fda1b", "", 88.561_037_582_449_4),
    ];
    for (hex, salt, part) in vectors {
        let id = const_hex::decode(hex).expect("hex");
        let id = id.try_into().expect("sixteen bytes");
        for (percentage, kept) in [(part - 1e-9, false), (part + 1e-9, true)] {
            let policy = Probabilistic::new(percentage, salt);
            assert_eq!(policy.keeps(&id), kept, "{hex} {salt} {percentage}");
        }
        assert!(Probabilistic::new(100.0, salt).keeps(&id));
        assert!(Probabilistic::new(250.0, salt).keeps(&id));
        assert!(!Probabilistic::new(0.0, salt).keeps(&id));
    }
}

#[test]
fn the_threshold_of_a_percentage_is_rounded_as_others_round_it() {
    let vectors = [
        (0.1, 0x0041_8937_4bc6_a7ef),
        (1.0, 0x028f_5c28_f5c2_8f5f),
        (10.0, 0x1999_9999_9999_99ff),
        (33.3, 0x553f_7ced_9168_6fff),
        (50.0, 0x7fff_ffff_ffff_ffff),
        (99.99, 0xfff9_7247_4538_e7ff),
        (100.0, u64::MAX),
    ];
    for (percentage, threshold) in vectors {
        assert_eq!(
            Probabilistic::new(percentage, "").threshold(),
            threshold,
            "{percentage}"
        );
    }
}

#[test]
fn and_is_for_what_all_are_for() {
    let slow = json!({"name": "slow", "type": "latency", "latency": {"threshold_ms": 100}});
    let both = policy("and", &json!({"and_sub_policy": [errors(), slow]}));
    let span = |status, end| {
        payload(&[Written {
            status,
            ..taking(1_000, end)
        }])
    };
    assert!(keeps(&json!([both]), [span(2, 1_200)]));
    assert!(!keeps(&json!([both]), [span(2, 1_010)]));
    assert!(!keeps(&json!([both]), [span(0, 1_200)]));
    // Inside, an inverted match is for or against like any other.
    let without = json!({
        "name": "w", "type": "string_attribute",
        "string_attribute": {"key": "k", "values": ["v"], "invert_match": true},
    });
    let both = policy("and", &json!({"and_sub_policy": [always(), without]}));
    assert!(keeps(&json!([errors(), both]), [span(0, 1_010)]));
    assert!(!keeps(
        &json!([both]),
        [payload(&[with("k", Scalar::Text("v"))])]
    ));
}

#[test]
fn not_is_for_what_another_is_not_for() {
    let not = policy("not", &json!({"not_sub_policy": errors()}));
    let span = |status| {
        payload(&[Written {
            status,
            ..child(1, "a")
        }])
    };
    assert!(keeps(&json!([not]), [span(0)]));
    assert!(!keeps(&json!([not]), [span(2)]));
}

#[test]
fn drop_is_stronger_than_everything_wherever_it_stands() {
    let block = json!({"key": "url.path", "values": ["/health"], "enabled_regex_matching": true});
    let health = policy("string_attribute", &block);
    let drop = policy(
        "drop",
        &json!({"drop_sub_policy": [health, {"name": "ok", "type": "not",
        "not": {"not_sub_policy": errors()}}]}),
    );
    let span = |status| {
        let span = with("url.path", Scalar::Text("/healthz"));
        payload(&[Written { status, ..span }])
    };
    for policies in [json!([always(), drop]), json!([drop, always()])] {
        assert!(!keeps(&policies, [span(0)]));
        assert!(keeps(&policies, [span(2)]));
        assert!(keeps(&policies, [payload(&[root(1, "a")])]));
    }
}

#[test]
fn nothing_is_kept_that_no_policy_is_for() {
    assert!(!keeps(&json!([errors()]), [payload(&[root(1, "a")])]));
}

#[test]
fn an_ottl_condition_holds_for_a_span_or_an_event_of_one() {
    let resource = [("service.name", Scalar::Text("shop"))];
    let trace = || of(&resource, &[child(1, "a"), with("k", Scalar::Text("v"))]);
    for (block, kept) in [
        (json!({"span": ["attributes[\"k\"] == \"v\""]}), true),
        (
            json!({"span": ["attributes[\"k\"] == \"w\"", "name == \"a\""]}),
            true,
        ),
        (json!({"span": ["attributes[\"k\"] == \"w\""]}), false),
        (
            json!({"span": ["resource.attributes[\"service.name\"] == \"shop\""]}),
            true,
        ),
        (
            json!({"span": ["instrumentation_scope.name == \"library\""]}),
            true,
        ),
        (json!({"spanevent": ["name == \"an event\""]}), false),
    ] {
        let policies = json!([policy("ottl_condition", &block)]);
        assert_eq!(keeps(&policies, [trace()]), kept, "{block}");
    }
    let event = Written {
        event: "an event",
        ..child(1, "a")
    };
    let block = json!({"spanevent": ["name == \"an event\""]});
    assert!(keeps(
        &json!([policy("ottl_condition", &block)]),
        [payload(&[event])]
    ));
}

#[test]
fn a_condition_that_fails_is_not_met_or_leaves_the_policy_unasked() {
    let with_mode = |mode: &str| {
        let block = json!({"error_mode": mode, "span": [FAILS]});
        policy("ottl_condition", &block)
    };
    let trace = || payload(&[child(1, "a")]);
    for mode in ["ignore", "silent", "propagate"] {
        assert!(!keeps(&json!([with_mode(mode)]), [trace()]), "{mode}");
        assert!(
            keeps(&json!([with_mode(mode), always()]), [trace()]),
            "{mode}"
        );
    }
    // Asked in vain, it is stronger than an inverted match; not asked, it is not.
    let block = json!({"key": "k", "values": ["v"], "invert_match": true});
    let inverted = policy("string_attribute", &block);
    assert!(!keeps(&json!([with_mode("ignore"), inverted]), [trace()]));
    assert!(keeps(&json!([with_mode("propagate"), inverted]), [trace()]));
    // Inside another, that one cannot be asked either.
    let not = policy("not", &json!({"not_sub_policy": with_mode("propagate")}));
    assert!(!keeps(&json!([not]), [trace()]));
    let mut scene = Scene::new(&json!({"policies": [not]}));
    scene.arrive(0, trace());
    scene.drain(0);
    assert_eq!(
        scene.metric("sampling_policy_evaluation_error{policy=\"not\"}"),
        1
    );
}
