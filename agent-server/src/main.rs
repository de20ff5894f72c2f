//! The `campanile` binary.

use std::process::ExitCode;

/// The system's allocator gives large buffers back to the system and faults them in again for each
/// request, which is a fifth of what passing a request on costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    campanile_agent::cli::main_from(std::env::args_os())
}
