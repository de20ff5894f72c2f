//! The load generator and the sink; see `campanile_tests::load`.

use std::process::ExitCode;

fn main() -> ExitCode {
    campanile_tests::load::cli::main_from(std::env::args_os())
}
