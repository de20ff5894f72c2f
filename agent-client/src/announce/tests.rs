//! Every line, and how seldom it is said.

use std::time::{Duration, Instant};

use campanile_wire::otlp::Signal;

use super::{Announcer, Line};
use crate::ledger::Refusal;
use crate::stats::Stats;

fn announcer() -> (Announcer, Instant) {
    (
        Announcer::new(
            "agent at http://a:1 (OTLP/gRPC)".to_owned(),
            "spans",
            8 << 20,
        ),
        Instant::now(),
    )
}

fn stats(sent: u64, dropped: u64) -> Stats {
    let mut stats = Stats {
        sent,
        queued: 7,
        ..Stats::default()
    };
    stats.dropped.buffer_full = dropped;
    stats
}

fn text(line: Option<Line>) -> String {
    match line {
        Some(Line::Info(text)) => format!("INFO {text}"),
        Some(Line::Warn(text)) => format!("WARN {text}"),
        None => String::new(),
    }
}

#[test]
fn an_agent_that_comes_late_gets_two_lines() {
    let (mut announcer, start) = announcer();
    assert_eq!(
        text(announcer.lost(start, "connection refused", stats(0, 0))),
        "INFO agent at http://a:1 (OTLP/gRPC) is not reachable (connection refused), \
         keeping up to 8 MiB of spans"
    );
    for second in 1..60 {
        let now = start + Duration::from_secs(second);
        assert_eq!(announcer.lost(now, "connection refused", stats(0, 0)), None);
    }
    let now = start + Duration::from_millis(60_700);
    assert_eq!(
        text(announcer.reached(now, stats(300, 2))),
        "INFO connected to the agent at http://a:1 (OTLP/gRPC) after 60s, \
         sent 300 kept spans, 2 were dropped"
    );
    assert_eq!(announcer.reached(now, stats(301, 2)), None);
}

#[test]
fn spans_dropped_before_the_first_attempt_are_told_too() {
    let (mut announcer, start) = announcer();
    assert!(
        announcer
            .lost(start, "connection refused", stats(0, 9))
            .is_some()
    );
    let line = text(announcer.reached(start, stats(1, 9)));
    assert!(
        line.ends_with("sent 1 kept spans, 9 were dropped"),
        "{line}"
    );
}

#[test]
fn an_agent_that_is_there_and_goes_is_worth_a_warning() {
    let (mut announcer, start) = announcer();
    let line = text(announcer.reached(start, stats(0, 0)));
    assert_eq!(
        line,
        "INFO connected to the agent at http://a:1 (OTLP/gRPC)"
    );
    let line = text(announcer.lost(start, "broken pipe", stats(10, 1)));
    assert!(line.starts_with("WARN agent at http://a:1"), "{line}");
    let line = text(announcer.reached(start + Duration::from_millis(20), stats(12, 1)));
    assert!(
        line.ends_with("after 20ms, sent 2 kept spans, 1 were dropped"),
        "{line}"
    );
}

#[test]
fn an_absence_is_summed_up_once_an_hour() {
    let (mut announcer, start) = announcer();
    let lines = (0..=2 * 3600)
        .step_by(5)
        .map(|second| start + Duration::from_secs(second))
        .filter_map(|now| announcer.lost(now, "x", stats(0, 5)))
        .collect::<Vec<_>>();
    assert_eq!(lines.len(), 3);
    let last = text(lines.last().cloned());
    assert!(
        last.contains("for 7200s (x), 7 spans are kept, 5 were dropped"),
        "{last}"
    );
}

#[test]
fn an_overflow_while_connected_is_summed_up_once_an_hour() {
    let (mut announcer, start) = announcer();
    assert!(announcer.reached(start, stats(0, 3)).is_some());
    assert_eq!(announcer.reached(start, stats(0, 3)), None);
    assert_eq!(
        text(announcer.reached(start, stats(0, 5))),
        "WARN 2 spans for the agent at http://a:1 (OTLP/gRPC) were dropped because the buffer \
         of 8 MiB was full"
    );
    assert_eq!(
        announcer.reached(start + Duration::from_secs(3599), stats(0, 9)),
        None
    );
    let line = text(announcer.reached(start + Duration::from_secs(3600), stats(0, 9)));
    assert!(line.starts_with("WARN 4 spans"), "{line}");
}

#[test]
fn an_agent_that_takes_no_spans_at_all_is_said_to() {
    let (mut announcer, start) = announcer();
    let refusal = Refusal {
        items: 0,
        signal: Signal::Traces,
        why: "Unimplemented: ".to_owned(),
    };
    let line = text(announcer.refused(start, &refusal));
    assert!(
        line.ends_with("does not take spans: Unimplemented: "),
        "{line}"
    );
}

#[test]
fn refusals_are_summed_up_once_an_hour() {
    let (mut announcer, start) = announcer();
    let refusal = Refusal {
        items: 2,
        signal: Signal::Traces,
        why: "InvalidArgument: no".to_owned(),
    };
    assert_eq!(
        text(announcer.refused(start, &refusal)),
        "WARN agent at http://a:1 (OTLP/gRPC) refused 2 spans for good, they were dropped: \
         InvalidArgument: no"
    );
    assert_eq!(
        announcer.refused(start + Duration::from_secs(3599), &refusal),
        None
    );
    let line = text(announcer.refused(start + Duration::from_secs(3600), &refusal));
    assert!(line.contains("refused 4 spans"), "{line}");
}
