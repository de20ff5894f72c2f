//! Arguments that say which configuration is meant.

use std::path::PathBuf;

use super::CliError;
use super::main::Terminal;
use crate::config::{Config, Inputs, Node, Report};
use crate::registries::Registries;

/// Which configuration is meant.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct InputArguments {
    /// A configuration file; a later one is laid over the ones before it. Without any, the embedded
    /// default
    #[arg(long, short, value_name = "FILE")]
    config: Vec<PathBuf>,
    /// One value laid over the files, such as `processors.batch.timeout=1s`
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Keep traces in this directory rather than in memory
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Keep what is accepted and not yet delivered in this directory rather than in memory
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl InputArguments {
    fn inputs(&self) -> Inputs {
        Inputs {
            files: self.config.clone(),
            settings: self.set.clone(),
            keep: self.keep.clone(),
            data: self.data_dir.clone(),
        }
    }

    /// Loads the configuration, and shows its warnings.
    pub(super) fn load(&self, terminal: &mut Terminal<'_>) -> Result<Config, CliError> {
        let config = self
            .inputs()
            .load(&terminal.environment, &Registries::builtin())
            .map_err(|report| rendered(&report, terminal))?;
        if !config.warnings.problems.is_empty() {
            let warnings = config.warnings.render(terminal.color);
            // Warnings that nobody reads keep nobody from running.
            let _ = writeln!(terminal.err, "{warnings}");
        }
        Ok(config)
    }

    /// Reads and merges the configuration without checking it.
    pub(super) fn merged(&self, terminal: &Terminal<'_>) -> Result<Node, CliError> {
        self.inputs()
            .merged(&terminal.environment)
            .map_err(|report| rendered(&report, terminal))
    }
}

/// A report as the error that ends a command.
pub(super) fn rendered(report: &Report, terminal: &Terminal<'_>) -> CliError {
    CliError::Configuration(report.render(terminal.color))
}
