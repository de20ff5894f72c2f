//! The binary as its users run it: started, told to stop, refused.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};

const CONFIG: &str = "\
receivers:
  opencensus:
    endpoint: 127.0.0.1:0
exporters:
  nop:
extensions:
  health_check:
    endpoint: 127.0.0.1:0
service:
  extensions: [health_check]
  telemetry:
    metrics:
      address: 127.0.0.1:0
  pipelines:
    traces: {receivers: [opencensus], exporters: [nop]}
";

/// A running `campanile`, killed when the test ends first.
struct Campanile {
    child: Child,
    stderr: BufReader<ChildStderr>,
    stdout: BufReader<ChildStdout>,
}

impl Campanile {
    fn run(directory: &Path, config: &str, arguments: &[&str]) -> Self {
        let command = Command::new(env!("CARGO_BIN_EXE_campanile"));
        Self::run_by(command, directory, config, arguments)
    }

    /// Runs `command`, which is the binary or runs it with the same arguments.
    fn run_by(mut command: Command, directory: &Path, config: &str, arguments: &[&str]) -> Self {
        let file = directory.join("agent.yaml");
        std::fs::write(&file, config).expect("written");
        let mut child = command
            .current_dir(directory)
            .args(["run", "--config", "agent.yaml"])
            .args(arguments)
            .env_remove("RUST_LOG")
            .env_remove("CAMPANILE_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let stderr = child.stderr.take().expect("piped");
        let stdout = child.stdout.take().expect("piped");
        Self {
            child,
            stderr: BufReader::new(stderr),
            stdout: BufReader::new(stdout),
        }
    }

    /// Reads what it says up to a line with this text; that text appears, or the agent ends.
    fn said(&mut self, text: &str) -> String {
        let mut said = String::new();
        while !said.lines().last().unwrap_or_default().contains(text) {
            let read = self.stderr.read_line(&mut said).expect("readable");
            assert!(read > 0, "it ended without `{text}`: {said}");
        }
        said
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([name, &id]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Everything else it says, and how it ends.
    fn ended(mut self) -> (String, ExitStatus) {
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).expect("readable");
        (said, self.child.wait().expect("it ended"))
    }
}

impl Drop for Campanile {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_says_where_it_listens_and_drains_when_it_is_terminated() {
    for (signal, name) in [("-TERM", "terminated"), ("-INT", "interrupted")] {
        let directory = tempfile::tempdir().expect("a directory");
        let ready = directory.path().join("ready.json");
        let arguments = ["--ready-file", "ready.json"];
        let mut campanile = Campanile::run(directory.path(), CONFIG, &arguments);
        let banner = campanile.said("Ctrl-C");
        assert!(banner.contains("is ready"), "{banner}");
        let addresses = std::fs::read_to_string(&ready).expect("ready");
        let addresses: serde_json::Value = serde_json::from_str(&addresses).expect("JSON");
        for key in [
            "opencensus.endpoint",
            "health_check.endpoint",
            "service.telemetry.metrics.address",
        ] {
            let address = addresses[key].as_str().expect(key);
            assert!(banner.contains(address), "{key} {address}: {banner}");
            TcpStream::connect(address).expect("it listens");
        }

        campanile.signal(signal);
        let (said, status) = campanile.ended();
        let expected = format!(
            "{name}: delivering what is queued, for at most 10 s; again to stop at once\n\
             drained: everything was delivered\n"
        );
        assert!(said.ends_with(&expected), "{said}");
        assert_eq!(status.code(), Some(0));
        assert!(!ready.exists());
    }
}

#[test]
fn a_hangup_makes_it_read_its_configuration_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut campanile = Campanile::run(directory.path(), CONFIG, &[]);
    campanile.said("Ctrl-C");
    let write = |config: &str| {
        std::fs::write(directory.path().join("agent.yaml"), config).expect("written");
    };
    let sampler = "    sampler: {probability: 0.5}\nexporters:";
    let sampled = CONFIG.replacen("exporters:", sampler, 1);
    let steps = [
        (
            CONFIG.to_owned(),
            "configuration reloaded: nothing has changed",
        ),
        (
            sampled.clone(),
            "reloaded: applied receivers.opencensus.sampler",
        ),
        (
            sampled.replace("[nop]", "[nop]\n    logs: {receivers: [], exporters: []}"),
            "configuration not reloaded",
        ),
        (
            sampled.replace("extensions: [health_check]", "extensions: []"),
            "reloaded: stopped extensions.health_check",
        ),
    ];
    for (config, expected) in steps {
        write(&config);
        campanile.signal("-HUP");
        let said = campanile.said(expected);
        if expected.contains("not reloaded") {
            assert!(said.contains("agent.yaml:"), "{said}");
        }
    }
    campanile.signal("-TERM");
    let (_, status) = campanile.ended();
    assert_eq!(status.code(), Some(0));
}

/// The mistakes that `validate` finds in the table of the configuration's own tests.
fn mistakes(directory: &Path) -> Vec<String> {
    let cases = include_str!("../src/config/tests/mistakes.txt")
        .split("### ")
        .skip(1);
    let texts = cases.filter_map(|case| case.split_once('\n')?.1.split_once(">>>\n"));
    let file = directory.join("mistake.yaml");
    let wrong = texts.map(|(text, _)| text.to_owned()).filter(|text| {
        std::fs::write(&file, text).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_campanile"));
        let output = command
            .args(["validate", "--no-env", "-c"])
            .arg(&file)
            .output();
        output.expect("the binary runs").status.code() == Some(78)
    });
    wrong.take(40).collect()
}

#[test]
fn mistakes_change_nothing_in_what_runs() {
    let directory = tempfile::tempdir().expect("a directory");
    let arguments = ["--ready-file", "ready.json"];
    let mut campanile = Campanile::run(directory.path(), CONFIG, &arguments);
    campanile.said("Ctrl-C");
    let ready = || std::fs::read_to_string(directory.path().join("ready.json")).expect("ready");
    let before = ready();
    let addresses: serde_json::Value = serde_json::from_str(&before).expect("JSON");
    let health_check = addresses["health_check.endpoint"].as_str().expect("bound");
    let mistakes = mistakes(directory.path());
    assert!(mistakes.len() >= 30, "{}", mistakes.len());
    for mistake in mistakes {
        std::fs::write(directory.path().join("agent.yaml"), &mistake).expect("written");
        campanile.signal("-HUP");
        campanile.said("the old one stays in force");
        assert_eq!(health(health_check), "HTTP/1.1 200 OK");
    }
    assert_eq!(ready(), before);
    std::fs::write(directory.path().join("agent.yaml"), CONFIG).expect("written");
    campanile.signal("-HUP");
    campanile.said("configuration reloaded: nothing has changed");
    campanile.signal("-TERM");
    let (_, status) = campanile.ended();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_file_that_may_not_grow_further_does_not_end_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut campanile = Campanile::run(directory.path(), CONFIG, &[]);
    campanile.said("Ctrl-C");
    campanile.signal("-XFSZ");
    campanile.signal("-TERM");
    let (said, status) = campanile.ended();
    assert!(said.contains("drained"), "{said}");
    assert_eq!(status.code(), Some(0));
}

/// Begins a request to `address` that never ends, and returns when the agent waits for its body.
fn begin_a_request(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let head = "POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 10\r\nexpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 100");
    stream
}

#[test]
fn a_second_signal_stops_it_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = CONFIG
        .replace(
            "endpoint: 127.0.0.1:0\nexp",
            "protocols: {http: {endpoint: 127.0.0.1:0}}\nexp",
        )
        .replace("opencensus", "otlp");
    let arguments = ["--ready-file", "ready.json"];
    let mut campanile = Campanile::run(directory.path(), &config, &arguments);
    campanile.said("Ctrl-C");
    let addresses = std::fs::read_to_string(directory.path().join("ready.json")).expect("ready");
    let addresses: serde_json::Value = serde_json::from_str(&addresses).expect("JSON");
    let address = addresses["otlp.protocols.http.endpoint"].as_str();
    let address = address.expect("it listens");
    let _request = begin_a_request(address);
    campanile.signal("-TERM");
    campanile.said("again to stop at once");
    campanile.signal("-TERM");
    let (said, status) = campanile.ended();
    assert_eq!(
        said,
        "campanile: terminated again: stopped before everything was delivered\n"
    );
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_port_that_is_taken_names_file_line_and_key() {
    let directory = tempfile::tempdir().expect("a directory");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let config = CONFIG.replacen("127.0.0.1:0", &address, 1);
    let campanile = Campanile::run(directory.path(), &config, &[]);
    let (said, status) = campanile.ended();
    assert_eq!(status.code(), Some(78), "{said}");
    let message = format!(
        "`receivers.opencensus.endpoint`: cannot listen on {address}: Address already in use"
    );
    assert!(said.contains(&message), "{said}");
    assert!(said.contains("[agent.yaml:3:15]"), "{said}");
    assert!(
        said.contains(&format!("3 \u{2502}     endpoint: {address}")),
        "{said}"
    );
}

#[test]
fn a_metrics_port_that_is_taken_is_blamed_on_the_reader_that_names_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let readers = format!(
        "readers: [{{pull: {{exporter: {{prometheus: {{host: localhost, port: {port}}}}}}}}}]"
    );
    let config = CONFIG.replace("address: 127.0.0.1:0", &readers);
    let (said, status) = Campanile::run(directory.path(), &config, &[]).ended();
    assert_eq!(status.code(), Some(78), "{said}");
    assert!(said.contains("[agent.yaml:13:36]"), "{said}");
}

