//! The main job, end to end, on one machine: an agent, three services, real requests, whole traces.
//!
//! ```text
//! quickstart --HTTP--> shop (axum) --HTTP--> inventory (axum) --gRPC--> pricing (tonic)
//!                       | OpenCensus           | OTLP/gRPC                | OTLP/gRPC
//!                       +----------------------+--> agent <---------------+
//! ```
//!
//! Every box is a process of its own: the program starts itself once per role. It sends requests,
//! waits until the agent has every span, prints each trace as `campanile trace` does, and exits 0
//! only if every trace is complete: five spans in one chain across HTTP and gRPC. `--keep` leaves
//! everything running until Ctrl-C.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to a person"
)]

mod processes;
mod services;
mod story;
mod verdict;

use std::process::ExitCode;

/// What can go wrong, printed once, at the end of `main`.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How every step ends.
type Done = Result<(), Failure>;

/// What one process is told to be.
enum Role {
    Agent,
    Inventory,
    Pricing,
    Shop,
    Story { keep: bool },
}

impl Role {
    fn from_arguments() -> Result<Self, String> {
        match std::env::args().nth(1).as_deref() {
            None => Ok(Self::Story { keep: false }),
            Some("--keep") => Ok(Self::Story { keep: true }),
            Some("agent") => Ok(Self::Agent),
            Some("inventory") => Ok(Self::Inventory),
            Some("pricing") => Ok(Self::Pricing),
            Some("shop") => Ok(Self::Shop),
            Some(other) => Err(format!(
                "unknown argument `{other}`; usage: quickstart [--keep]"
            )),
        }
    }
}

fn main() -> ExitCode {
    // In this workspace reqwest is built without a TLS provider of its own; it wants one even for
    // plain HTTP. Fails only when there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let done = match Role::from_arguments() {
        // The agent is the program that `campanile` is: arguments, runtime and exit code are its own.
        Ok(Role::Agent) => return campanile_agent::cli::main_from(std::env::args_os().skip(1)),
        Ok(Role::Inventory) => services::run(services::inventory::serve),
        Ok(Role::Pricing) => services::run(services::pricing::serve),
        Ok(Role::Shop) => services::run(services::shop::serve),
        Ok(Role::Story { keep }) => story::run(keep),
        Err(message) => Err(message.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}
