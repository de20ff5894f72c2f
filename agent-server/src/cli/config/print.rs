//! `campanile config print`: shows the configuration.

use serde::Serialize;

use crate::cli::inputs::InputArguments;
use crate::cli::main::Terminal;
use crate::cli::{CliError, written};
use crate::config::conceal;
use crate::registries::Registries;

/// Arguments of `campanile config print`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: InputArguments,
    /// Check the configuration, and print it with every default; what nothing uses is left out
    #[arg(long)]
    effective: bool,
}

/// Prints the merged configuration. Without `--effective` it is not checked, so that it can be
/// looked at when it is wrong.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    if arguments.effective {
        let config = arguments.inputs.load(terminal)?;
        return print(&config.effective(), terminal);
    }
    let mut root = arguments.inputs.merged(terminal)?;
    conceal(&mut root, &Registries::builtin());
    print(&root, terminal)
}

fn print(value: &impl Serialize, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    let yaml = serde_saphyr::to_string(value)
        .map_err(|error| CliError::Failed(format!("cannot write YAML: {error}")))?;
    written(write!(terminal.out, "{yaml}"))
}
