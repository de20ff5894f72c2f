//! The OpenCensus agent stream.

use std::time::Duration;

use campanile_agent_client::{FlushError, Protocol};
use tonic::Status;

use crate::support::{
    DEADLINE, End, OpenCensusAgent, Restartable, StreamLog, Tracing, client, end_span, end_spans,
    sorted,
};

fn agent_and_builder(
    ends: impl IntoIterator<Item = End>,
) -> (OpenCensusAgent, campanile_agent_client::Builder) {
    let agent = OpenCensusAgent::start(ends);
    let builder = client(Protocol::OpenCensus, &agent.server.endpoint());
    (agent, builder)
}

/// The node comes first and alone; no other message has one.
fn check_shape(stream: &StreamLog) {
    let (first, rest) = stream.messages.split_first().unwrap();
    assert!(first.spans.is_empty());
    let node = first.node.as_ref().unwrap();
    assert_eq!(node.service_info.as_ref().unwrap().name, "shop");
    assert_eq!(node.identifier.as_ref().unwrap().pid, std::process::id());
    for message in rest {
        assert!(message.node.is_none() && message.resource.is_none());
        assert!(!message.spans.is_empty());
    }
}

#[test]
fn a_stream_begins_with_the_node_alone_and_goes_on_with_spans_only() {
    let (agent, builder) = agent_and_builder([]);
    let (provider, guard) = builder.resource_attribute("k", "v").tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    let stream = agent.wait_for_stream(0);
    check_shape(&stream);
    assert_eq!(stream.names(), ["a"]);
    assert_eq!(
        stream.messages[0].resource.as_ref().unwrap().labels["k"],
        "v"
    );
    assert_eq!((guard.stats().sent, guard.stats().queued), (1, 0));
}

#[test]
fn a_stream_lives_on_from_batch_to_batch() {
    let (agent, builder) = agent_and_builder([]);
    let (provider, guard) = builder.tracing();
    // The first exchange after the start makes sure of the agent and closes its stream.
    guard.flush().unwrap();
    for name in ["a", "b", "c"] {
        end_span(&provider, name);
        agent.seen.wait_for(|seen| {
            let stream = *seen.with_spans().last()?;
            stream.names().ends_with(&[name.to_owned()]).then_some(())
        });
    }
    guard.flush().unwrap();
    let stream = agent.wait_for_stream(0);
    check_shape(&stream);
    assert_eq!(stream.names(), ["a", "b", "c"]);
    assert_eq!(stream.messages.len(), 4);
}

#[test]
fn spans_are_queued_until_the_stream_ended_cleanly() {
    let (agent, builder) = agent_and_builder([]);
    let (provider, guard) = builder.tracing();
    guard.flush().unwrap();
    end_span(&provider, "a");
    agent
        .seen
        .wait_for(|seen| (!seen.with_spans().is_empty()).then_some(()));
    assert_eq!((guard.stats().sent, guard.stats().queued), (0, 1));
    guard.flush().unwrap();
    assert_eq!((guard.stats().sent, guard.stats().queued), (1, 0));
}

#[test]
fn what_a_broken_stream_had_not_proven_is_sent_again() {
    let (agent, builder) = agent_and_builder([End::Fail(3, Status::unavailable("restart"))]);
    let (provider, guard) = builder.tracing();
    guard.flush().unwrap();
    for name in ["a", "b"] {
        end_span(&provider, name);
        agent.seen.wait_for(|seen| {
            seen.with_spans()
                .last()?
                .names()
                .ends_with(&[name.to_owned()])
                .then_some(())
        });
    }
    // Nothing else is sent: the client notices the end of the stream by itself.
    let stream = agent.wait_for_stream(1);
    check_shape(&stream);
    assert_eq!(stream.names(), ["a", "b"]);
    guard.flush().unwrap();
    let stats = guard.stats();
    assert_eq!((stats.ended, stats.sent, stats.queued), (2, 2, 0));
}

