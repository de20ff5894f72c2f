//! Reading the configuration again while the agent runs.

use super::logs::LogLevelSwitch;
use crate::agent::{Agent, Reloaded};
use crate::cli::CliError;
use crate::cli::inputs::{CheckedArguments, rendered};
use crate::cli::main::Terminal;
use crate::component::ReloadAnswer;
use crate::config::Report;

/// Reads the configuration that `inputs` name again and puts it into force. One that is wrong
/// changes nothing; what is wrong is shown as at the start.
pub(super) async fn reload(
    agent: &mut Agent,
    inputs: &CheckedArguments,
    switch: &LogLevelSwitch,
    terminal: &mut Terminal<'_>,
) -> ReloadAnswer {
    let config = match inputs.load(terminal) {
        Ok(config) => config,
        Err(error) => {
            let report = shown(&error, terminal);
            tracing::error!("configuration not reloaded, it is wrong; the old one stays in force");
            return ReloadAnswer::Invalid { report };
        }
    };
    let level = config.service.telemetry.logs.level;
    match agent.reload(config).await {
        Ok(mut reloaded) => {
            switch.set(level, &mut reloaded);
            tell(&reloaded);
            ReloadAnswer::Reloaded(reloaded)
        }
        Err(failure) => {
            let problems = vec![failure.problem];
            let report = shown(&rendered(&Report { problems }, terminal), terminal);
            tracing::error!(
                "configuration not reloaded, it cannot be put into practice; the old one stays in \
                 force"
            );
            ReloadAnswer::Failed { report }
        }
    }
}

/// Shows what is wrong, and gives it back.
fn shown(error: &CliError, terminal: &mut Terminal<'_>) -> String {
    let report = error.to_string();
    let _ = write!(terminal.err, "{report}");
    report
}

fn tell(reloaded: &Reloaded) {
    if reloaded.restart.is_empty() {
        tracing::info!("configuration reloaded: {reloaded}");
    } else {
        tracing::warn!("configuration reloaded: {reloaded}");
    }
}
