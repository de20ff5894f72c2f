//! What was measured, for people and for programs.

use std::io::{self, Write};

use serde_json::json;

use crate::measure::Figures;
use crate::suites::{OURS, Suite};

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Json,
    Table,
}

/// What one subject needs for one case.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) suite: &'static str,
    pub(crate) case: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) figures: Figures,
}

pub(crate) fn print(
    out: &mut impl Write,
    suite: &Suite,
    rows: &[Row],
    form: Form,
) -> io::Result<()> {
    match form {
        Form::Json => rows.iter().try_for_each(|row| json_line(out, row)),
        Form::Table => table(out, suite, rows),
    }
}

/// Says something that is not part of the results.
pub(crate) fn warn(message: &str) -> io::Result<()> {
    writeln!(io::stderr(), "bench: {message}")
}

fn json_line(out: &mut impl Write, row: &Row) -> io::Result<()> {
    let object = json!({
        "suite": row.suite,
        "case": row.case,
        "subject": row.subject,
        "instructions": row.figures.instructions,
        "allocations": row.figures.allocations,
        "ns": (row.figures.nanoseconds * 10.0).round() / 10.0,
    });
    writeln!(out, "{object}")
}

/// One line for each case and peer: ours, theirs, and how many times theirs is ours.
fn table(out: &mut impl Write, suite: &Suite, rows: &[Row]) -> io::Result<()> {
    writeln!(out, "| case | peer | instructions | allocations | ns |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for ours in rows.iter().filter(|row| row.subject == OURS) {
        for theirs in rows
            .iter()
            .filter(|row| row.case == ours.case && row.subject != OURS)
        {
            line(out, ours, theirs)?;
        }
    }
    writeln!(
        out,
        "\nours / theirs (theirs as a multiple of ours)\n\n{}",
        suite.about
    )
}

fn line(out: &mut impl Write, ours: &Row, theirs: &Row) -> io::Result<()> {
    let (a, b) = (&ours.figures, &theirs.figures);
    let instructions = match (a.instructions, b.instructions) {
        (Some(a), Some(b)) => compared(whole(a), whole(b)),
        _ => "not counted".to_owned(),
    };
    let allocations = compared(whole(a.allocations), whole(b.allocations));
    let time = compared(a.nanoseconds, b.nanoseconds);
    let (case, peer) = (ours.case, theirs.subject);
    writeln!(
        out,
        "| {case} | {peer} | {instructions} | {allocations} | {time} |"
    )
}

fn compared(ours: f64, theirs: f64) -> String {
    if ours > 0.0 {
        format!("{ours:.0} / {theirs:.0} ({:.1})", theirs / ours)
    } else {
        format!("{ours:.0} / {theirs:.0}")
    }
}

fn whole(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
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

    fn row(subject: &'static str, instructions: Option<u64>, allocations: u64) -> Row {
        Row {
            suite: SUITE.name,
            case: "read a",
            subject,
            figures: Figures {
                instructions,
                allocations,
                nanoseconds: 12.34,
            },
        }
    }

    fn printed(rows: &[Row], form: Form) -> String {
        let mut out = Vec::new();
        print(&mut out, &SUITE, rows, form).expect("a vector takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_line_of_json_has_every_figure_and_null_for_what_was_not_counted() {
        let text = printed(&[row(OURS, None, 2)], Form::Json);
        let value: serde_json::Value = serde_json::from_str(text.trim()).expect("one object");
        let expected = json!({
            "suite": "letters", "case": "read a", "subject": "campanile",
            "instructions": null, "allocations": 2, "ns": 12.3,
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn the_table_compares_ours_with_theirs_and_divides_nothing_by_zero() {
        let text = printed(
            &[row(OURS, Some(100), 0), row("other", Some(250), 3)],
            Form::Table,
        );
        let line = "| read a | other | 100 / 250 (2.5) | 0 / 3 | 12 / 12 (1.0) |";
        assert!(text.contains(line), "{text}");
    }
}
