//! Figures that a suite found by itself, for people and for programs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::report::Form;
use crate::suites::{OURS, Suite};

/// One figure of one subject for one case.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) case: &'static str,
    pub(crate) subject: &'static str,
    /// What it is, its unit included.
    pub(crate) figure: &'static str,
    pub(crate) value: f64,
}

/// How a suite shows its findings to people.
pub(crate) type Table = fn(&mut dyn Write, &[Finding]) -> io::Result<()>;

pub(crate) fn print(
    out: &mut impl Write,
    suite: &Suite,
    findings: &[Finding],
    form: Form,
    table: Table,
) -> io::Result<()> {
    match form {
        Form::Json => json_lines(out, suite, findings),
        Form::Table => {
            table(out, findings)?;
            writeln!(out, "\n{}", suite.about)
        }
    }
}

/// An object for each subject of each case, in the order of their first figures.
fn json_lines(out: &mut impl Write, suite: &Suite, findings: &[Finding]) -> io::Result<()> {
    let of = |finding: &Finding| (finding.case, finding.subject);
    for (case, subject) in firsts(findings, of) {
        let mut object = Map::new();
        object.insert("suite".to_owned(), json!(suite.name));
        object.insert("case".to_owned(), json!(case));
        object.insert("subject".to_owned(), json!(subject));
        for finding in findings.iter().filter(|other| of(other) == (case, subject)) {
            let value = (finding.value * 1_000.0).round() / 1_000.0;
            object.insert(finding.figure.to_owned(), json!(value));
        }
        writeln!(out, "{}", Value::Object(object))?;
    }
    Ok(())
}

/// One line for each figure: ours, theirs, and how many times theirs is ours.
pub(crate) fn compared_table(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    writeln!(out, "| case | figure | ours / theirs |")?;
    writeln!(out, "|---|---|---|")?;
    for (case, figure) in firsts(findings, |finding| (finding.case, finding.figure)) {
        let of = |is_ours: bool| {
            let mut same = findings
                .iter()
                .filter(|other| (other.case, other.figure) == (case, figure));
            let found = same.find(|other| (other.subject == OURS) == is_ours);
            found.map(|finding| finding.value)
        };
        writeln!(
            out,
            "| {case} | {figure} | {} |",
            compared(of(true), of(false))
        )?;
    }
    writeln!(out, "\nours / theirs (theirs as a multiple of ours)")
}

/// What `of` gives for the findings, each once.
fn firsts<K: PartialEq>(findings: &[Finding], of: impl Fn(&Finding) -> K) -> Vec<K> {
    let mut keys = Vec::new();
    for key in findings.iter().map(of) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn compared(ours: Option<f64>, theirs: Option<f64>) -> String {
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), rounded);
    let (left, right) = (shown(ours), shown(theirs));
    match (ours, theirs) {
        (Some(a), Some(b)) if a > 0.0 => {
            let digits = if b / a < 0.1 { 2 } else { 1 };
            format!("{left} / {right} ({:.digits$})", b / a)
        }
        _ => format!("{left} / {right}"),
    }
}

/// As many digits as mean something; none after the point when there is nothing there.
pub(crate) fn rounded(value: f64) -> String {
    let digits = match value.abs() {
        _ if value.fract() == 0.0 => 0,
        size if size < 10.0 => 2,
        size if size < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suites::Kind;

    const SUITE: Suite = Suite {
        name: "letters",
        about: "About letters.",
        kind: Kind::Cases(Vec::new),
    };

    fn finding(subject: &'static str, figure: &'static str, value: f64) -> Finding {
        Finding {
            case: "send a",
            subject,
            figure,
            value,
        }
    }

    fn printed(findings: &[Finding], form: Form) -> String {
        let mut out = Vec::new();
        print(&mut out, &SUITE, findings, form, compared_table).expect("a vector takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_line_of_json_has_every_figure_of_one_subject() {
        let findings = [
            finding(OURS, "cpu_us", 1.234_56),
            finding("other", "cpu_us", 5.0),
            finding(OURS, "allocations", 2.0),
        ];
        let lines: Vec<Value> = printed(&findings, Form::Json)
            .lines()
            .map(|line| serde_json::from_str(line).expect("an object"))
            .collect();
        let expected = [
            json!({
                "suite": "letters", "case": "send a", "subject": "campanile",
                "cpu_us": 1.235, "allocations": 2.0,
            }),
            json!({ "suite": "letters", "case": "send a", "subject": "other", "cpu_us": 5.0 }),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_table_compares_figure_by_figure_and_divides_nothing_by_zero() {
        let findings = [
            finding(OURS, "cpu_us", 1.234),
            finding(OURS, "lost", 0.0),
            finding("other", "cpu_us", 12.34),
            finding("other", "lost", 300.0),
            finding("other", "lines", 180.4),
            finding(OURS, "p99_9_us", 500.0),
            finding("other", "p99_9_us", 5.0),
        ];
        let text = printed(&findings, Form::Table);
        let lines: Vec<_> = text.lines().skip(2).take(4).collect();
        let expected = [
            "| send a | cpu_us | 1.23 / 12.3 (10.0) |",
            "| send a | lost | 0 / 300 |",
            "| send a | lines | - / 180 |",
            "| send a | p99_9_us | 500 / 5 (0.01) |",
        ];
        assert_eq!(lines, expected);
    }
}
