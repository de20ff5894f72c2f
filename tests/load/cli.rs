//! The generator and the sink as one program.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use super::{Result, send, sink};

/// Sends numbered spans to an agent, or takes them from one.
#[derive(Debug, Parser)]
#[command(name = "campanile-load")]
enum Command {
    /// Sends spans and prints what came of it.
    Send(send::Options),
    /// Takes spans and prints what arrived.
    Sink(SinkOptions),
}

/// What to wait for.
#[derive(Clone, Copy, Debug, clap::Args)]
struct SinkOptions {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// How it is spoken to.
    #[arg(long, value_enum, default_value = "otlp-grpc")]
    protocol: sink::Protocol,
    /// Ends when so many spans have arrived; without it, each line of standard input is such a
    /// number, and the sink ends with the input.
    #[arg(long)]
    expect: Option<u64>,
    /// Seconds without a span after which it is not waited for the rest.
    #[arg(long, default_value_t = 30.0)]
    patience: f64,
}

/// The program; the first argument is its name.
pub fn main_from(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run_from(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => match error.downcast::<clap::Error>() {
            Ok(usage) => usage.exit(),
            Err(error) => {
                // Nowhere is left to report to when standard error is closed.
                let _ = writeln!(io::stderr(), "campanile-load: {error}");
                ExitCode::FAILURE
            }
        },
    }
}

/// The program in this thread; says whether everything was taken, or arrived.
///
/// # Errors
///
/// When the arguments make no sense (a [`clap::Error`]), or the other end cannot be reached.
pub fn run_from(arguments: impl IntoIterator<Item = OsString>) -> Result<bool> {
    let command = Command::try_parse_from(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match command {
        Command::Send(options) => {
            let report = runtime.block_on(send::send(options))?;
            say(&report.to_json())?;
            Ok(report.outcomes.errors == 0)
        }
        Command::Sink(options) => runtime.block_on(take(options)),
    }
}

async fn take(options: SinkOptions) -> Result<bool> {
    let (address, tally) = sink::start(options.listen, options.protocol).await?;
    say(&Value::from(address.to_string()))?;
    let patience = Duration::try_from_secs_f64(options.patience)?;
    if let Some(spans) = options.expect {
        let all = tally.wait(spans, patience).await;
        say(&tally.to_json(spans))?;
        return Ok(all);
    }
    let mut lines = lines();
    let mut all = true;
    while let Some(line) = lines.recv().await {
        let spans = line.trim().parse()?;
        all = tally.wait(spans, patience).await;
        say(&tally.to_json(spans))?;
    }
    Ok(all)
}

/// Lines of standard input, read in a thread of their own.
fn lines() -> tokio::sync::mpsc::Receiver<String> {
    let (sender, lines) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        let input = io::stdin().lines().map_while(|line| line.ok());
        for line in input {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}

fn say(line: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// CPU time of this process so far.
#[must_use]
pub fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default().as_secs_f64()
}