#[test]
fn a_wrong_configuration_is_refused_before_anything_runs() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = CONFIG.replace("endpoint: 127.0.0.1:0", "endpont: 127.0.0.1:0");
    let (said, status) = Campanile::run(directory.path(), &config, &[]).ended();
    assert_eq!(status.code(), Some(78));
    for part in [
        "[agent.yaml:3:5]",
        "unknown key `endpont` in `receivers.opencensus`",
        "did you mean `endpoint`?",
        "[agent.yaml:8:5]",
        "unknown key `endpont` in `extensions.health_check`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn exit_codes_tell_usage_from_configuration() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("wrong.yaml"), "receivers: 1\n").expect("written");
    for (arguments, expected, data) in [
        (&["components"][..], 0, true),
        (&["--version"], 0, true),
        (&["help"], 0, true),
        (&[], 2, false),
        (&["rnu"], 2, false),
        (&["validate", "-c", "wrong.yaml"], 78, false),
        (&["validate", "-c", "absent.yaml"], 78, false),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_campanile"))
            .current_dir(directory.path())
            .args(arguments)
            .output()
            .expect("the binary runs");
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}");
        // Data goes to standard output, everything else to standard error.
        assert_eq!(output.stdout.is_empty(), !data, "{arguments:?}");
        assert_eq!(output.stderr.is_empty(), data, "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_campanile"))
        .arg("components")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ended");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// The status line of the health check, or nothing when the connection is cut.
