use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn vectors(path: &str) -> Option<Value> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
    let text = std::fs::read_to_string(format!("{root}{path}")).ok()?;
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn format(name: &Value) -> Format {
    match name.as_str() {
        Some("openmetrics") => Format::OpenMetrics,
        _ => Format::Text,
    }
}

fn labels(out: &mut String, labels: &[Label<'_>]) {
    let pairs: Vec<_> = labels
        .iter()
        .map(|label| format!("{}={}", label.name, label.value))
        .collect();
    if !pairs.is_empty() {
        let _ = write!(out, "{{{}}}", pairs.join(","));
    }
}

fn show(entry: &Entry<'_>) -> String {
    let sample = match entry {
        Entry::Help { name, text } => return format!("help {name} {text}"),
        Entry::Kind { name, kind } => return format!("kind {name} {}", kind.name()),
        Entry::Unit { name, unit } => return format!("unit {name} {unit}"),
        Entry::Sample(sample) => sample,
    };
    let mut out = sample.name.clone().into_owned();
    labels(&mut out, &sample.labels);
    let _ = write!(out, " {}", sample.value);
    let time = |time: Option<i64>| time.map_or_else(String::new, |time| format!(" @{time}"));
    out.push_str(&time(sample.time));
    if let Some(exemplar) = &sample.exemplar {
        out.push_str(" # ");
        labels(&mut out, &exemplar.labels);
        let _ = write!(out, " {}{}", exemplar.value, time(exemplar.time));
    }
    out
}

fn read(format: Format, text: &str, limits: &Limits) -> Result<Vec<String>, ParseError> {
    let mut entries = Vec::new();
    parse(format, text, limits, &mut |entry| {
        entries.push(show(&entry))
    })?;
    Ok(entries)
}

#[test]
fn every_text_of_the_vectors_means_what_they_say() {
    let all = vectors("tests/vectors/exposition/parser.json").expect("part of the repository");
    for case in all["good"].as_array().expect("a list") {
        let text = case["text"].as_str().expect("text");
        let entries = read(format(&case["format"]), text, &Limits::default());
        let expected: Vec<_> = case["entries"].as_array().expect("a list").iter().collect();
        let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", case["name"]));
        assert_eq!(
            expected,
            entries.iter().collect::<Vec<_>>(),
            "{}",
            case["name"]
        );
    }
}

#[test]
fn every_wrong_text_of_the_vectors_is_refused_where_they_say() {
    let all = vectors("tests/vectors/exposition/parser.json").expect("part of the repository");
    for case in all["bad"].as_array().expect("a list") {
        let text = case["text"].as_str().expect("text");
        let refused = read(format(&case["format"]), text, &Limits::default());
        let error = refused.expect_err(text);
        assert_eq!(error.wrong.to_string(), case["wrong"], "{text:?}");
        assert_eq!(error.line, case["line"], "{text:?}");
    }
}

#[test]
fn every_case_of_the_openmetrics_project_has_its_verdict() {
    let path = "../shared/fixtures/upstream/openmetrics/parser_cases.json";
    let Some(cases) = vectors(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let cases = cases.as_array().expect("a list");
    assert_eq!(cases.len(), 211);
    for case in cases {
        let text = case["text"].as_str().expect("text");
        let read = read(Format::OpenMetrics, text, &Limits::default());
        assert_eq!(
            read.is_ok(),
            case["should_parse"],
            "{}: {read:?}",
            case["name"]
        );
    }
}

#[test]
fn every_limit_is_kept() {
    let limits = Limits {
        max_labels: 2,
        max_line: 40,
        max_samples: 2,
    };
    let cases = [
        ("a{b=\"1\",c=\"2\",d=\"3\"} 1\n", Wrong::TooManyLabels(2)),
        ("a 1\nb 1\nc 1\n", Wrong::TooManySamples(2)),
        (
            "a_name_that_would_be_valid_but_for_its_length 1\n",
            Wrong::LongLine(40),
        ),
    ];
    for (text, wrong) in cases {
        for format in [Format::OpenMetrics, Format::Text] {
            let found = read(format, text, &limits).map_err(|error| error.wrong);
            assert_eq!(found, Err(wrong), "{text}");
        }
    }
}

/// A line that is nearly right.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "# (TYPE|HELP|UNIT|EOF)( [a-c]_?s?)?( (counter|histogram|s))?",
        "[a-c](_total|_bucket|_sum|_count)?(\\{(a=\"[a-z\\\\\"]{0,3}\",?)?(le=\"[1-3+Inf]{1,4}\")?\\})? \
         -?[0-3](\\.5)?( [0-9]{1,3})?( # \\{\\} 1)?",
        "\\PC{0,20}",
    ]
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(lines in prop::collection::vec(line(), 0..12), end: bool) {
        let mut text = lines.join("\n");
        if end {
            text.push_str("\n# EOF\n");
        }
        for format in [Format::OpenMetrics, Format::Text] {
            let _ = read(format, &text, &Limits::default());
        }
    }

    #[test]
    fn any_sample_is_read_as_it_was_written(
        name in "[a-z_:][a-z0-9_:]{0,8}", label in "[a-z_][a-z0-9_]{0,8}", text in "\\PC{0,12}",
        value: f64, millis: i32,
    ) {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        let number = if value.is_finite() { value } else { 1.0 };
        let written = format!("{name}{{{label}=\"{escaped}\"}} {number}");
        let nanos = i64::from(millis) * 1_000_000;
        let expected = format!("{name}{{{label}={text}}} {number} @{nanos}");
        let with_millis = format!("{written} {millis}\n");
        prop_assert_eq!(
            read(Format::Text, &with_millis, &Limits::default()),
            Ok(vec![expected.clone()])
        );
        let seconds = format!("{written} {:.3}\n# EOF\n", f64::from(millis) / 1e3);
        prop_assert_eq!(
            read(Format::OpenMetrics, &seconds, &Limits::default()),
            Ok(vec![expected])
        );
    }
}
