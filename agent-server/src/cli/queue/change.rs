//! `campanile queue replay` and `campanile queue drop`.

use std::io::Write;

use clap::ValueEnum;

use crate::cli::CliError;
use crate::cli::client::{self, Connection};
use crate::cli::format::{Format, write_json, write_lines, written};
use crate::delivery::queues::{Moved, Selection, Subject};

/// The arguments of `campanile queue replay`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ReplayArguments {
    /// Only those of this pipeline, such as traces
    #[arg(long, value_name = "ID")]
    pipeline: Option<String>,
    /// Only those of this exporter, such as otlp/backend
    #[arg(long, value_name = "ID")]
    exporter: Option<String>,
    #[command(flatten)]
    how: How,
}

/// The arguments of `campanile queue drop`.
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true))]
pub(super) struct DropArguments {
    /// What to drop
    #[arg(value_enum, value_name = "WHAT")]
    what: What,
    /// That of this pipeline, such as traces
    #[arg(long, value_name = "ID", group = "which")]
    pipeline: Option<String>,
    /// That of this exporter, such as otlp/backend
    #[arg(long, value_name = "ID", group = "which")]
    exporter: Option<String>,
    /// All of it
    #[arg(long, group = "which", conflicts_with_all = ["pipeline", "exporter"])]
    all: bool,
    #[command(flatten)]
    how: How,
}

/// What to drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// What was refused for good.
    DeadLetters,
    /// What waits; what is being sent meanwhile may still arrive.
    Waiting,
}

/// What both have in common.
#[derive(Clone, Debug, clap::Args)]
struct How {
    /// How to print what was done
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Whom to ask
    #[command(flatten)]
    connection: Connection,
}

pub(super) fn replay(arguments: ReplayArguments, out: &mut dyn Write) -> Result<(), CliError> {
    let selection = Selection {
        subject: Subject::DeadLetters,
        pipeline: arguments.pipeline,
        exporter: arguments.exporter,
    };
    ask(
        &arguments.how,
        "/api/v1/queue/replay",
        "replayed",
        &selection,
        out,
    )
}

pub(super) fn discard(arguments: DropArguments, out: &mut dyn Write) -> Result<(), CliError> {
    let selection = Selection {
        subject: match arguments.what {
            What::DeadLetters => Subject::DeadLetters,
            What::Waiting => Subject::Waiting,
        },
        pipeline: arguments.pipeline,
        exporter: arguments.exporter,
    };
    ask(
        &arguments.how,
        "/api/v1/queue/drop",
        "dropped",
        &selection,
        out,
    )
}

fn ask(
    how: &How,
    path: &str,
    done: &str,
    selection: &Selection,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let moved: Moved = client::post(&how.connection.endpoint, path, selection)?;
    written(match how.format {
        Format::Human => writeln!(out, "{}", said(done, moved)),
        Format::Json => write_json(&moved, out),
        Format::Ndjson => write_lines(&[moved], out),
    })
}

fn said(done: &str, moved: Moved) -> String {
    let Moved {
        payloads,
        items,
        left,
    } = moved;
    let left = match left {
        0 => String::new(),
        left => format!("; left for want of room: {left}, run it again later"),
    };
    format!("{done}: payloads {payloads}, items {items}{left}")
}
