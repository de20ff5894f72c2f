//! The examples as processes: each prints what stands beside it in `expected.txt`, and ends.

mod hello_axum;
mod outputs;

use std::time::Duration;

use tokio::process::Command;

/// How long a program may take to say something, or to end: generous, because machines are shared.
const DEADLINE: Duration = Duration::from_secs(30);

/// `program`, whatever the environment says about tracing and proxies. Killed when dropped.
fn example(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let upper = name.to_string_lossy().to_ascii_uppercase();
        let changes_it = upper.starts_with("OTEL_") || upper.starts_with("CAMPANILE_");
        if changes_it || upper.ends_with("_PROXY") {
            command.env_remove(&name);
        }
    }
    command.kill_on_drop(true);
    command
}
