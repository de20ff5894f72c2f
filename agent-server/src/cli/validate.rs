//! `campanile validate`: checks a configuration without running it.

use super::inputs::InputArguments;
use super::main::Terminal;
use super::{CliError, written};

/// Arguments of `campanile validate`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: InputArguments,
}

/// Checks the configuration; warnings go to standard error.
///
/// # Errors
///
/// [`CliError::Configuration`] with everything that is wrong.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    let config = arguments.inputs.load(terminal)?;
    let counts = [
        (config.receivers.len(), "receiver"),
        (config.processors.len(), "processor"),
        (config.exporters.len(), "exporter"),
        (config.extensions.len(), "extension"),
        (config.service.pipelines.len(), "pipeline"),
        (config.warnings.problems.len(), "warning"),
    ];
    let counts = counts.map(|(count, what)| format!("{count} {what}{}", plural(count)));
    let counts = counts.join(", ");
    written(writeln!(
        terminal.out,
        "the configuration is valid: {counts}"
    ))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
