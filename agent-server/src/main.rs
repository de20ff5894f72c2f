//! The `campanile` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    campanile_agent::cli::main_from(std::env::args_os())
}
