//! What a span costs the program, from its end to the bytes on the socket.

use std::net::SocketAddr;

use opentelemetry::trace::Span as _;

use super::pace::{median, paced};
use super::program;
use super::sink::SinkProgram;
use super::subject::Subject;
use super::traced::{Room, Traced};
use crate::findings::Finding;
use crate::measure::{self, Result};

pub(super) const NAME: &str = "cost";

const CASE: &str = "cpu per span";

const ROUNDS: usize = 5;

const SPANS: u32 = 100_000;

/// So that connections are made and memory is there.
const BEFORE: u32 = 5_000;

const A_SECOND: u32 = 25_000;

/// Room for more than half a second of spans. Not for many more: the SDK's queue is a ring whose
/// every place is written to in turn, so a large one costs cache misses that a small one does not.
const ROOM: Room = Room {
    bytes: Some(64 << 20),
    spans: Some(1 << 14),
};

pub(super) fn find(findings: &mut Vec<Finding>) -> Result<()> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let whole = one(Subject::Nothing)?;
        for subject in Subject::SENDERS {
            let [cpu, allocations] = one(subject)?;
            rounds.push((subject, [cpu - whole[0], allocations - whole[1]]));
        }
    }
    for subject in Subject::SENDERS {
        let of = |index: usize| {
            let own = rounds.iter().filter(|(other, _)| *other == subject);
            median(own.map(|(_, net)| net[index]).collect())
        };
        let figures = if measure::COUNTS {
            vec![("cpu_us_while_counting", of(0)), ("allocations", of(1))]
        } else {
            vec![("cpu_us", of(0))]
        };
        for (figure, value) in figures {
            findings.push(Finding {
                case: CASE,
                subject: subject.name(),
                figure,
                value,
            });
        }
    }
    Ok(())
}

/// Microseconds and allocations of one span, those of making it included.
fn one(subject: Subject) -> Result<[f64; 2]> {
    let mut sink = SinkProgram::start()?;
    let figures = program::run(NAME, subject, sink.address())?;
    let arrived = sink.count()?;
    let expected = f64::from(SPANS + BEFORE);
    if subject != Subject::Nothing && arrived < expected {
        let name = subject.name();
        return Err(format!("{arrived} of {expected} spans of {name} arrived").into());
    }
    Ok(figures)
}

pub(super) fn run(subject: Subject, address: SocketAddr) -> Result<Vec<f64>> {
    let traced = Traced::open(subject, address, ROOM)?;
    let make = || traced.span().end();
    paced(BEFORE, A_SECOND, make);
    traced.flush()?;
    let (time, allocated) = (measure::process_time(), measure::allocated());
    paced(SPANS, A_SECOND, make);
    traced.flush()?;
    let time = measure::process_time().saturating_sub(time);
    let allocated = u32::try_from(measure::allocated() - allocated)?;
    let spans = f64::from(SPANS);
    Ok(vec![
        time.as_secs_f64() * 1e6 / spans,
        f64::from(allocated) / spans,
    ])
}
