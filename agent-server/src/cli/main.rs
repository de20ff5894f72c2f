//! From arguments to an exit code.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use clap::Parser as _;

use super::arguments::{Command, CommandLine};
use super::{CliError, components, config, queue, reload, run, status, trace, traces, validate};
use crate::config::Environment;

/// Runs the command line `arguments`, the first of which is the program's name, and says how the
/// process should end. What `main` of the `campanile` binary does, for programs that embed it.
///
/// Installs the `ring` provider for TLS, and for `run` a subscriber for the log, unless the process
/// has them already.
pub fn main_from(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Fails only when there is a provider, which does as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let command = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line.command,
        Err(error) => {
            // Help and version are data and go to standard output; nothing is lost if it is closed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut terminal = Terminal {
        // Not locked: components write to it while the command runs.
        out: &mut io::stdout(),
        err: &mut io::stderr(),
        color: io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        environment: Environment::of_process(),
    };
    match dispatch(command, &mut terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = match &error {
                CliError::Configuration(report) => write!(terminal.err, "{report}"),
                error => writeln!(terminal.err, "campanile: {error}"),
            };
            error.exit_code()
        }
    }
}

/// What a command talks to.
pub(super) struct Terminal<'t> {
    /// For data.
    pub(super) out: &'t mut dyn Write,
    /// For people.
    pub(super) err: &'t mut dyn Write,
    /// Whether `err` shows colors.
    pub(super) color: bool,
    /// What configuration may refer to.
    pub(super) environment: Environment,
}

pub(super) fn dispatch(command: Command, terminal: &mut Terminal<'_>) -> Result<(), CliError> {
    match command {
        Command::Components(arguments) => components::run(&arguments, terminal.out),
        Command::Config(arguments) => config::run(&arguments, terminal),
        Command::Queue(arguments) => queue::run(arguments, terminal.out),
        Command::Reload(arguments) => reload::run(&arguments, terminal.out),
        Command::Run(arguments) => run::run(&arguments, terminal),
        Command::Status(arguments) => status::run(&arguments, terminal.out),
        Command::Trace(arguments) => trace::run(arguments, terminal.out),
        Command::Traces(arguments) => traces::run(arguments, terminal.out),
        Command::Validate(arguments) => validate::run(&arguments, terminal),
    }
}
