//! The command line: `campanile run`, `campanile traces` and so on. One file per command, each with
//! its `Arguments` and a `run`.

mod error;

pub use self::error::CliError;
