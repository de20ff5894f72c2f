//! What can be typed.

use clap::{Parser, Subcommand};

use super::{components, config, run, trace, traces, validate};

/// Receives spans from any tracing library, keeps, shows and passes them on.
#[derive(Debug, Parser)]
#[command(name = "campanile", version)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct CommandLine {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List every component that can be configured, with its default configuration
    Components(components::Arguments),
    /// Show the configuration
    Config(config::Arguments),
    /// Run the agent until Ctrl-C or SIGTERM
    Run(run::Arguments),
    /// Print one kept trace as a tree
    Trace(trace::Arguments),
    /// List kept traces, newest first
    Traces(traces::Arguments),
    /// Check a configuration without running it
    Validate(validate::Arguments),
}
