//! Leaving: quickly, and not without a word.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use campanile_agent_client::{FlushError, Protocol};

use crate::support::{
    Answer, End, OpenCensusAgent, OtlpAgent, Tracing, client, end_span, end_spans, free_address,
    lines_about, listen,
};

const LIMIT: Duration = Duration::from_millis(500);
/// What a busy machine may make of the limit. Without a limit it would be many seconds.
const IN_TIME: Duration = Duration::from_millis(1500);
const PROTOCOLS: [Protocol; 2] = [Protocol::OpenCensus, Protocol::Otlp];

fn time<T>(action: impl FnOnce() -> T) -> Duration {
    let begin = Instant::now();
    action();
    begin.elapsed()
}

/// How long it takes to leave a refusing agent, whose lines are looked at too.
fn leave_a_refusing_agent(protocol: Protocol) -> Duration {
    let address = free_address();
    // An interval that nobody can wait for: the guard does not.
    let (provider, guard) = client(protocol, &format!("http://{address}"))
        .reconnect_interval(Duration::from_secs(3600))
        .flush_timeout(LIMIT)
        .tracing();
    assert!(guard.flush().is_err());
    end_spans(&provider, 3);
    let taken = time(|| drop(guard));
    let lines = lines_about(address);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines[1].starts_with("WARN 3 spans were left unsent"),
        "{lines:#?}"
    );
    taken
}

#[test]
fn leaving_while_the_agent_is_refused_takes_no_time_and_says_what_is_lost() {
    listen();
    for protocol in PROTOCOLS {
        // The best of a few: a busy machine may well be slow once.
        let taken = (0..5).map(|_| leave_a_refusing_agent(protocol)).min();
        assert!(
            taken < Some(Duration::from_millis(50)),
            "{protocol:?}: {taken:?}"
        );
    }
}

#[test]
fn leaving_while_the_agent_hangs_keeps_to_the_limit() {
    for protocol in PROTOCOLS {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", silent.local_addr().unwrap());
        let (provider, guard) = client(protocol, &endpoint).flush_timeout(LIMIT).tracing();
        end_span(&provider, "a");
        let taken = time(|| drop(guard));
        assert!(taken < IN_TIME, "{protocol:?}: {taken:?}");
    }
}

#[test]
fn leaving_while_an_answer_is_outstanding_keeps_to_the_limit() {
    let agent = OtlpAgent::start([Answer::Hang]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .flush_timeout(LIMIT)
        .tracing();
    end_span(&provider, "a");
    agent.wait_for_spans(1);
    let taken = time(|| drop(guard));
    assert!(taken < IN_TIME, "{taken:?}");

    let agent = OpenCensusAgent::start([End::Never]);
    let (provider, guard) = client(Protocol::OpenCensus, &agent.server.endpoint())
        .flush_timeout(LIMIT)
        .tracing();
    end_span(&provider, "a");
    let taken = time(|| drop(guard));
    assert!(taken < IN_TIME, "{taken:?}");
}

#[test]
fn the_worker_ends_in_time_although_an_answer_is_outstanding() {
    let agent = OtlpAgent::start([Answer::Hang]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    agent.wait_for_spans(1);
    assert_eq!(
        guard.shutdown(LIMIT * 4),
        Err(FlushError::Unreachable { left: 1 })
    );
    let stats = guard.stats();
    assert_eq!((stats.queued, stats.dropped.shutdown), (0, 1));
}

#[test]
fn a_client_that_is_leaving_takes_no_more_spans() {
    let agent = OtlpAgent::start([Answer::Hang]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    agent.wait_for_spans(1);
    let begin = Instant::now();
    std::thread::scope(|scope| {
        let leaving = scope.spawn(|| guard.shutdown(Duration::from_secs(2)));
        while guard.stats().dropped.shutdown == 0 && !leaving.is_finished() {
            end_span(&provider, "b");
            std::thread::yield_now();
        }
        // Long before the client gives up, which is when it drops what was queued.
        assert!(
            begin.elapsed() < Duration::from_secs(1),
            "{:?}",
            begin.elapsed()
        );
    });
}

#[test]
fn dropping_the_guard_sends_what_is_left() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .schedule_delay(Duration::from_secs(3600))
        .tracing();
    end_span(&provider, "a");
    drop(guard);
    assert_eq!(agent.wait_for_spans(1), ["a"]);

    let agent = OpenCensusAgent::start([]);
    let (provider, guard) = client(Protocol::OpenCensus, &agent.server.endpoint())
        .schedule_delay(Duration::from_secs(3600))
        .tracing();
    end_span(&provider, "a");
    drop(guard);
    assert_eq!(agent.wait_for_stream(0).names(), ["a"]);
}

#[test]
fn after_a_shutdown_spans_are_dropped_and_counted() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    guard.shutdown(Duration::from_secs(10)).unwrap();
    end_span(&provider, "b");
    let stats = guard.stats();
    assert_eq!((stats.ended, stats.sent, stats.dropped.shutdown), (2, 1, 1));
    assert!(!stats.connected);
    assert_eq!(guard.flush(), Err(FlushError::AlreadyShutdown));
    assert_eq!(guard.shutdown(LIMIT), Err(FlushError::AlreadyShutdown));
}

#[test]
fn what_a_shutdown_leaves_behind_is_dropped_and_counted() {
    let address = free_address();
    let (provider, guard) = client(Protocol::Otlp, &format!("http://{address}")).tracing();
    end_spans(&provider, 4);
    assert_eq!(
        guard.shutdown(LIMIT),
        Err(FlushError::Unreachable { left: 4 })
    );
    let stats = guard.stats();
    assert_eq!((stats.queued, stats.dropped.shutdown), (0, 4));
}

#[test]
fn the_provider_may_go_before_the_guard_and_after_it() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    drop(provider);
    assert_eq!(guard.stats().sent, 1, "the last provider's drop sends");
    drop(guard);

    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "b");
    drop(guard);
    end_span(&provider, "c");
    provider.force_flush().unwrap_err();
    provider.shutdown().unwrap();
    drop(provider);
    assert_eq!(agent.wait_for_spans(2), ["a", "b"]);
}

#[test]
fn a_provider_that_is_dropped_while_the_agent_hangs_keeps_to_the_limit_too() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let (provider, _guard) = client(Protocol::Otlp, &endpoint)
        .flush_timeout(LIMIT)
        .tracing();
    end_span(&provider, "a");
    let taken = time(|| drop(provider));
    assert!(taken < IN_TIME, "{taken:?}");
}

#[test]
fn times_that_no_clock_can_count_are_for_ever() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .timeout(Duration::MAX)
        .schedule_delay(Duration::MAX)
        .reconnect_interval(Duration::MAX)
        .flush_timeout(Duration::MAX)
        .tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    end_span(&provider, "b");
    assert_eq!(guard.shutdown(Duration::MAX), Ok(()));
    assert_eq!(guard.stats().sent, 2);
}

#[test]
fn an_interval_that_no_clock_can_count_is_a_pause() {
    let (provider, guard) = client(Protocol::Otlp, &format!("http://{}", free_address()))
        .reconnect_interval(Duration::MAX)
        .tracing();
    end_span(&provider, "a");
    for _ in 0..2 {
        assert_eq!(guard.flush(), Err(FlushError::Unreachable { left: 1 }));
    }
}
