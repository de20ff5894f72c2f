//! The process tree: this program again, once per role.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::{Done, Failure};

/// How long a process may take to say that it listens, or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// One process of the tree; killed when dropped.
pub(crate) struct Process {
    child: Child,
    role: &'static str,
}

impl Process {
    fn spawn(role: &'static str, command: &mut Command) -> Result<Self, Failure> {
        let child = command.stdin(Stdio::piped()).kill_on_drop(true).spawn()?;
        Ok(Self { child, role })
    }

    /// Closes the process's standard input, which asks a service to finish, and waits for its end.
    pub(crate) async fn finish(mut self) -> Done {
        drop(self.child.stdin.take());
        let ended = timeout(PATIENCE, self.child.wait());
        let status: ExitStatus = ended
            .await
            .map_err(|_| format!("{} does not end", self.role))??;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{} ended: {status}", self.role).into())
        }
    }

    /// Ends the process at once.
    pub(crate) async fn stop(mut self) -> Done {
        Ok(self.child.kill().await?)
    }
}

/// Where the agent listens: `component id.key` and address.
pub(crate) struct AgentAddresses(BTreeMap<String, String>);

impl AgentAddresses {
    /// The address of one listener.
    pub(crate) fn get(&self, key: &str) -> Result<&str, Failure> {
        let address = self
            .0
            .get(key)
            .ok_or_else(|| format!("the agent does not listen on {key}"))?;
        Ok(address)
    }
}

/// Starts the agent with `configuration` and waits until it is ready.
pub(crate) async fn agent(configuration: &Path) -> Result<(Process, AgentAddresses), Failure> {
    let ready = std::env::temp_dir().join(format!("campanile-{}.json", std::process::id()));
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["agent", "run", "--config"])
        .arg(configuration);
    command.arg("--ready-file").arg(&ready);
    let mut process = Process::spawn("agent", &mut command)?;
    let addresses = tokio::select! {
        addresses = timeout(PATIENCE, read_when_there(&ready)) => {
            addresses.map_err(|_| "the agent does not get ready")??
        }
        status = process.child.wait() => return Err(format!("the agent ended: {}", status?).into()),
    };
    std::fs::remove_file(&ready)?;
    Ok((process, AgentAddresses(serde_json::from_slice(&addresses)?)))
}

/// Starts the service `role` and waits until it says where it listens.
pub(crate) async fn service(
    role: &'static str,
    environment: &[(&str, String)],
) -> Result<(Process, String), Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(role).stdout(Stdio::piped());
    command.env("OTEL_SERVICE_NAME", role);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let mut process = Process::spawn(role, &mut command)?;
    let stdout = process
        .child
        .stdout
        .take()
        .ok_or("a piped stdout is there")?;
    let mut lines = BufReader::new(stdout).lines();
    let line = timeout(PATIENCE, lines.next_line());
    let line = line
        .await
        .map_err(|_| format!("{role} does not say where it listens"))??;
    let address = line.ok_or_else(|| format!("{role} ended before it listened"))?;
    Ok((process, address))
}

/// The content of `path`, once it exists. The agent puts it there in one rename.
async fn read_when_there(path: &Path) -> std::io::Result<Vec<u8>> {
    loop {
        match std::fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            read => return read,
        }
    }
}
