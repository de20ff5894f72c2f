use serde_json::{Value, json};

use super::super::TailSampling;
use super::always;
use crate::component::Entry;

/// The keys that are wrong.
fn wrong(config: &Value) -> Vec<String> {
    match Entry::of::<TailSampling>().configure(config) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|invalid| invalid.key).collect(),
    }
}

/// The keys that are wrong below one policy.
fn wrong_policy(policy: &Value) -> Vec<String> {
    let wrong = wrong(&json!({"policies": [policy]}));
    let keys = wrong
        .iter()
        .map(|key| key.strip_prefix("policies[0].").unwrap_or(key).to_owned());
    keys.collect()
}

#[test]
fn the_defaults_are_the_collectors_but_for_our_own_keys() {
    let expected = json!({
        "decision_wait": "30s", "decision_wait_after_root_received": "0s", "decide_on_root": "5s",
        "num_traces": 50_000, "max_bytes": "256MiB", "expected_new_traces_per_sec": 0,
        "sample_on_first_match": false, "block_on_overflow": false,
        "drop_pending_traces_on_shutdown": false, "maximum_trace_size_bytes": 0,
        "decision_cache": {"sampled_cache_size": 0, "non_sampled_cache_size": 0}, "policies": [],
    });
    assert_eq!(Entry::of::<TailSampling>().defaults(), expected);
}

#[test]
fn a_policy_is_required_and_every_policy_has_a_name_and_a_type() {
    assert_eq!(wrong(&json!({})), ["policies"]);
    assert_eq!(wrong_policy(&json!({})), ["name", "type"]);
    assert_eq!(
        wrong_policy(&json!({"name": "a", "type": "magic"})),
        ["type"]
    );
    let twice = json!({"policies": [always(), always()]});
    assert_eq!(wrong(&twice), ["policies[1].name"]);
    assert!(wrong(&json!({"policies": [always()]})).is_empty());
}

#[test]
fn a_policy_has_the_block_of_its_type_and_no_other() {
    let missing = json!({"name": "a", "type": "latency"});
    assert_eq!(wrong_policy(&missing), ["latency"]);
    let other = json!({
        "name": "a", "type": "boolean_attribute", "string_attribute": {"key": "k", "values": ["v"]},
    });
    assert_eq!(
        wrong_policy(&other),
        ["boolean_attribute", "string_attribute"]
    );
    let unknown = json!({"name": "a", "type": "latency", "latency": {"treshold_ms": 1}});
    assert_eq!(wrong_policy(&unknown), ["latency.treshold_ms"]);
}

#[test]
fn what_cannot_be_done_is_refused_by_its_key() {
    let cases = [
        ("bytes_limiting", json!({}), "bytes_per_second"),
        ("rate_limiting", json!({}), "spans_per_second"),
        (
            "latency",
            json!({"threshold_ms": 5, "upper_threshold_ms": 5}),
            "upper_threshold_ms",
        ),
        (
            "numeric_attribute",
            json!({"key": "k", "min_value": 2, "max_value": 1}),
            "max_value",
        ),
        (
            "probabilistic",
            json!({"sampling_percentage": -1}),
            "sampling_percentage",
        ),
        (
            "span_count",
            json!({"min_spans": 3, "max_spans": 2}),
            "max_spans",
        ),
        ("status_code", json!({}), "status_codes"),
        (
            "status_code",
            json!({"status_codes": ["BAD"]}),
            "status_codes[0]",
        ),
        ("string_attribute", json!({"key": "k"}), "values"),
        ("string_attribute", json!({"values": ["v"]}), "key"),
        (
            "string_attribute",
            json!({"key": "k", "values": ["("], "enabled_regex_matching": true}),
            "values[0]",
        ),
        ("boolean_attribute", json!({}), "key"),
        ("trace_state", json!({"key": "k"}), "values"),
        ("ottl_condition", json!({"span": ["name =="]}), "span[0]"),
        ("and", json!({}), "and_sub_policy"),
        ("drop", json!({}), "drop_sub_policy"),
        ("not", json!({}), "not_sub_policy"),
        (
            "and",
            json!({"and_sub_policy": [{"name": "b", "type": "latency"}]}),
            "and_sub_policy[0].latency",
        ),
    ];
    for (kind, block, key) in cases {
        let policy = json!({"name": "a", "type": kind, kind: block});
        assert_eq!(wrong_policy(&policy), [format!("{kind}.{key}")], "{policy}");
    }
    for (key, value) in [
        ("num_traces", json!(0)),
        ("max_bytes", json!(0)),
        ("decision_wait", json!("0s")),
    ] {
        assert_eq!(wrong(&json!({"policies": [always()], key: value})), [key]);
    }
}

#[test]
fn parts_of_a_composite_are_named_right() {
    let composite = |block: Value| {
        let mut all = json!({
            "max_total_spans_per_second": 10, "composite_sub_policy": [always()],
        });
        let object = all.as_object_mut().expect("an object");
        object.extend(block.as_object().expect("an object").clone());
        json!({"name": "c", "type": "composite", "composite": all})
    };
    let cases = [
        (
            json!({"max_total_spans_per_second": 0}),
            "max_total_spans_per_second",
        ),
        (json!({"policy_order": ["none"]}), "policy_order[0]"),
        (
            json!({"rate_allocation": [{"policy": "none", "percent": 1}]}),
            "rate_allocation[0].policy",
        ),
        (
            json!({"rate_allocation": [{"policy": "all", "percent": 101}]}),
            "rate_allocation",
        ),
        (json!({"composite_sub_policy": []}), "composite_sub_policy"),
    ];
    for (block, key) in cases {
        assert_eq!(
            wrong_policy(&composite(block)),
            [format!("composite.{key}")]
        );
    }
    assert!(wrong_policy(&composite(json!({}))).is_empty());
}

#[test]
fn policies_that_cannot_be_part_of_others_are_refused_there() {
    let drop = json!({"name": "d", "type": "drop", "drop": {"drop_sub_policy": [always()]}});
    let and = |sub: &Value| json!({"name": "a", "type": "and", "and": {"and_sub_policy": [sub]}});
    assert_eq!(wrong_policy(&and(&drop)), ["and.and_sub_policy[0].type"]);
    let not = json!({"name": "n", "type": "not", "not": {"not_sub_policy": always()}});
    assert!(wrong_policy(&and(&not)).is_empty());
    let twice = json!({"name": "m", "type": "not", "not": {"not_sub_policy": not}});
    assert_eq!(wrong_policy(&twice), ["not.not_sub_policy.type"]);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for key in ["num_shards", "sampling_strategy", "tail_storage"] {
        assert_eq!(wrong(&json!({"policies": [always()], key: "x"})), [key]);
    }
}
