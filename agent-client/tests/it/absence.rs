//! The agent is not there, or comes and goes.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use campanile_agent_client::{FlushError, Protocol, Stats};
use tonic::Status;

use crate::support::{
    Answer, DEADLINE, OpenCensusAgent, OtlpAgent, Restartable, Tracing, client, end_span,
    end_spans, free_address, lines_about, listen, sorted,
};

#[test]
fn an_agent_that_comes_late_gets_the_spans_over_otlp() {
    listen();
    let address = free_address();
    let (provider, guard) = client(Protocol::Otlp, &format!("http://{address}")).tracing();
    let names = end_spans(&provider, 1000);
    assert_eq!(guard.flush(), Err(FlushError::Unreachable { left: 1000 }));
    assert!(!guard.stats().connected);
    let agent = OtlpAgent::start_at(address, []);
    assert_eq!(sorted(agent.wait_for_spans(1000)), sorted(names));
    guard.flush().unwrap();
    assert!(guard.stats().connected);
    let lines = lines_about(address);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines[0].starts_with(&format!(
            "INFO agent at http://{address} (OTLP/gRPC) is not reachable"
        )),
        "{lines:#?}"
    );
    assert!(lines[0].contains("refused") && lines[0].ends_with("keeping up to 8 MiB of spans"));
    assert!(lines[1].starts_with(&format!("INFO connected to the agent at http://{address}")));
    assert!(
        lines[1].ends_with("sent 1000 kept spans, 0 were dropped"),
        "{lines:#?}"
    );
}

#[test]
fn an_agent_that_comes_late_gets_the_spans_over_opencensus() {
    let address = free_address();
    let (provider, guard) = client(Protocol::OpenCensus, &format!("http://{address}")).tracing();
    let names = end_spans(&provider, 10);
    assert_eq!(guard.flush(), Err(FlushError::Unreachable { left: 10 }));
    let agent = OpenCensusAgent::start_at(address, []);
    assert_eq!(agent.wait_for_stream(0).names(), names);
    guard.flush().unwrap();
    assert_eq!(guard.stats().sent, 10);
}

#[test]
fn every_coming_and_going_is_one_line() {
    listen();
    let mut agent = OtlpAgent::start([]);
    let address = agent.server.address;
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    guard.flush().unwrap();
    for round in 0..3 {
        drop(agent);
        end_span(&provider, round.to_string());
        assert!(guard.flush().is_err());
        assert!(guard.flush().is_err());
        agent = OtlpAgent::start_at(address, []);
        agent.wait_for_spans(1);
        guard.flush().unwrap();
    }
    let lines = lines_about(address);
    let levels: Vec<_> = lines
        .iter()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(
        levels,
        ["INFO", "WARN", "INFO", "WARN", "INFO", "WARN", "INFO"],
        "{lines:#?}"
    );
    assert_eq!((guard.stats().sent, guard.stats().dropped.total()), (3, 0));
}

#[test]
fn the_agent_is_asked_again_at_a_fixed_interval() {
    let interval = Duration::from_millis(100);
    let busy = (0..5).map(|_| Answer::Fail(Status::unavailable("busy")));
    let agent = OtlpAgent::start(busy);
    let (provider, _guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .reconnect_interval(interval)
        .tracing();
    end_span(&provider, "a");
    let pauses = agent.wait_for_pauses(6);
    for pause in &pauses {
        assert!(*pause >= interval, "{pauses:?}");
    }
    // Not exponential: then the last pause would be sixteen of the first. The machine may be busy.
    assert!(pauses[4] < interval * 8, "{pauses:?}");
}

#[test]
fn the_buffer_holds_its_bound_and_counts_what_it_drops() {
    listen();
    let address = free_address();
    let (provider, guard) = client(Protocol::Otlp, &format!("http://{address}"))
        .buffer_bytes(70_000)
        .tracing();
    // The client must find nobody before somebody is there.
    assert!(guard.flush().is_err());
    let names = end_spans(&provider, 2000);
    let stats = guard.stats();
    assert_eq!(stats.ended, 2000);
    assert_eq!(stats.queued + stats.dropped.buffer_full, 2000);
    // A span of this kind is seventy bytes.
    assert!((500..1100).contains(&stats.queued), "{stats:?}");
    let agent = OtlpAgent::start_at(address, []);
    let kept = usize::try_from(stats.queued).unwrap();
    assert_eq!(
        sorted(agent.wait_for_spans(kept)),
        sorted(names[..kept].to_vec()),
        "the newest were dropped"
    );
    guard.flush().unwrap();
    assert_eq!(guard.stats().sent, stats.queued);
    let lines = lines_about(address);
    let counts = format!("sent {kept} kept spans, {} were dropped", 2000 - kept);
    assert!(lines.last().unwrap().ends_with(&counts), "{lines:#?}");
    end_span(&provider, "again");
    guard.flush().unwrap();
    assert_eq!(guard.stats().sent, stats.queued + 1, "there is room again");
}

/// Ends numbered spans on two threads while the agent is killed and started again and again, and
/// returns what never arrived.
fn lost_in_restarts<A: Restartable>() -> (Vec<String>, Stats) {
    let address = free_address();
    let (provider, guard) = client(A::PROTOCOL, &format!("http://{address}")).tracing();
    let done = AtomicBool::new(false);
    let mut arrived = HashSet::new();
    let ended = std::thread::scope(|scope| {
        let writers = ["x", "y"].map(|writer| {
            let (provider, done) = (&provider, &done);
            scope.spawn(move || {
                let mut names = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    names.push(format!("{writer}{}", names.len()));
                    end_span(provider, names.last().unwrap().clone());
                    std::thread::sleep(Duration::from_micros(500));
                }
                names
            })
        });
        for _ in 0..6 {
            let mut agent = A::restart_at(address);
            let deadline = Instant::now() + DEADLINE;
            while agent.names().len() < 20 && Instant::now() < deadline {
                std::thread::yield_now();
            }
            agent.kill();
            arrived.extend(agent.names());
        }
        done.store(true, Ordering::Relaxed);
        writers.map(|writer| writer.join().unwrap()).concat()
    });
    let agent = A::restart_at(address);
    let deadline = Instant::now() + DEADLINE;
    while guard.flush().is_err() && Instant::now() < deadline {}
    arrived.extend(agent.names());
    let lost = ended
        .into_iter()
        .filter(|name| !arrived.contains(name))
        .collect();
    (lost, guard.stats())
}

#[test]
fn restarts_of_the_agent_lose_nothing_over_opencensus() {
    let (lost, stats) = lost_in_restarts::<OpenCensusAgent>();
    assert_eq!(lost, [""; 0]);
    assert_eq!(
        (stats.sent, stats.queued, stats.dropped.total()),
        (stats.ended, 0, 0)
    );
}

#[test]
fn restarts_of_the_agent_lose_nothing_over_otlp() {
    let (lost, stats) = lost_in_restarts::<OtlpAgent>();
    assert_eq!(lost, [""; 0]);
    assert_eq!(
        (stats.sent, stats.queued, stats.dropped.total()),
        (stats.ended, 0, 0)
    );
}
