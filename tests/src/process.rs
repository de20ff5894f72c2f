//! Real processes: the agent, and an application that the agent client sets up.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::wait::{PATIENCE, until};

/// An agent in a process of its own. Killed when dropped.
#[derive(Debug)]
pub struct Agent {
    child: Child,
    addresses: BTreeMap<String, SocketAddr>,
    folder: TempDir,
}

impl Agent {
    /// Starts the agent with `configuration` (YAML) and waits until it is ready. `program` is the
    /// test process, which is the agent when its first argument is `agent`.
    ///
    /// # Panics
    ///
    /// When it ends instead of getting ready; the message shows what it wrote to stderr.
    pub async fn start(program: &str, configuration: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let config = folder.path().join("agent.yaml");
        let ready = folder.path().join("ready.json");
        std::fs::write(&config, configuration).expect("the configuration can be written");
        let log = std::fs::File::create(folder.path().join("stderr")).expect("a log file");
        let mut child = Command::new(program)
            .args(["agent", "run", "--config"])
            .arg(&config)
            .arg("--ready-file")
            .arg(&ready)
            .stderr(log)
            .spawn()
            .expect("the agent starts");
        let addresses = until(|| {
            let ended = child.try_wait().expect("the agent can be waited for");
            let log = || std::fs::read_to_string(folder.path().join("stderr")).unwrap_or_default();
            assert!(ended.is_none(), "the agent ended: {}", log());
            std::future::ready(std::fs::read(&ready))
        });
        let addresses = serde_json::from_slice(&addresses.await).expect("the ready file is JSON");
        Self {
            child,
            addresses,
            folder,
        }
    }

    /// Where the listener `key` is: `otlp.protocols.grpc.endpoint`.
    ///
    /// # Panics
    ///
    /// When the agent has no such listener.
    #[must_use]
    pub fn address(&self, key: &str) -> SocketAddr {
        let address = self.addresses.get(key);
        *address.unwrap_or_else(|| panic!("no listener {key} among {:?}", self.addresses))
    }

    /// The address of `key` as a URL.
    #[must_use]
    pub fn url(&self, key: &str) -> String {
        format!("http://{}", self.address(key))
    }

    /// What the agent's API answers at `path`, or why it does not.
    ///
    /// # Errors
    ///
    /// When the agent does not answer with success.
    pub async fn api(&self, path: &str) -> Result<Value, String> {
        let text = get(&format!("{}{path}", self.url("zpages.endpoint"))).await?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    /// The sum of the series of metric `name` that carry all of `labels` (`receiver="otlp"`).
    ///
    /// # Panics
    ///
    /// When the agent does not answer.
    pub async fn metric(&self, name: &str, labels: &[&str]) -> u64 {
        let url = format!(
            "http://{}/metrics",
            self.address("service.telemetry.metrics.address")
        );
        let page = get(&url).await.expect("the agent serves its metrics");
        let series = page.lines().filter(|line| {
            let named = line.split(['{', ' ']).next() == Some(name);
            named && labels.iter().all(|label| line.contains(label))
        });
        let values = series.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        values.sum()
    }

    /// What the agent wrote to stderr so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
    }

    /// Writes another configuration where the agent reads it when it is told to reload.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn configure(&self, configuration: &str) {
        let new = self.folder.path().join("new.yaml");
        std::fs::write(&new, configuration).expect("the configuration can be written");
        // All of it or nothing: the agent may be reading.
        let config = self.folder.path().join("agent.yaml");
        std::fs::rename(new, config).expect("the configuration can be replaced");
    }

    /// How many files and sockets the process has open.
    ///
    /// # Panics
    ///
    /// When the system does not say.
    #[must_use]
    pub fn open_files(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.child.id());
        let open = std::fs::read_dir(folder).expect("the process has its folder");
        open.count()
    }

    /// Sends a signal by its name (`TERM`, `INT`, `HUP`, `STOP`, `CONT`).
    ///
    /// # Panics
    ///
    /// When there is no `kill` command.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-s", name, &id]).status();
        assert!(kill.expect("there is a kill command").success());
    }

    /// Waits until the process has ended.
    ///
    /// # Panics
    ///
    /// When it does not end in time.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        let status = until(|| {
            let ended = self.child.try_wait().expect("the agent can be waited for");
            std::future::ready(ended.ok_or("the agent still runs"))
        });
        (status.await, self.log())
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn get(url: &str) -> Result<String, String> {
    let answer = crate::http()
        .get(url)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let answer = answer
        .error_for_status()
        .map_err(|error| error.to_string())?;
    answer.text().await.map_err(|error| error.to_string())
}

