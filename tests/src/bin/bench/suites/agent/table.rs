//! The table: a row for each figure of a case, a column for each subject.

use std::io::{self, Write};

use super::OURS;
use super::case::{Aim, CPU, IDLE, INSTRUCTIONS, PEAK, READY, SPEED, spread};
use super::cases::CASES;
use crate::findings::{Finding, rounded};

/// The figures that have a row.
const ROWS: [&str; 6] = [CPU, INSTRUCTIONS, PEAK, SPEED, READY, IDLE];

/// Writes what was found, beside what is aimed at and what is known of others.
pub(super) fn write(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    let found = |case, figure, subject| {
        let mut all = findings.iter();
        let found = all.find(|one| (one.case, one.figure, one.subject) == (case, figure, subject));
        found.map(|finding| finding.value)
    };
    let mut subjects = vec![OURS];
    for finding in findings {
        if !subjects.contains(&finding.subject) {
            subjects.push(finding.subject);
        }
    }
    let names = subjects.join(" | ");
    writeln!(out, "| case | figure | {names} | aim | published |")?;
    writeln!(out, "|---|---|{}---|---|", "---|".repeat(subjects.len()))?;
    for case in CASES {
        for figure in ROWS {
            let cell = |subject: &&'static str| {
                let value = found(case.name, figure, subject)?;
                let of = |name| found(case.name, name, subject);
                let most = spread(figure).and_then(|[least, most]| of(least).zip(of(most)));
                Some(shown(value, most))
            };
            let cells: Vec<_> = subjects.iter().map(cell).collect();
            let aim = case.aims.iter().find(|aim| aim.figure == figure);
            if cells.iter().any(Option::is_some) {
                line(out, [case.name, figure], &cells, aim)?;
            }
        }
    }
    Ok(())
}

fn line(
    out: &mut dyn Write,
    [case, figure]: [&str; 2],
    cells: &[Option<String>],
    aim: Option<&Aim>,
) -> io::Result<()> {
    let cells: Vec<_> = cells
        .iter()
        .map(|cell| cell.as_deref().unwrap_or("-"))
        .collect();
    let most = aim.map(|aim| rounded(aim.most));
    let published = aim.map_or("", |aim| aim.published);
    writeln!(
        out,
        "| {case} | {figure} | {} | {} | {published} |",
        cells.join(" | "),
        most.unwrap_or_default()
    )
}

/// The median, and the least and the most where that is known.
fn shown(median: f64, spread: Option<(f64, f64)>) -> String {
    let median = rounded(median);
    match spread {
        Some((least, most)) => format!("{median} ({}-{})", rounded(least), rounded(most)),
        None => median,
    }
}
