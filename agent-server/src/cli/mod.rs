//! The command line: `campanile run`, `campanile traces` and so on. One file per command, each with
//! its `Arguments` and a `run`.

pub mod client;
mod error;
mod format;
pub mod trace;
pub mod traces;

pub use self::error::CliError;
pub use self::format::{Format, write_json, write_lines, written};
