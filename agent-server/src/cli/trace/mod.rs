//! `campanile trace ID`: prints one trace as an indented tree.

mod lines;
mod render;

#[cfg(test)]
mod tests;

pub use self::render::{Show, render_trace};

use std::io::Write;

use super::CliError;
use super::client::{self, Connection};
use super::format::{Format, write_json, write_lines, written};
use crate::store::TracePrefix;
use crate::store::model::Trace;

/// The arguments of `campanile trace`.
#[derive(Clone, Debug, clap::Args)]
pub struct Arguments {
    /// The trace's id, or the first four digits of it or more
    #[arg(value_name = "ID", value_parser = id)]
    pub id: String,
    /// Print attributes, events and links of each span, too
    #[arg(long)]
    pub attributes: bool,
    /// How to print it; ndjson is a span a line
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Whom to ask
    #[command(flatten)]
    pub connection: Connection,
}

/// Asks the agent for the trace and prints it.
///
/// # Errors
///
/// [`CliError::NotFound`] when the trace is not kept; else when the agent cannot be asked, or `out`
/// cannot be written to.
pub fn run(arguments: Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    let Arguments {
        id,
        attributes,
        format,
        connection,
    } = arguments;
    let path = format!("/api/v1/traces/{id}");
    let trace: Trace =
        client::get(&connection.endpoint, &path, &[]).map_err(|error| match error {
            CliError::NotFound(message) => CliError::NotFound(format!("{id}: {message}")),
            CliError::Failed(message) => CliError::Failed(format!("{id}: {message}")),
            other => other,
        })?;
    written(match format {
        Format::Human => render_trace(&trace, Show { attributes }, out),
        Format::Json => write_json(&trace, out),
        Format::Ndjson => write_lines(&trace.spans, out),
    })
}

/// Checks an id; the digits go to the agent as they are.
fn id(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.parse::<TracePrefix>() {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
