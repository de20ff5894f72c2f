//! `campanile queue ls`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::CliError;
use crate::cli::client::{self, Connection};
use crate::cli::format::{Format, write_json, write_lines, written};
use crate::delivery::log::LogError;
use crate::delivery::queues::{Dead, Queues, Waiting, in_data_dir};
use crate::ops::show::{shortened, time};

/// The arguments of `campanile queue ls`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// Look into the data directory of an agent that is stopped, instead of asking a running one.
    /// Changes nothing
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Whom to ask
    #[command(flatten)]
    connection: Connection,
}

/// A line of `--format ndjson`.
#[derive(Debug, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Waiting(Waiting),
    DeadLetters(Dead),
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    let queues = match &arguments.data_dir {
        Some(directory) => look(directory)?,
        None => client::get(&arguments.connection.endpoint, "/api/v1/queue", &[])?,
    };
    written(match arguments.format {
        Format::Human => render(&queues, out),
        Format::Json => write_json(&queues, out),
        Format::Ndjson => write_lines(&lines(queues), out),
    })
}

fn look(directory: &Path) -> Result<Queues, CliError> {
    let shown = directory.display();
    if !directory.is_dir() {
        return Err(CliError::NotFound(format!("{shown} is no directory")));
    }
    in_data_dir(directory).map_err(|error| match error {
        LogError::Locked { pid } => {
            let pid = pid
                .map(|pid| format!(" (process {pid})"))
                .unwrap_or_default();
            CliError::Failed(format!(
                "an agent{pid} uses {shown}: ask it, without --data-dir"
            ))
        }
        error => CliError::Failed(format!("cannot look into {shown}: {error}")),
    })
}

fn lines(queues: Queues) -> Vec<Line> {
    let waiting = queues.waiting.into_iter().map(Line::Waiting);
    let dead = queues.dead_letters.into_iter().map(Line::DeadLetters);
    waiting.chain(dead).collect()
}

/// Writes two aligned tables; text of others is made [visible](crate::ops::show::visible).
fn render(queues: &Queues, out: &mut dyn Write) -> io::Result<()> {
    if queues.waiting.is_empty() && queues.dead_letters.is_empty() {
        return writeln!(out, "nothing waits, and nothing was refused");
    }
    if !queues.waiting.is_empty() {
        let rows = queues.waiting.iter().map(|waiting| {
            let level = waiting.level.as_deref().unwrap_or("-");
            let counts = (waiting.payloads, waiting.items, waiting.oldest_unix_ms);
            cells(&waiting.pipeline, &waiting.exporter, level, counts)
        });
        table("LEVEL", rows.collect(), out)?;
    }
    if !queues.dead_letters.is_empty() {
        let gap = if queues.waiting.is_empty() { "" } else { "\n" };
        writeln!(out, "{gap}dead letters: `campanile queue replay` or `drop`")?;
        let rows = queues.dead_letters.iter().map(|dead| {
            let reason = dead.reason.as_deref().unwrap_or("-");
            let counts = (dead.payloads, dead.items, dead.oldest_unix_ms);
            cells(&dead.pipeline, &dead.exporter, reason, counts)
        });
        table("REASON", rows.collect(), out)?;
    }
    Ok(())
}

type Row = [String; 6];

fn cells(
    pipeline: &str,
    exporter: &str,
    third: &str,
    (payloads, items, oldest): (u64, u64, Option<u64>),
) -> Row {
    let text = |text: &str| shortened(text, 40).into_owned();
    let oldest = oldest.map(|millis| time(millis.saturating_mul(1_000_000)));
    [
        text(pipeline),
        text(exporter),
        text(third),
        payloads.to_string(),
        items.to_string(),
        oldest.unwrap_or_else(|| "-".to_owned()),
    ]
}

fn table(third: &str, rows: Vec<Row>, out: &mut dyn Write) -> io::Result<()> {
    let heads = ["PIPELINE", "EXPORTER", third, "PAYLOADS", "ITEMS", "OLDEST"].map(str::to_owned);
    let mut widths = [0; 6];
    for row in rows.iter().chain([&heads]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in [heads].into_iter().chain(rows) {
        for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
            // Numbers stand to the right.
            match index {
                3 | 4 => write!(out, "{cell:>width$}  ")?,
                5 => writeln!(out, "{cell}")?,
                _ => write!(out, "{cell:width$}  ")?,
            }
        }
    }
    Ok(())
}
