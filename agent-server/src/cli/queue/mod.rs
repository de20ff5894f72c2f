//! `campanile queue`: what waits for its destination, and what was refused for good.

mod change;
mod list;
#[cfg(test)]
mod tests;

use std::io::Write;

use clap::Subcommand;

use super::CliError;

/// The arguments of `campanile queue`.
#[derive(Clone, Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// List what waits for each exporter, and the dead letters: what an exporter's destination
    /// refused for good
    Ls(list::Arguments),
    /// Hand dead letters to their queues again
    Replay(change::ReplayArguments),
    /// Drop dead letters, or what waits
    Drop(change::DropArguments),
}

/// Lists, replays or drops.
///
/// # Errors
///
/// When the agent cannot be asked, nothing is meant, or `out` cannot be written to.
pub fn run(arguments: Arguments, out: &mut dyn Write) -> Result<(), CliError> {
    match arguments.command {
        Command::Ls(arguments) => list::run(&arguments, out),
        Command::Replay(arguments) => change::replay(arguments, out),
        Command::Drop(arguments) => change::discard(arguments, out),
    }
}
