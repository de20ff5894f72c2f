//! More than there is memory for: senders are told to come back, the agent stays within its limit,
//! and afterwards everything works.
#![cfg(target_os = "linux")]

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use campanile_wire::otlp::write;

/// The limit of the agent under test, in MiB.
const LIMIT: u64 = 64;
const CONNECTIONS: usize = 48;
const REQUESTS: usize = 10;

/// A `campanile run` that ends with the test.
struct Campanile {
    child: Child,
    addresses: serde_json::Value,
}

impl Campanile {
    fn run(directory: &Path, config: &str) -> Self {
        let file = directory.join("agent.yaml");
        std::fs::write(&file, config).expect("written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_campanile"))
            .current_dir(directory)
            .args(["run", "--config", "agent.yaml", "--ready-file", "ready"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
        while !said
            .next()
            .expect("a line")
            .expect("text")
            .contains("Ctrl-C")
        {}
        thread::spawn(move || said.for_each(drop));
        let ready = std::fs::read_to_string(directory.join("ready")).expect("ready");
        let addresses = serde_json::from_str(&ready).expect("JSON");
        Self { child, addresses }
    }

    fn address(&self, key: &str) -> SocketAddr {
        let address = self.addresses[key].as_str().expect(key);
        address.parse().expect("an address")
    }

    /// The most that it ever had resident, in MiB.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it runs");
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.expect("a line").trim().strip_suffix(" kB");
        kilobytes.expect("kB").parse::<u64>().expect("a number") >> 10
    }
}

impl Drop for Campanile {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A backend that takes connections and, while it is stalled, says nothing.
fn backend(stalled: Arc<AtomicBool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = listener.local_addr().expect("bound");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let stalled = Arc::clone(&stalled);
            // Ends with the connection.
            thread::spawn(move || serve(stream, &stalled));
        }
    });
    address
}

fn serve(stream: TcpStream, stalled: &AtomicBool) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while stalled.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(20));
    }
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            }
            if line.is_empty() {
                break;
            }
        }
        io::copy(&mut (&mut reader).take(length), &mut io::sink())?;
        writer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}

/// An OTLP request of so many spans, half a kilobyte each.
fn request(spans: u32) -> Vec<u8> {
    let name = "n".repeat(480);
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource| {
        write::nested(resource, 2, |scope| {
            for span in 1..=spans {
                write::nested(scope, 2, |out| {
                    write::nested(out, 1, |id| id.extend([7; 16]));
                    write::nested(out, 2, |id| id.extend(u64::from(span).to_be_bytes()));
                    write::nested(out, 5, |text| text.extend(name.as_bytes()));
                });
            }
        });
    });
    request
}

/// Sends one request; the status and whether it says when to come back.
fn post(address: SocketAddr, body: &[u8]) -> io::Result<(u16, bool)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         content-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    // Whoever is refused may be told so before the end.
    let _ = stream.write_all(body);
    answer(stream)
}

fn get(address: SocketAddr) -> io::Result<(u16, bool)> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")?;
    answer(stream)
}

fn answer(stream: TcpStream) -> io::Result<(u16, bool)> {
    let mut head = String::new();
    for line in BufReader::new(stream).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        head.push_str(&line.to_ascii_lowercase());
        head.push('\n');
    }
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    Ok((status, head.contains("\nretry-after: ")))
}

/// Waits until `condition` holds.
fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// An agent with a limit, and with queues that have none to speak of.
fn config(backend: SocketAddr) -> String {
    format!(
        "\
receivers:
  otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:0'}}}}}}
processors:
  memory_limiter: {{check_interval: 100ms, limit_mib: {LIMIT}}}
exporters:
  otlphttp:
    endpoint: http://{backend}
    compression: none
    timeout: 1s
    sending_queue: {{queue_size: 100000, max_bytes: 1GiB}}
    retry_on_failure: {{initial_interval: 50ms, max_interval: 100ms}}
extensions:
  health_check: {{endpoint: '127.0.0.1:0'}}
service:
  extensions: [health_check]
  pipelines:
    traces: {{receivers: [otlp], processors: [memory_limiter], exporters: [otlphttp]}}
  telemetry: {{metrics: {{address: '127.0.0.1:0'}}}}
"
    )
}

#[test]
fn a_flood_is_told_to_come_back_and_memory_stays_within_its_limit() {
    let stalled = Arc::new(AtomicBool::new(true));
    let backend = backend(Arc::clone(&stalled));
    let directory = tempfile::tempdir().expect("a directory");
    let campanile = Campanile::run(directory.path(), &config(backend));
    let receiver = campanile.address("otlp.protocols.http.endpoint");
    let health = campanile.address("health_check.endpoint");

    println!("{} MiB at the start", campanile.peak());
    let body = Arc::new(request(2_000));
    let counts: Arc<[AtomicUsize; 3]> = Arc::default();
    let senders = (0..CONNECTIONS).map(|_| {
        let (body, counts) = (Arc::clone(&body), Arc::clone(&counts));
        thread::spawn(move || {
            for _ in 0..REQUESTS {
                let [taken, refused, other] = &*counts;
                match post(receiver, &body) {
                    Ok((200, _)) => taken.fetch_add(1, Ordering::Relaxed),
                    Ok((429, true)) => refused.fetch_add(1, Ordering::Relaxed),
                    // A refusal that the connection's end was faster than.
                    Err(_) => 0,
                    Ok(_) => other.fetch_add(1, Ordering::Relaxed),
                };
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.join().expect("no panic");
    }
    let [taken, refused, other] = [0, 1, 2].map(|index| counts[index].load(Ordering::Relaxed));
    let peak = campanile.peak();
    println!("{taken} taken, {refused} refused, {other} others, {peak} MiB at the peak");
    assert_eq!(other, 0);
    assert!(taken > 0 && refused > taken, "{taken}, {refused}");
    assert!(peak <= LIMIT + 24, "{peak} MiB");

    stalled.store(false, Ordering::Relaxed);
    until("the agent takes spans again", || {
        matches!(post(receiver, &body), Ok((200, _)))
    });
    until("the agent says so", || matches!(get(health), Ok((200, _))));
    let peak = campanile.peak();
    println!("{peak} MiB at the end");
    assert!(peak <= LIMIT + 24, "{peak} MiB");
}
