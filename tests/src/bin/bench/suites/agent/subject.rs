//! Who is measured, and how each is started.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use campanile_tests::process::free_address;
use tempfile::TempDir;

use super::OURS;
use super::case::Case;
use super::cores::{Cores, spawn};
use super::process;
use crate::measure::Result;

/// An agent's program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Campanile(PathBuf),
    /// Ours under callgrind.
    Counted(PathBuf),
    Otelcol(PathBuf),
    Rotel(PathBuf),
}

impl Subject {
    /// What rows are named.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Campanile(_) | Self::Counted(_) => OURS,
            Self::Otelcol(_) => "otelcol",
            Self::Rotel(_) => "rotel",
        }
    }

    /// Whether it can be set up for this case.
    pub(super) fn can(&self, case: &Case) -> bool {
        match self {
            Self::Campanile(_) | Self::Counted(_) => true,
            Self::Otelcol(_) => !case.config.is_empty(),
            Self::Rotel(_) => case.rotel.is_some(),
        }
    }

    /// The command that runs `program`, without its arguments.
    fn program(&self, program: &Path) -> Command {
        if let Self::Counted(_) = self {
            let mut command = Command::new("valgrind");
            command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        }
    }

    /// The command that starts it, with all its files in `folder`.
    fn command(&self, case: &Case, places: &Places, folder: &Path) -> Result<Command> {
        let config = folder.join("agent.yaml");
        fs::write(&config, places.fill(case.config, folder))?;
        let mut command = match self {
            Self::Campanile(program) | Self::Counted(program) => {
                let mut command = self.program(program);
                command
                    .args(["run", "--ready-file"])
                    .arg(folder.join(READY));
                command.arg("--config").arg(config);
                command.arg("--set").arg(format!(
                    "service.telemetry.metrics.address={}",
                    places.metrics
                ));
                command
            }
            Self::Otelcol(program) => {
                let mut command = Command::new(program);
                command.arg("--config").arg(config);
                // Its own metrics are not asked for, and would all want the same port.
                command.args(["--set", "service.telemetry.metrics.level=none"]);
                command
            }
            Self::Rotel(program) => {
                let mut command = Command::new(program);
                let arguments = case.rotel.unwrap_or_default().iter();
                command.arg("start");
                command.args(arguments.map(|argument| places.fill(argument, folder)));
                command
            }
        };
        let log = File::create(folder.join(LOG))?;
        command.stdout(log.try_clone()?).stderr(log);
        Ok(command)
    }
}

const READY: &str = "ready.json";
const LOG: &str = "log";

/// How long an agent may take to get ready.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where an agent listens and sends to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub(super) listen: SocketAddr,
    pub(super) metrics: SocketAddr,
    sink: SocketAddr,
}

impl Places {
    pub(super) fn to(sink: SocketAddr) -> Self {
        Self {
            listen: free_address(),
            metrics: free_address(),
            sink,
        }
    }

    fn fill(&self, text: &str, folder: &Path) -> String {
        text.replace("LISTEN", &self.listen.to_string())
            .replace("SINK", &self.sink.to_string())
            .replace("FOLDER", &folder.display().to_string())
    }
}

/// An agent, running and ready. Killed when dropped.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    folder: TempDir,
    /// From its start until it was ready.
    pub(super) took: Duration,
}

impl Running {
    pub(super) fn start(subject: &Subject, case: &Case, places: &Places) -> Result<Self> {
        let folder = TempDir::new()?;
        let mut command = subject.command(case, places, folder.path())?;
        let started = Instant::now();
        let child = spawn(Cores::First, &mut command)?;
        let mut running = Self {
            child,
            folder,
            took: Duration::ZERO,
        };
        let file = running.folder.path().join(READY);
        let is_ready = || match subject {
            Subject::Campanile(_) | Subject::Counted(_) => file.exists(),
            Subject::Otelcol(_) | Subject::Rotel(_) => TcpStream::connect(places.listen).is_ok(),
        };
        while !is_ready() {
            if running.child.try_wait()?.is_some() || started.elapsed() > PATIENCE {
                return Err(format!("it does not get ready: {}", running.log()).into());
            }
            thread::sleep(Duration::from_micros(200));
        }
        running.took = started.elapsed();
        Ok(running)
    }

    /// Tells it to end, and waits: the end of what it wrote.
    pub(super) fn stop(mut self) -> Result<String> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-s", "TERM", &id]).status()?;
        self.child.wait()?;
        Ok(self.log())
    }

    pub(super) fn cpu_time(&self) -> Result<Duration> {
        process::cpu_time(self.child.id())
    }

    /// MiB, by the name in `/proc/PID/status`.
    pub(super) fn memory(&self, field: &str) -> Result<f64> {
        process::memory(self.child.id(), field)
    }

    /// The end of what it wrote.
    pub(super) fn log(&self) -> String {
        let text = fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
