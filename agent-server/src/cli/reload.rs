//! `campanile reload`: has a running agent read its configuration again.

use std::io::Write;

use super::client::{self, Connection};
use super::format::{Format, write_json, written};
use super::{CliError, write_lines};
use crate::component::ReloadAnswer;

/// Arguments of `campanile reload`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// How to print what was done
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Whom to ask
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// Has the agent read its configuration again, and prints what it did.
///
/// # Errors
///
/// [`CliError::Configuration`] with the agent's report when the new configuration is wrong or
/// cannot be put into practice; the agent goes on with the old one. When the agent cannot be asked,
/// or `out` cannot be written to.
pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    let Arguments { format, connection } = arguments;
    let answer: ReloadAnswer = client::post(&connection.endpoint, "/api/v1/reload", &())?;
    match format {
        Format::Human => {}
        Format::Json => written(write_json(&answer, out))?,
        Format::Ndjson => written(write_lines(&[&answer], out))?,
    }
    match answer {
        ReloadAnswer::Reloaded(reloaded) if *format == Format::Human => {
            written(writeln!(out, "configuration reloaded: {reloaded}"))
        }
        ReloadAnswer::Reloaded(_) => Ok(()),
        ReloadAnswer::Failed { report } | ReloadAnswer::Invalid { report } => {
            let more = "the agent goes on with the configuration that it had\n";
            Err(CliError::Configuration(format!("{report}{more}")))
        }
    }
}
