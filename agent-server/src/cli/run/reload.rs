//! Reading the configuration again while the agent runs.

use crate::agent::Agent;
use crate::cli::CliError;
use crate::cli::inputs::CheckedArguments;
use crate::cli::main::Terminal;

/// Reads the configuration that `inputs` name again and puts into practice what can change while
/// the agent runs. One that is wrong changes nothing; what is wrong is shown as at the start.
pub(super) fn reload(agent: &mut Agent, inputs: &CheckedArguments, terminal: &mut Terminal<'_>) {
    match inputs.load(terminal) {
        Ok(config) => {
            let reloaded = agent.reload(&config);
            if reloaded.restart.is_empty() {
                tracing::info!("configuration reloaded: {reloaded}");
            } else {
                tracing::warn!("configuration reloaded: {reloaded}");
            }
        }
        Err(error) => {
            if let CliError::Configuration(report) = &error {
                let _ = write!(terminal.err, "{report}");
            }
            tracing::error!("configuration not reloaded, it is wrong; the old one stays in force");
        }
    }
}
