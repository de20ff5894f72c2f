//! `campanile validate`: checks a configuration without running it.

mod document;
#[cfg(test)]
mod tests;

use self::document::Document;
use super::inputs::CheckedArguments;
use super::main::Terminal;
use super::{CliError, Format, write_json, write_lines, written};
use crate::config::{Config, Report, machine};

/// Arguments of `campanile validate`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    inputs: CheckedArguments,
    /// Check only what is written, not whether this machine has the ports, files, certificates and
    /// backends for it
    #[arg(long)]
    no_env: bool,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Checks the configuration and, unless `--no-env`, the machine; what was found goes to standard
/// error for people, to standard output as JSON.
///
/// # Errors
///
/// [`CliError::Configuration`] with everything that is wrong.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    let (config, report) = match arguments.inputs.read(terminal) {
        Ok(mut config) => {
            let mut report = std::mem::take(&mut config.warnings);
            if !arguments.no_env {
                report.problems.extend(of_machine(&config)?.problems);
            }
            (Some(config), report)
        }
        Err(report) => (None, report),
    };
    let report = arguments.inputs.judged(report);
    let config = config.filter(|_| !report.has_errors());
    let document = Document::new(&report, config.as_ref());
    match arguments.format {
        Format::Human => return for_people(config.as_ref(), &report, terminal),
        Format::Json => written(write_json(&document, terminal.out))?,
        Format::Ndjson => written(write_lines(&document.problems, terminal.out))?,
    }
    match config {
        Some(_) => Ok(()),
        // It has been printed.
        None => Err(CliError::Configuration(String::new())),
    }
}

fn of_machine(config: &Config) -> Result<Report, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::Failed(format!("cannot start the runtime: {error}")))?;
    let report = runtime.block_on(machine::check(config));
    // A name that does not resolve keeps nobody waiting.
    runtime.shutdown_background();
    Ok(report)
}

fn for_people(
    config: Option<&Config>,
    report: &Report,
    terminal: &mut Terminal<'_>,
) -> Result<(), CliError> {
    let Some(config) = config else {
        return Err(CliError::Configuration(report.render(terminal.color)));
    };
    if !report.problems.is_empty() {
        // Warnings that nobody reads make nothing invalid.
        let _ = writeln!(terminal.err, "{}", report.render(terminal.color));
    }
    let warnings = (report.problems.len(), "warning");
    let counts = document::counts(config).into_iter().chain([warnings]);
    let counts = counts.map(|(count, what)| format!("{count} {what}{}", plural(count)));
    let counts: Vec<String> = counts.collect();
    written(writeln!(
        terminal.out,
        "the configuration is valid: {}",
        counts.join(", ")
    ))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
