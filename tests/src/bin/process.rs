//! What the tests start as a process of its own: the agent (`agent ...`, with the arguments of
//! `campanile`), or a traced application (`app`) that does what its standard input says.

#![allow(clippy::print_stdout, reason = "a program that answers on stdout")]

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use campanile_agent_client::Guard;
use opentelemetry::global;
use opentelemetry::trace::Tracer as _;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("agent") => campanile_agent::cli::main_from(std::env::args_os().skip(1)),
        Some("app") => match app() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        _ => ExitCode::from(2),
    }
}

/// Answers each line of standard input with one line: `span NAME` with the nanoseconds that
/// starting and ending it took, `stats` with the client's counters. Ends with the input.
fn app() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let guard = campanile_agent_client::init()?;
    let tracer = global::tracer("app");
    for line in std::io::stdin().lines() {
        match line?.split_once(' ') {
            Some(("span", name)) => {
                let started = Instant::now();
                drop(tracer.start(name.to_owned()));
                println!("{}", started.elapsed().as_nanos());
            }
            _ => println!("{}", stats(&guard)),
        }
    }
    drop(guard);
    Ok(())
}

fn stats(guard: &Guard) -> serde_json::Value {
    let stats = guard.stats();
    serde_json::json!({ "queued": stats.queued, "sent": stats.sent, "dropped": stats.dropped.total() })
}
