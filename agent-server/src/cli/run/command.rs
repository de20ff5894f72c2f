//! Running the agent.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::logs::LogLevelSwitch;
use super::ready_file::ReadyFile;
use super::reload::reload;
use super::signals::{Signal, Signals};
use super::{banner, logs};
use crate::agent::{Agent, StartFailure};
use crate::cli::CliError;
use crate::cli::inputs::{CheckedArguments, rendered};
use crate::cli::main::Terminal;
use crate::config::{Config, Report};

/// How long the agent may take to deliver what it holds when it is told to stop.
const DEADLINE: Duration = Duration::from_secs(10);

/// Arguments of `campanile run`.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    inputs: CheckedArguments,
    /// Write where the listeners are bound to this file when all are, as JSON; for scripts that
    /// configure port 0
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

/// Runs the agent until a signal to stop, and drains it. SIGHUP makes it read its configuration
/// again.
///
/// # Errors
///
/// [`CliError::Configuration`] for a configuration that is wrong or cannot be started, such as a
/// port that is taken; [`CliError::Failed`] for everything else, a second signal included.
pub(in crate::cli) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal<'_>,
) -> Result<(), CliError> {
    let config = arguments.inputs.load(terminal)?;
    let switch = logs::install(&config.service.telemetry.logs, &terminal.environment);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::Failed(format!("cannot start the runtime: {error}")))?;
    let outcome = runtime.block_on(serve(config, arguments, &switch, terminal));
    // After a second signal nobody waits for what is under way.
    runtime.shutdown_background();
    outcome
}

async fn serve(
    config: Config,
    arguments: &Arguments,
    switch: &LogLevelSwitch,
    terminal: &mut Terminal<'_>,
) -> Result<(), CliError> {
    let mut signals = Signals::install()
        .map_err(|error| CliError::Failed(format!("cannot listen to signals: {error}")))?;
    let mut ready_file = arguments.ready_file.as_deref().map(ReadyFile::at);
    let mut agent = tokio::select! {
        started = Agent::start(config) => {
            started.map_err(|failure| not_started(failure, terminal))?
        }
        _ = signals.stop() => return Ok(()),
    };
    let mut requests = agent.shared().reload.listen();
    let mut addresses = agent.addresses();
    if let Some(file) = &mut ready_file {
        file.write(&addresses).map_err(CliError::Failed)?;
    }
    let kept = agent.shared().store.get().is_some();
    let service = agent.config().map(|config| &config.service);
    say(terminal.err, &banner::ready(&addresses, kept, service));
    // One reload after the other. A signal that comes during one is remembered, once.
    let signal = loop {
        let reply = tokio::select! {
            signal = signals.next() => match signal {
                Signal::Reload => None,
                Signal::Stop(name) => break name,
            },
            Some(reply) = requests.recv() => Some(reply),
        };
        let answer = reload(&mut agent, &arguments.inputs, switch, terminal).await;
        if let Some(reply) = reply {
            // Who asked may be gone.
            let _ = reply.send(answer);
        }
        let now = agent.addresses();
        if let Some(file) = ready_file.as_mut().filter(|_| now != addresses)
            && let Err(message) = file.write(&now)
        {
            tracing::warn!("{message}");
        }
        addresses = now;
    };
    drop(ready_file);
    say(terminal.err, &banner::stopping(signal, DEADLINE));
    tokio::select! {
        drained = agent.shutdown(DEADLINE) => {
            say(terminal.err, &format!("{}{drained}\n", drained.counts()));
            Ok(())
        }
        signal = signals.stop() => {
            let message = format!("{signal} again: stopped before everything was delivered");
            Err(CliError::Failed(message))
        }
    }
}

fn not_started(failure: StartFailure, terminal: &Terminal<'_>) -> CliError {
    let report = Report {
        problems: vec![failure.problem],
    };
    rendered(&report, terminal)
}

/// Tells people. An agent whose standard error is closed runs all the same.
fn say(err: &mut dyn Write, text: &str) {
    let _ = err.write_all(text.as_bytes());
    let _ = err.flush();
}
