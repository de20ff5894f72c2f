//! `campanile status`: what a running agent is doing, and where every item went.

use std::io::{self, Write};

use super::CliError;
use super::client::{self, Connection};
use super::format::{Format, write_json, write_lines, written};
use crate::ops::{LedgerLine, Status};

/// The arguments of `campanile status`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Whom to ask
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// Asks the agent for its state and prints it.
///
/// # Errors
///
/// When the agent cannot be asked, or `out` cannot be written to.
pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    let status: Status = client::get(&arguments.connection.endpoint, "/api/v1/status", &[])?;
    written(match arguments.format {
        Format::Human => render(&status, out),
        Format::Json => write_json(&status, out),
        Format::Ndjson => write_lines(&[&status], out),
    })
}

/// The columns of the ledger, in the order of its equation.
const HEADS: [&str; 9] = [
    "RECEIVED",
    "SENT",
    "SAMPLED OUT",
    "FILTERED",
    "REJECTED",
    "DEAD",
    "DROPPED",
    "QUEUED",
    "IN FLIGHT",
];

fn render(status: &Status, out: &mut dyn Write) -> io::Result<()> {
    let Status {
        version,
        phase,
        started_at,
        ..
    } = status;
    writeln!(out, "campanile {version} is {phase}, since {started_at}")?;
    let width = status.addresses.keys().map(String::len).max();
    let width = width.unwrap_or_default();
    for (key, address) in &status.addresses {
        writeln!(out, "  {key:width$}  {address}")?;
    }
    let mut lines = status.ledger.clone();
    lines.extend(LedgerLine::by_signal(&status.ledger));
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nwhere every item went:")?;
    ledger(&lines, out)?;
    for line in status.ledger.iter().filter(|line| !line.dropped.is_empty()) {
        let reasons = line.dropped.iter();
        let reasons = reasons.map(|(reason, items)| format!("{items} {reason}"));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        writeln!(out, "  dropped, {}: {reasons}", title(line))?;
    }
    Ok(())
}

fn ledger(lines: &[LedgerLine], out: &mut dyn Write) -> io::Result<()> {
    let first = lines.iter().map(|line| title(line).chars().count()).max();
    let first = first.unwrap_or_default();
    let rows: Vec<[String; 9]> = lines.iter().map(cells).collect();
    let mut widths = HEADS.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let heads = HEADS.map(str::to_owned);
    let titles = lines.iter().map(title);
    let rows = titles.zip(rows);
    for (title, row) in [(String::new(), heads)].into_iter().chain(rows) {
        write!(out, "  {title:first$}")?;
        for (cell, width) in row.iter().zip(widths) {
            write!(out, "  {cell:>width$}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `traces -> otlp`, or `traces, all destinations`: what passes several counts in each.
fn title(line: &LedgerLine) -> String {
    match line.exporter.as_str() {
        "" => format!("{}, all destinations", line.signal),
        exporter => format!("{} -> {exporter}", line.pipeline),
    }
}

fn cells(line: &LedgerLine) -> [String; 9] {
    let cells = [
        line.received,
        line.sent,
        line.sampled_out,
        line.filtered,
        line.rejected,
        line.dead_lettered,
        line.dropped.values().sum(),
        line.queued,
        line.in_flight,
    ];
    cells.map(|items| items.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::component::Shared;

    #[test]
    fn the_ledger_stands_in_a_table_with_a_sum_and_the_reasons() {
        let mut status = Status::of(&Shared::default());
        status.version = "1.2.3".to_owned();
        status.started_at = "2026-01-01T00:00:00Z".to_owned();
        let key = "otlp.protocols.grpc.endpoint".to_owned();
        status.addresses.insert(key, "127.0.0.1:4317".to_owned());
        status.ledger = vec![LedgerLine {
            signal: "traces".to_owned(),
            pipeline: "traces/slow".to_owned(),
            exporter: "otlp".to_owned(),
            received: 1_234_567,
            sent: 1_234_000,
            dropped: BTreeMap::from([("expired".to_owned(), 500)]),
            queued: 67,
            ..LedgerLine::default()
        }];
        let mut out = Vec::new();
        render(&status, &mut out).expect("written");
        let expected = "\
campanile 1.2.3 is starting, since 2026-01-01T00:00:00Z
  otlp.protocols.grpc.endpoint  127.0.0.1:4317

where every item went:
                            RECEIVED     SENT  SAMPLED OUT  FILTERED  REJECTED  DEAD  DROPPED  QUEUED  IN FLIGHT
  traces/slow -> otlp        1234567  1234000            0         0         0     0      500      67          0
  traces, all destinations   1234567  1234000            0         0         0     0      500      67          0
  dropped, traces/slow -> otlp: 500 expired
";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
