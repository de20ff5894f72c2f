//! What an agent with a data directory has accepted survives it. Real processes.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campanile_tests::process::{Agent, free_address};
use campanile_tests::sink::Sink;
use campanile_tests::wait::until;
use campanile_wire::otlp::write;

use crate::{AGENT, PROCESS};

/// An agent that keeps in `data` what it accepts for `backend`.
fn keeping(data: &Path, backend: &str, level: &str) -> String {
    let otlp = format!(
        "  otlp: {{endpoint: '{backend}', tls: {{insecure: true}}, \
         retry_on_failure: {{initial_interval: 50ms, max_interval: 50ms}}}}\n"
    );
    let service = format!("service:\n  data: {{directory: '{}'}}\n", data.display());
    let exporters = format!("exporters: [otlp], acknowledge: {level}");
    AGENT
        .replace("  store:\n", &otlp)
        .replace("exporters: [store]", &exporters)
        .replace("service:\n", &service)
}

/// Numbered spans: which were accepted.
#[derive(Clone, Default)]
struct Numbers {
    next: Arc<AtomicU64>,
    accepted: Arc<Mutex<HashSet<String>>>,
}

impl Numbers {
    /// Sends spans, one request after the other, until told to stop or the agent is gone.
    async fn send(&self, url: &str, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let name = self.next.fetch_add(1, Ordering::Relaxed).to_string();
            let request = campanile_tests::http()
                .post(format!("{url}/v1/traces"))
                .header("content-type", "application/x-protobuf")
                .body(request(&name));
            match request.send().await {
                Ok(answer) if answer.status().is_success() => {
                    self.accepted.lock().expect("nobody panics").insert(name);
                }
                // Refused for now, which is no acceptance.
                Ok(_) => tokio::time::sleep(Duration::from_millis(1)).await,
                Err(_) => return,
            }
        }
    }

    /// Accepted spans that `sink` has not got.
    fn missing(&self, sink: &Sink) -> Vec<String> {
        let arrived: HashSet<String> = sink.spans().into_iter().map(|span| span.name).collect();
        let accepted = self.accepted.lock().expect("nobody panics");
        accepted.difference(&arrived).cloned().collect()
    }

    fn count(&self) -> usize {
        self.accepted.lock().expect("nobody panics").len()
    }
}

fn request(name: &str) -> Vec<u8> {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_spans| {
        write::nested(resource_spans, 2, |scope_spans| {
            write::nested(scope_spans, 2, |span| {
                write::bytes(span, 1, &[0xa1; 16]);
                write::bytes(span, 2, &[0xb2; 8]);
                write::text(span, 5, name);
            });
        });
    });
    request
}

/// Sends from four senders for `time`, then does `then` while they still send.
async fn under_load(numbers: &Numbers, agent: &Agent, time: Duration, then: impl FnOnce(&Agent)) {
    let url = agent.url("otlp.protocols.http.endpoint");
    let stop = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..4)
        .map(|_| {
            let (numbers, url, stop) = (numbers.clone(), url.clone(), Arc::clone(&stop));
            tokio::spawn(async move { numbers.send(&url, &stop).await })
        })
        .collect();
    tokio::time::sleep(time).await;
    then(agent);
    stop.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.await.expect("a sender does not panic");
    }
}

async fn everything_arrives(numbers: &Numbers, sink: &Sink) {
    until(async || match numbers.missing(sink) {
        missing if missing.is_empty() => Ok(()),
        missing => Err(format!("{} of {} missing", missing.len(), numbers.count())),
    })
    .await;
}

/// Kills that the suite does; `CAMPANILE_TEST_KILLS=1000` for the long run.
fn kills() -> u64 {
    let kills = std::env::var("CAMPANILE_TEST_KILLS").ok();
    kills.and_then(|text| text.parse().ok()).unwrap_or(20)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_killed_again_and_again_loses_nothing_that_it_accepted() {
    let data = tempfile::tempdir().expect("a directory");
    let address = free_address();
    let numbers = Numbers::default();
    let config = keeping(data.path(), &address.to_string(), "written");
    let mut sink = None;
    for kill in 0..kills() {
        // The backend comes late: what is accepted before lies in the log over several kills.
        if kill == 3 {
            sink = Some(Sink::start_at(address).await);
        }
        let agent = Agent::start(PROCESS, &config).await;
        let time = Duration::from_millis(20 + 37 * (kill % 7));
        under_load(&numbers, &agent, time, |agent| agent.signal("KILL")).await;
    }
    assert!(numbers.count() as u64 > kills(), "{}", numbers.count());
    let sink = match sink {
        Some(sink) => sink,
        None => Sink::start_at(address).await,
    };
    let _agent = Agent::start(PROCESS, &config).await;
    everything_arrives(&numbers, &sink).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_stopped_under_load_leaves_the_rest_on_the_disk_and_says_so() {
    let data = tempfile::tempdir().expect("a directory");
    let address = free_address();
    let numbers = Numbers::default();
    let config = keeping(data.path(), &address.to_string(), "synced");
    let agent = Agent::start(PROCESS, &config).await;
    under_load(&numbers, &agent, Duration::from_millis(300), |agent| {
        agent.signal("TERM")
    })
    .await;
    let (status, log) = agent.ended().await;
    assert!(status.success(), "{status}: {log}");
    let said = format!(
        "{} spans for otlp (pipeline traces) kept on the disk for the next start",
        numbers.count()
    );
    assert!(log.contains(&said), "{said} in {log}");
    let sink = Sink::start_at(address).await;
    let agent = Agent::start(PROCESS, &config).await;
    everything_arrives(&numbers, &sink).await;
    let sent = "otelcol_exporter_sent_spans";
    let accepted = numbers.count() as u64;
    until(
        async || match agent.metric(sent, &[r#"exporter="otlp""#]).await {
            sent if sent == accepted => Ok(()),
            sent => Err(sent),
        },
    )
    .await;
    let received = "campanile_delivery_received_items";
    assert_eq!(
        agent.metric(received, &[r#"exporter="otlp""#]).await,
        accepted
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_agents_do_not_share_a_data_directory() {
    let data = tempfile::tempdir().expect("a directory");
    let config = keeping(data.path(), "127.0.0.1:1", "written");
    let _agent = Agent::start(PROCESS, &config).await;
    let file = data.path().join("second.yaml");
    std::fs::write(&file, &config).expect("written");
    let second = std::process::Command::new(PROCESS)
        .args(["agent", "run", "--config"])
        .arg(&file)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(78), "{said}");
    assert!(said.contains("another agent (process"), "{said}");
}
