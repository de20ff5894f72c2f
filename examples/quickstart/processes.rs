//! The process tree: this program again, once per role.

use std::collections::BTreeMap;
use std::ffi::OsStr;
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
        isolate(command);
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

/// Takes away what the environment says about tracing and proxies, but for what was set here: the
/// story is the same on every machine.
pub(crate) fn isolate(command: &mut Command) {
    let set_here: Vec<_> = command
        .as_std()
        .get_envs()
        .map(|(name, _)| name.to_owned())
        .collect();
    for (name, _) in std::env::vars_os() {
        if changes_the_story(&name) && !set_here.contains(&name) {
            command.env_remove(name);
        }
    }
}

fn changes_the_story(variable: &OsStr) -> bool {
    let name = variable.to_string_lossy().to_ascii_uppercase();
    name.starts_with("OTEL_") || name.starts_with("CAMPANILE_") || name.ends_with("_PROXY")
}

/// A client that asks no proxy the way to this machine.
pub(crate) fn http_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().build()
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

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{Command, isolate};

    #[test]
    fn what_was_set_here_stays() {
        let mut command = Command::new("a");
        command.env("OTEL_SERVICE_NAME", "shop");
        isolate(&mut command);
        let set: Vec<_> = command.as_std().get_envs().collect();
        let name = (OsStr::new("OTEL_SERVICE_NAME"), Some(OsStr::new("shop")));
        assert!(set.contains(&name), "{set:?}");
    }

    #[test]
    fn settings_of_tracing_and_of_proxies_are_taken_away() {
        for (name, taken) in [
            ("OTEL_SDK_DISABLED", true),
            ("CAMPANILE_AGENT_PROTOCOL", true),
            ("http_proxy", true),
            ("ALL_PROXY", true),
            ("PATH", false),
            ("TMPDIR", false),
        ] {
            assert_eq!(super::changes_the_story(name.as_ref()), taken, "{name}");
        }
    }
}
