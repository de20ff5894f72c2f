//! The command line: `campanile run`, `campanile traces` and so on. One file per command, each with
//! its `Arguments` and a `run`.
//!
//! Standard output is data, standard error is for people. Exit codes: 0 done, 1 failed, 2 bad
//! usage, 3 not found, 4 agent unreachable, 5 timed out, 78 bad configuration.
//!
//! Programs that bring the agent with them call [`main_from`] with arguments of their own.

mod arguments;
pub mod client;
mod components;
mod config;
mod error;
mod format;
mod inputs;
mod main;
pub mod queue;
mod reload;
mod run;
mod status;
#[cfg(test)]
mod tests;
pub mod trace;
pub mod traces;
mod validate;

pub use self::error::CliError;
pub use self::format::{Format, write_json, write_lines, written};
pub use self::main::main_from;