/// A traced application in a process of its own, told what to do line by line.
#[derive(Debug)]
pub struct App {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl App {
    /// Starts the application with these environment variables.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[must_use]
    pub fn start(program: &str, environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(program)
            .arg("app")
            .envs(environment.iter().copied())
            .env("RUST_LOG", "info")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the application starts");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a piped stdout"));
        Self {
            child,
            stdin,
            stdout,
        }
    }

    /// Has the application start and end a span with this name; returns how long that took there.
    ///
    /// # Panics
    ///
    /// When the application is gone.
    pub fn span(&mut self, name: &str) -> Duration {
        let nanos = self.ask(&format!("span {name}"));
        Duration::from_nanos(
            nanos
                .parse()
                .expect("the answer is a number of nanoseconds"),
        )
    }

    /// The counters of the application's client.
    ///
    /// # Panics
    ///
    /// When the application is gone.
    pub fn stats(&mut self) -> Value {
        serde_json::from_str(&self.ask("stats")).expect("the answer is JSON")
    }

    /// The memory that the application uses, in bytes.
    ///
    /// # Panics
    ///
    /// When the application is gone.
    pub fn memory(&mut self) -> u64 {
        self.ask("memory").parse().expect("the answer is a number")
    }

    fn ask(&mut self, question: &str) -> String {
        let stdin = self.stdin.as_mut().expect("open until finish");
        writeln!(stdin, "{question}").expect("the application reads");
        let mut answer = String::new();
        self.stdout
            .read_line(&mut answer)
            .expect("the application answers");
        answer.trim().to_owned()
    }

    /// Ends the application in the orderly way: its guard is dropped, which flushes. Returns how
    /// long that took, and what it wrote to stderr.
    ///
    /// # Panics
    ///
    /// When it does not end well.
    #[must_use]
    pub fn finish(mut self) -> (Duration, String) {
        let started = Instant::now();
        drop(self.stdin.take());
        let status = self
            .child
            .wait()
            .expect("the application can be waited for");
        let took = started.elapsed();
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("a piped stderr");
        stderr.read_to_string(&mut log).expect("stderr is text");
        assert!(status.success(), "{status}: {log}");
        assert!(took < PATIENCE);
        (took, log)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A backend in a process of its own, which writes down what it is sent before it answers. Killed
/// when dropped, as with `kill -9`.
#[derive(Debug)]
pub struct SinkProcess(Child);

impl SinkProcess {
    /// Starts a backend at `address` that appends the names of spans to `journal`.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[must_use]
    pub fn start(program: &str, address: SocketAddr, journal: &Path) -> Self {
        let child = Command::new(program)
            .arg("sink")
            .arg(address.to_string())
            .arg(journal)
            .spawn();
        Self(child.expect("the backend starts"))
    }
}

impl Drop for SinkProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the command line to its end: exit code, stdout, stderr.
///
/// # Panics
///
/// When it cannot be run.
#[must_use]
pub fn campanile(program: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(program).arg("agent").args(arguments).output();
    let output = output.expect("the command line runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// A loopback address that nobody listens on now, for something that is to start later.
///
/// # Panics
///
/// When there is no port left.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
}

/// Writes `text` to a file in `folder` and returns its path.
///
/// # Panics
///
/// When it cannot be written.
#[must_use]
pub fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a temporary file can be written");
    path.to_str().expect("temporary paths are text").to_owned()
}