#[test]
fn a_killed_agent_gets_the_unproven_spans_when_it_is_back() {
    let (agent, builder) = agent_and_builder([]);
    let (provider, guard) = builder.tracing();
    guard.flush().unwrap();
    end_span(&provider, "a");
    agent
        .seen
        .wait_for(|seen| (!seen.with_spans().is_empty()).then_some(()));
    let address = agent.server.address;
    drop(agent);
    end_span(&provider, "b");
    let agent = OpenCensusAgent::start_at(address, []);
    let stream = agent.wait_for_stream(0);
    check_shape(&stream);
    assert_eq!(stream.names(), ["a", "b"]);
    guard.flush().unwrap();
    assert_eq!(guard.stats().sent, 2);
}

#[test]
fn what_an_agent_that_hangs_was_sent_is_sent_again() {
    let (agent, builder) = agent_and_builder([End::Never]);
    let (provider, guard) = builder.timeout(Duration::from_millis(500)).tracing();
    guard.flush().unwrap();
    end_span(&provider, "a");
    // By the time this thread runs again, the next attempt may have succeeded: then nothing is left.
    assert!(matches!(guard.flush(), Err(FlushError::TimedOut { .. })));
    let stream = agent.wait_for_stream(1);
    check_shape(&stream);
    assert_eq!(stream.names(), ["a"]);
    guard.flush().unwrap();
    assert_eq!((guard.stats().sent, guard.stats().queued), (1, 0));
}

#[test]
fn a_violation_drops_what_is_unproven_and_counts_it() {
    let (agent, builder) = agent_and_builder([End::Fail(2, Status::invalid_argument("no node"))]);
    let (provider, guard) = builder.tracing();
    end_span(&provider, "a");
    agent
        .seen
        .wait_for(|seen| (!seen.with_spans().is_empty()).then_some(()));
    guard.flush().unwrap();
    end_span(&provider, "b");
    guard.flush().unwrap();
    let stats = guard.stats();
    assert_eq!((stats.sent, stats.failed.refused, stats.queued), (1, 1, 0));
    assert_eq!(agent.wait_for_stream(1).names(), ["b"]);
}

#[test]
fn more_than_a_megabyte_is_not_left_unproven() {
    let (agent, builder) = agent_and_builder([]);
    let (provider, guard) = builder
        .buffer_bytes(64 << 20)
        .schedule_delay(DEADLINE)
        .tracing();
    let large = "x".repeat(1000);
    let names: Vec<_> = (0..5000)
        .map(|number| format!("{number}-{large}"))
        .collect();
    for name in &names {
        end_span(&provider, name);
    }
    guard.flush().unwrap();
    let streams = agent.seen.wait_for(|seen| {
        let streams: Vec<_> = seen.with_spans().into_iter().cloned().collect();
        let total: usize = streams.iter().map(|stream| stream.names().len()).sum();
        (total == names.len()).then_some(streams)
    });
    assert!(streams.len() >= 4, "{} streams", streams.len());
    let all: Vec<_> = streams.iter().flat_map(StreamLog::names).collect();
    assert_eq!(sorted(all), sorted(names));
    streams.iter().for_each(check_shape);
}

#[test]
fn a_burst_arrives_complete() {
    let (agent, builder) = agent_and_builder([]);
    let (provider, guard) = builder.buffer_bytes(256 << 20).tracing();
    let names = end_spans(&provider, 5000);
    guard.flush().unwrap();
    let all = agent.seen.wait_for(|seen| {
        let all: Vec<_> = seen
            .with_spans()
            .into_iter()
            .flat_map(StreamLog::names)
            .collect();
        (all.len() >= 5000).then_some(all)
    });
    assert_eq!(sorted(all), sorted(names));
}

#[test]
fn an_agent_that_ends_the_stream_well_but_early_has_proven_nothing() {
    let (agent, builder) = agent_and_builder([End::Early]);
    let (provider, guard) = builder.tracing();
    guard.flush().unwrap();
    end_span(&provider, "a");
    // The agent throws the first stream with a span away: the span is sent again on the next one.
    while guard.flush().is_err() {}
    assert_eq!(agent.names(), ["a"]);
    assert_eq!((guard.stats().sent, guard.stats().queued), (1, 0));
}
