//! `campanile config`: shows, describes and begins configurations.

mod init;
mod print;
#[cfg(test)]
mod tests;

use super::main::Terminal;
use super::{CliError, write_json, written};
use crate::config::document;
use crate::registries::Registries;

/// Arguments of `campanile config`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// Write a configuration to begin with, with comments
    Init(init::Arguments),
    /// Print what --config and --set come to, as YAML; `${env:...}` and `${file:...}` stay as they
    /// are, and secrets that are written out are not shown
    Print(print::Arguments),
    /// Print the JSON schema of configurations, for editors: save it, and begin your file with
    /// `# yaml-language-server: $schema=PATH`
    Schema,
}

/// Runs the command.
///
/// # Errors
///
/// [`CliError::Configuration`] when a file cannot be read or is not YAML, [`CliError::Failed`] when
/// one cannot be written.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    match &arguments.command {
        Command::Init(arguments) => init::run(arguments, terminal),
        Command::Print(arguments) => print::run(arguments, terminal),
        Command::Schema => {
            let schema = document(&Registries::builtin());
            written(write_json(&schema, terminal.out))
        }
    }
}