fn health(address: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let timeout = Some(std::time::Duration::from_secs(20));
    stream.set_read_timeout(timeout).expect("a socket");
    let head = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn without_file_descriptors_left_it_waits_and_serves_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut limited = Command::new("sh");
    let script = "ulimit -n 40; exec \"$0\" \"$@\"";
    limited.args(["-c", script, env!("CARGO_BIN_EXE_campanile")]);
    let arguments = ["--ready-file", "ready.json"];
    let mut campanile = Campanile::run_by(limited, directory.path(), CONFIG, &arguments);
    campanile.said("Ctrl-C");
    let addresses = std::fs::read_to_string(directory.path().join("ready.json")).expect("ready");
    let addresses: serde_json::Value = serde_json::from_str(&addresses).expect("JSON");
    let address = addresses["health_check.endpoint"].as_str().expect("bound");
    let opencensus = addresses["opencensus.endpoint"].as_str().expect("bound");
    // More than there are descriptors: accepting fails, and must go on.
    let greedy: Vec<_> = (0..64).map(|_| TcpStream::connect(opencensus)).collect();
    assert!(greedy.iter().all(Result::is_ok), "the kernel takes them");
    drop(greedy);
    assert_eq!(health(address), "HTTP/1.1 200 OK");
    campanile.signal("-TERM");
    let (said, status) = campanile.ended();
    assert_eq!(status.code(), Some(0), "{said}");
}

/// What the machine uses, on standard output.
const MACHINE: &str = "\
receivers:
  hostmetrics: {initial_delay: 1ms, collection_interval: 1h, scrapers: {load: }}
exporters:
  debug: {use_internal_logger: false, verbosity: normal}
service:
  telemetry: {metrics: {address: '127.0.0.1:0'}}
  pipelines:
    metrics: {receivers: [hostmetrics], exporters: [debug]}
";

#[test]
fn what_the_machine_uses_comes_out_on_standard_output_while_it_runs() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut campanile = Campanile::run(directory.path(), MACHINE, &[]);
    campanile.said("Ctrl-C");
    let mut lines = [const { String::new() }; 2];
    for line in &mut lines {
        campanile.stdout.read_line(line).expect("readable");
    }
    assert!(
        lines[0].starts_with("metrics: 3 metric_points in "),
        "{lines:?}"
    );
    assert!(
        lines[1].contains(r#""system.cpu.load_average.1m""#),
        "{lines:?}"
    );
    campanile.signal("-TERM");
    let (said, _) = campanile.ended();
    assert!(
        said.ends_with("drained: everything was delivered\n"),
        "{said}"
    );
}
