//! What the tests start as a process of its own: the agent (`agent ...`, with the arguments of
//! `campanile`), a traced application (`app`) that does what its standard input says, or a backend
//! (`sink ADDRESS JOURNAL`) that writes down what it is sent before it answers.

#![allow(clippy::print_stdout, reason = "a program that answers on stdout")]

use std::error::Error;
use std::fs::File;
use std::process::ExitCode;
use std::time::Instant;

use campanile_agent_client::Guard;
use campanile_tests::sink::Sink;
use opentelemetry::global;
use opentelemetry::trace::Tracer as _;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("agent") => campanile_agent::cli::main_from(std::env::args_os().skip(1)),
        Some("app") => code(&app()),
        Some("sink") => code(&sink()),
        _ => ExitCode::from(2),
    }
}

fn code(result: &Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Runs until it is killed.
fn sink() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(2);
    let address = arguments.next().ok_or("no address")?.parse()?;
    let journal = arguments.next().ok_or("no journal")?;
    let journal = File::options().create(true).append(true).open(journal)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        Sink::start_with(address, Some(journal)).await;
        std::future::pending().await
    })
}

/// Answers each line of standard input with one line: `span NAME` with the nanoseconds that
/// starting and ending it took, `stats` with the client's counters, `memory` with the bytes of
/// memory that the process uses. Ends with the input.
fn app() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let guard = campanile_agent_client::init()?;
    let tracer = global::tracer("app");
    for line in std::io::stdin().lines() {
        let line = line?;
        match line.split_once(' ') {
            Some(("span", name)) => {
                let started = Instant::now();
                drop(tracer.start(name.to_owned()));
                println!("{}", started.elapsed().as_nanos());
            }
            None if line == "memory" => println!("{}", resident_bytes()?),
            _ => println!("{}", stats(&guard)),
        }
    }
    drop(guard);
    Ok(())
}

fn stats(guard: &Guard) -> serde_json::Value {
    let stats = guard.stats();
    serde_json::json!({
        "ended": stats.ended,
        "queued": stats.queued,
        "sent": stats.sent,
        "failed": stats.failed.total(),
        "dropped": stats.dropped.total(),
    })
}

/// Resident pages, of 4 KiB as on every machine that the tests know.
fn resident_bytes() -> Result<u64, Box<dyn Error>> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = statm.split(' ').nth(1).ok_or("no pages")?.parse()?;
    Ok(pages * 4096)
}
