use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::receivers::prometheus::config::RelabelConfig;
use crate::receivers::prometheus::labels::Labels;

/// Applies steps to labels; nothing is left of what is dropped.
fn relabel(steps: Value, labels: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
    let steps: Vec<RelabelConfig> = serde_json::from_value(steps).expect("steps");
    let rules = Rules::new(&steps).expect("valid expressions");
    let mut labels: Labels<'_> = labels.iter().copied().collect();
    let kept = rules.apply(&mut labels);
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    kept.then(|| labels.iter().map(own).collect())
}

const ABC: [(&str, &str); 3] = [("a", "foo"), ("b", "bar"), ("c", "baz")];

/// Each step, and the labels that it leaves.
fn check(cases: &[(Value, &str)]) {
    for (step, expected) in cases {
        let labels = relabel(json!([step]), &ABC).expect("kept");
        let labels: Vec<_> = labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(labels.join(" "), *expected, "{step}");
    }
}

#[test]
fn labels_are_replaced_as_prometheus_does() {
    check(&[
        (
            json!({"source_labels": ["a"], "target_label": "d"}),
            "a=foo b=bar c=baz d=foo",
        ),
        (
            json!({"source_labels": ["a", "b"], "regex": "f(.*);(.*)r", "target_label": "a",
                "replacement": "b${1}${2}m"}),
            "a=boobam b=bar c=baz",
        ),
        (
            json!({"source_labels": ["a"], "regex": "oo", "target_label": "d"}),
            "a=foo b=bar c=baz",
        ),
        (
            json!({"source_labels": ["a"], "regex": "(f).*", "target_label": "${1}_x",
                "replacement": "y"}),
            "a=foo b=bar c=baz f_x=y",
        ),
        (
            json!({"source_labels": ["a"], "regex": "(?P<n>f).*", "target_label": "d",
                "replacement": "$n-$$-${n}o"}),
            "a=foo b=bar c=baz d=f-$-fo",
        ),
        (
            json!({"source_labels": ["a"], "target_label": "${1}-", "replacement": "y"}),
            "a=foo b=bar c=baz",
        ),
        (
            json!({"target_label": "a", "replacement": ""}),
            "b=bar c=baz",
        ),
        (
            json!({"target_label": "a", "replacement": "x"}),
            "a=x b=bar c=baz",
        ),
        (
            json!({"source_labels": ["z"], "target_label": "a"}),
            "b=bar c=baz",
        ),
        (
            json!({"source_labels": ["a"], "regex": "(f).*", "target_label": "$1_x",
                "replacement": "y"}),
            "a=foo b=bar c=baz",
        ),
    ]);
}

#[test]
fn every_other_action_changes_labels_as_prometheus_does() {
    check(&[
        (
            json!({"source_labels": ["a", "b"], "separator": "-", "target_label": "d",
                "action": "uppercase"}),
            "a=foo b=bar c=baz d=FOO-BAR",
        ),
        (
            json!({"source_labels": ["a"], "target_label": "d", "action": "lowercase"}),
            "a=foo b=bar c=baz d=foo",
        ),
        (
            json!({"source_labels": ["c"], "target_label": "d", "action": "hashmod",
                "modulus": 1000}),
            "a=foo b=bar c=baz d=976",
        ),
        (
            json!({"source_labels": ["a"], "target_label": "d", "action": "hashmod",
                "modulus": 1}),
            "a=foo b=bar c=baz d=0",
        ),
        (json!({"regex": "[ab]", "action": "labeldrop"}), "c=baz"),
        (
            json!({"regex": "[ab]", "action": "labelkeep"}),
            "a=foo b=bar",
        ),
        (
            json!({"regex": "([ab])", "replacement": "x_$1", "action": "labelmap"}),
            "a=foo b=bar c=baz x_a=foo x_b=bar",
        ),
        (
            json!({"source_labels": ["a"], "regex": "f.*", "action": "keep"}),
            "a=foo b=bar c=baz",
        ),
        (
            json!({"source_labels": ["a"], "regex": "o", "action": "drop"}),
            "a=foo b=bar c=baz",
        ),
        (
            json!({"source_labels": ["a"], "target_label": "b", "action": "dropequal"}),
            "a=foo b=bar c=baz",
        ),
    ]);
}

#[test]
fn what_is_to_be_dropped_is_dropped() {
    let steps = [
        json!({"source_labels": ["a"], "regex": "fo", "action": "keep"}),
        json!({"source_labels": ["a"], "regex": "f.o", "action": "drop"}),
        json!({"source_labels": ["a"], "target_label": "b", "action": "keepequal"}),
        json!({"source_labels": ["a"], "target_label": "a", "action": "dropequal"}),
    ];
    for step in steps {
        assert_eq!(relabel(json!([step]), &ABC), None, "{step}");
    }
}

#[test]
fn an_expression_matches_from_beginning_to_end_and_across_lines() {
    let step = json!([{"source_labels": ["a"], "regex": "x|y.z", "action": "keep"}]);
    for (value, kept) in [("x", true), ("xx", false), ("y\nz", true), ("ay.z", false)] {
        let found = relabel(step.clone(), &[("a", value)]);
        assert_eq!(found.is_some(), kept, "{value:?}");
    }
    assert!(compile("(?i)caf\u{e9}").is_ok_and(|regex| regex.is_match("CAF\u{c9}")));
}

#[test]
fn expressions_that_are_wrong_or_huge_are_refused_in_one_line() {
    let wrong = compile("(").map_err(|error| explain(&error));
    assert_eq!(
        wrong.map(drop),
        Err("is not a valid expression: unclosed group".to_owned())
    );
    let huge = compile("(\\pL{1000}){100}").map_err(|error| explain(&error));
    assert!(huge.is_err_and(|text| text.contains("when compiled") && !text.contains('\n')));
}

proptest! {
    #[test]
    fn no_step_leaves_labels_that_are_empty_or_twice(
        steps in prop::collection::vec((0_usize..11, "[abc]", "[abc$1.*()]{0,4}"), 0..6),
        value in "\\PC{0,8}",
    ) {
        const ACTIONS: [&str; 11] = [
            "drop", "dropequal", "hashmod", "keep", "keepequal", "labeldrop", "labelkeep",
            "labelmap", "lowercase", "replace", "uppercase",
        ];
        let steps: Vec<RelabelConfig> = steps.into_iter().map(|(action, label, text)| {
            let step = json!({"action": ACTIONS[action], "source_labels": [label],
                "target_label": text, "replacement": text, "modulus": 3, "regex": text});
            serde_json::from_value(step).expect("a step")
        }).collect();
        if let Ok(rules) = Rules::new(&steps) {
            let mut labels: Labels<'_> = [("a", value.as_str()), ("b", "x")].into_iter().collect();
            rules.apply(&mut labels);
            let names: Vec<_> = labels.iter().map(|(name, _)| name).collect();
            prop_assert!(names.is_sorted_by(|a, b| a < b));
            prop_assert!(labels.iter().all(|(_, value)| !value.is_empty()));
        }
    }
}
