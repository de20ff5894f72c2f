//! This program, run again as a part of the suite.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::subject::Subject;
use crate::measure::{ONLY, Result};

/// A part of the suite in a process of its own. Killed when dropped.
pub(super) struct Program {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Program {
    /// Starts a part with these arguments, and without what the environment says to OpenTelemetry.
    pub(super) fn start(arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("OTEL_") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args([ONLY, super::SUITE.name])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take().ok_or("no standard input")?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        Ok(Self {
            child,
            stdin,
            stdout: BufReader::new(stdout),
        })
    }

    /// Writes an empty line.
    pub(super) fn ask(&mut self) -> Result<()> {
        Ok(writeln!(self.stdin)?)
    }

    /// The next line it writes.
    pub(super) fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stdout.read_line(&mut line)? == 0 {
            return Err(format!("a part ended early: {}", self.child.wait()?).into());
        }
        Ok(line.trim().to_owned())
    }

    /// The figures it answers with.
    pub(super) fn figures<const N: usize>(&mut self) -> Result<[f64; N]> {
        let line = self.line()?;
        let figures: Vec<f64> = serde_json::from_str(&line)?;
        figures
            .try_into()
            .map_err(|_| format!("a part does not answer with {N} figures: {line}").into())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a part to its end: the figures it answers with.
pub(super) fn run<const N: usize>(
    name: &str,
    subject: Subject,
    address: SocketAddr,
) -> Result<[f64; N]> {
    start(name, subject, address)?.figures()
}

/// Starts a part that is about a subject.
pub(super) fn start(name: &str, subject: Subject, address: SocketAddr) -> Result<Program> {
    Program::start(&[name, subject.name(), &address.to_string()])
}

/// Writes the figures of this part.
pub(super) fn answer(figures: &[f64]) -> Result<()> {
    Ok(writeln!(
        io::stdout(),
        "{}",
        serde_json::to_string(figures)?
    )?)
}
