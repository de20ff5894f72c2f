//! The load and the sink, each this program again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use clap::ValueEnum as _;
use serde_json::Value;

use super::case::Load;
use super::cores::{Cores, spawn};
use crate::measure::{ONLY, Result};

/// Seconds without a span after which nobody waits for more.
const PATIENCE: &str = "20";

/// The sink, running. Killed when dropped.
pub(super) struct Sink {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    pub(super) address: SocketAddr,
}

impl Sink {
    pub(super) fn start() -> Result<Self> {
        let mut command = part(&["sink", "--patience", PATIENCE])?;
        let mut child = spawn(Cores::Others, command.stdin(Stdio::piped()))?;
        let stdin = child.stdin.take().ok_or("no standard input")?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let address = line(&mut stdout)?;
        let address = address
            .as_str()
            .ok_or("the sink says no address")?
            .parse()?;
        Ok(Self {
            child,
            stdin,
            stdout,
            address,
        })
    }

    /// Waits until the spans up to the number `last` have arrived: what has.
    pub(super) fn wait(&mut self, last: u64) -> Result<Value> {
        writeln!(self.stdin, "{last}")?;
        line(&mut self.stdout)
    }

    /// Waits likewise; an error unless each has arrived, once, and nothing else.
    pub(super) fn expect(&mut self, last: u64) -> Result<Value> {
        let arrived = self.wait(last)?;
        let lost = ["missing", "duplicates", "foreign", "invalid"];
        if arrived["spans"] == last && lost.iter().all(|name| arrived[name] == 0) {
            Ok(arrived)
        } else {
            Err(format!("of {last} spans there arrived {arrived}").into())
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends `spans` spans from the number `first` on; an error unless all were taken.
pub(super) fn send(load: &Load, to: SocketAddr, first: u64, spans: u64) -> Result<Value> {
    let protocol = load
        .protocol
        .to_possible_value()
        .ok_or("a protocol without a name")?;
    let mut command = part(&["send", "--protocol", protocol.get_name()])?;
    command.args(["--to", &to.to_string()]);
    command.args(["--per-request", &load.per_request.to_string()]);
    command.args(["--first", &first.to_string(), "--spans", &spans.to_string()]);
    let child = spawn(Cores::Others, &mut command)?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err("the load could not be sent".into());
    }
    let sent: Value = serde_json::from_slice(&output.stdout)?;
    if sent["spans"] == spans && sent["errors"] == 0 {
        Ok(sent)
    } else {
        Err(format!("of {spans} spans there were sent {sent}").into())
    }
}

fn part(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([ONLY, super::SUITE.name])
        .args(arguments)
        .stdout(Stdio::piped());
    Ok(command)
}

fn line(stdout: &mut BufReader<ChildStdout>) -> Result<Value> {
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    serde_json::from_str(&line).map_err(|_| "the sink ended early".into())
}
