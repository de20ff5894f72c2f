//! A connection that was good breaks.

use std::time::{Duration, Instant};

use campanile_agent_client::{Guard, Protocol};
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::support::{
    Answer, DEADLINE, End, OpenCensusAgent, OtlpAgent, Relay, Restartable, Tracing, client,
    end_span, lines_about, listen,
};

/// A client that has reached its agent, and that nobody can wait for once it pauses.
fn connected(protocol: Protocol, relay: &Relay) -> (SdkTracerProvider, Guard) {
    listen();
    let (provider, guard) = client(protocol, &relay.endpoint())
        .reconnect_interval(Duration::from_secs(3600))
        .tracing();
    guard.flush().unwrap();
    (provider, guard)
}

fn assert_nothing_happened(guard: &Guard, relay: &Relay) {
    guard.flush().unwrap();
    let stats = guard.stats();
    assert_eq!((stats.sent, stats.queued, stats.dropped.total()), (1, 0, 0));
    assert_eq!(relay.connections(), 2);
    let lines = lines_about(relay.address);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with("INFO connected"), "{lines:#?}");
}

#[test]
fn a_connection_that_breaks_is_made_again_at_once_over_otlp() {
    let agent = OtlpAgent::start([Answer::Hang]);
    let relay = Relay::to(agent.server.address);
    let (provider, guard) = connected(Protocol::Otlp, &relay);
    end_span(&provider, "a");
    agent.wait_for_spans(1);
    relay.break_once();
    assert_eq!(agent.wait_for_spans(2), ["a", "a"]);
    assert_nothing_happened(&guard, &relay);
}

#[test]
fn a_connection_that_breaks_is_made_again_at_once_over_opencensus() {
    let agent = OpenCensusAgent::start([End::Never]);
    let relay = Relay::to(agent.server.address);
    let (provider, guard) = connected(Protocol::OpenCensus, &relay);
    end_span(&provider, "a");
    agent
        .seen
        .wait_for(|seen| (!seen.with_spans().is_empty()).then_some(()));
    relay.break_once();
    agent
        .seen
        .wait_for(|seen| (seen.with_spans().len() == 2).then_some(()));
    assert_eq!(agent.names(), ["a", "a"]);
    assert_nothing_happened(&guard, &relay);
}

#[test]
fn when_that_fails_too_the_agent_is_away() {
    let agent = OtlpAgent::start([Answer::Hang]);
    let relay = Relay::to(agent.server.address);
    let (provider, guard) = connected(Protocol::Otlp, &relay);
    end_span(&provider, "a");
    agent.wait_for_spans(1);
    relay.cut();
    let deadline = Instant::now() + DEADLINE;
    let mut lines = lines_about(relay.address);
    while lines.len() < 2 && Instant::now() < deadline {
        std::thread::yield_now();
        lines = lines_about(relay.address);
    }
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[1].starts_with("WARN"), "{lines:#?}");
    // One attempt, then the pause. Within an attempt tonic itself connects once more when the
    // connection is gone before it was used.
    let connections = relay.connections();
    assert!((2..=3).contains(&connections), "{connections}");
    assert_eq!(guard.stats().queued, 1);
}
