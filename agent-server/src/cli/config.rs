//! `campanile config`: shows the configuration.

use super::inputs::InputArguments;
use super::main::Terminal;
use super::{CliError, written};
use crate::config::conceal;
use crate::registries::Registries;

/// Arguments of `campanile config`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// Print what --config and --set come to, as YAML; `${env:...}` and `${file:...}` stay as they
    /// are, and secrets that are written out are not shown
    Print(InputArguments),
}

/// Prints the merged configuration. It is not checked, so that it can be looked at when it is
/// wrong; `campanile validate` checks.
///
/// # Errors
///
/// [`CliError::Configuration`] when a file cannot be read or is not YAML.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    let Command::Print(inputs) = &arguments.command;
    let mut root = inputs.merged(terminal)?;
    conceal(&mut root, &Registries::builtin());
    let yaml = serde_saphyr::to_string(&root)
        .map_err(|error| CliError::Failed(format!("cannot write YAML: {error}")))?;
    written(write!(terminal.out, "{yaml}"))
}
