//! Mistakes and what is said about each: `mistakes.txt`.
//!
//! A case is a title after `###`, a configuration, and after `>>>` every line of the report as
//! `line:column: message (help)`. What of `receivers`, `exporters` and `service` a configuration
//! leaves out is appended in its smallest form, so that a case shows only its mistake.

use super::load;

const CASES: &str = include_str!("mistakes.txt");

/// The smallest form of each section.
const REST: [(&str, &str); 3] = [
    ("receivers:", "receivers: {otlp: }\n"),
    ("exporters:", "exporters: {otlp: }\n"),
    (
        "service:",
        "service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n",
    ),
];

struct Case<'t> {
    title: &'t str,
    text: String,
    expected: &'t str,
}

fn cases() -> Vec<Case<'static>> {
    let blocks = CASES.split("### ").skip(1);
    let cases = blocks.map(|block| {
        let (title, rest) = block.split_once('\n').expect("a title");
        let (text, expected) = rest.split_once(">>>\n").expect("an expected report");
        let mut text = text.to_owned();
        for (section, smallest) in REST {
            let is_there = text.lines().any(|line| line.starts_with(section));
            if !is_there && !title.starts_with("only: ") {
                text.push_str(smallest);
            }
        }
        Case {
            title,
            text,
            expected: expected.trim_end(),
        }
    });
    cases.collect()
}

fn report(text: &str) -> String {
    match load(text, &[("PORT", "4317"), ("WORD", "s3cret"), ("EMPTY", "")]) {
        Ok(config) => config.warnings.to_string(),
        Err(report) => report.to_string(),
    }
}

#[test]
fn every_mistake_is_found_and_explained_where_it_was_made() {
    let mut different = String::new();
    for case in cases() {
        let actual = report(&case.text).replace("f:", "");
        if actual != case.expected {
            let Case {
                title, expected, ..
            } = case;
            different += &format!("### {title}\nexpected:\n{expected}\nactual:\n{actual}\n\n");
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn there_are_enough_mistakes() {
    assert!(cases().len() >= 40, "{}", cases().len());
}

#[test]
fn what_is_appended_to_the_cases_is_valid() {
    let smallest: String = REST.iter().map(|(_, smallest)| *smallest).collect();
    assert_eq!(report(&smallest), "");
}

#[test]
fn a_report_shows_the_line_and_marks_the_key() {
    let text = "receivers:\n  otlp:\n    endpont: localhost:1\n";
    let report = load(text, &[]).expect_err("an unknown key").render(false);
    // The frame is drawn with characters beyond ASCII.
    let report = report.replace(|c: char| !c.is_ascii(), "~");
    let shown = "  ~ unknown key `endpont` in `receivers.otlp`\n   \
                 ~~[f:3:5]\n \
                 2 ~   otlp:\n \
                 3 ~     endpont: localhost:1\n   \
                 ~     ~~~~~~~\n   \
                 ~~~~~\n  \
                 help: did you mean `endpoint`? accepted here: `endpoint`, `fails`, \
                 `protocols`, `stage`\n";
    assert!(report.contains(shown), "{report}");
    assert!(!report.contains('\u{1b}'), "{report}");
}
