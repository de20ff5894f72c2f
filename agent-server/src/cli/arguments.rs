//! What can be typed.

use clap::{Parser, Subcommand};

use super::{components, config, queue, reload, run, status, trace, traces, validate};

/// What stands at the end of the help.
const AFTER_HELP: &str = "\
Exit codes:
  0   done
  1   failed
  2   bad usage
  3   not found
  4   agent unreachable
  5   timed out
  78  bad configuration, or one that cannot be put into practice, such as a port that is taken

Environment variables:
  CAMPANILE_ENDPOINT           where `queue`, `status`, `traces` and others find the agent's pages
  CAMPANILE_LOG, RUST_LOG      what `run` logs, such as `debug`, in place of the configured level
  OTEL_EXPORTER_OTLP_ENDPOINT  without --config: where to pass on what is received
  OTEL_EXPORTER_OTLP_PROTOCOL  the same by `grpc` (the default) or `http/protobuf`
  NO_COLOR                     if set, errors are not colored
  and whatever a configuration names as ${env:NAME}";

/// Receives spans from any tracing library, keeps, shows and passes them on.
#[derive(Debug, Parser)]
#[command(name = "campanile", version)]
#[command(subcommand_required = true, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(super) struct CommandLine {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List every component that can be configured, and the keys of each
    Components(components::Arguments),
    /// Show the configuration
    Config(config::Arguments),
    /// List, replay or drop what waits for its destination and what was refused for good
    Queue(queue::Arguments),
    /// Have a running agent read its configuration again
    Reload(reload::Arguments),
    /// Run the agent until Ctrl-C or SIGTERM
    Run(run::Arguments),
    /// Show what a running agent does, and where every item went
    Status(status::Arguments),
    /// Print one kept trace as a tree
    Trace(trace::Arguments),
    /// List kept traces, newest first
    Traces(traces::Arguments),
    /// Check a configuration without running it
    Validate(validate::Arguments),
}
