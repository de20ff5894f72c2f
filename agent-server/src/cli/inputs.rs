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

    /// Loads the configuration.
    fn read(&self, terminal: &Terminal<'_>) -> Result<Config, Report> {
        self.inputs()
            .load(&terminal.environment, &Registries::builtin())
    }

    /// Loads the configuration; its warnings are not shown.
    pub(super) fn load(&self, terminal: &Terminal<'_>) -> Result<Config, CliError> {
        self.read(terminal)
            .map_err(|report| rendered(&report, terminal))
    }

    /// Reads and merges the configuration without checking it.
    pub(super) fn merged(&self, terminal: &Terminal<'_>) -> Result<Node, CliError> {
        self.inputs()
            .merged(&terminal.environment)
            .map_err(|report| rendered(&report, terminal))
    }
}

/// Which configuration is meant, and how severely it is judged.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct CheckedArguments {
    #[command(flatten)]
    inputs: InputArguments,
    /// Take every warning for an error: listeners that any host can reach, secrets that are written
    /// out, components that nothing uses
    #[arg(long)]
    strict: bool,
}

impl CheckedArguments {
    /// Loads the configuration, whose warnings are not judged yet.
    pub(super) fn read(&self, terminal: &Terminal<'_>) -> Result<Config, Report> {
        self.inputs.read(terminal)
    }

    /// The report as it counts.
    pub(super) fn judged(&self, report: Report) -> Report {
        if self.strict { report.strict() } else { report }
    }

    /// Loads the configuration, and shows its warnings.
    pub(super) fn load(&self, terminal: &mut Terminal<'_>) -> Result<Config, CliError> {
        let mut config = self
            .read(terminal)
            .map_err(|report| rendered(&self.judged(report), terminal))?;
        config.warnings = self.judged(config.warnings);
        if config.warnings.has_errors() {
            return Err(rendered(&config.warnings, terminal));
        }
        if !config.warnings.problems.is_empty() {
            let warnings = config.warnings.render(terminal.color);
            // Warnings that nobody reads keep nobody from running.
            let _ = writeln!(terminal.err, "{warnings}");
        }
        Ok(config)
    }
}

/// A report as the error that ends a command.
pub(super) fn rendered(report: &Report, terminal: &Terminal<'_>) -> CliError {
    CliError::Configuration(report.render(terminal.color))
}
