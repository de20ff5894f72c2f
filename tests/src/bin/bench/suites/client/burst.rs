//! What becomes of more spans than anybody can send at once.

use std::net::SocketAddr;

use opentelemetry::trace::Span as _;

use super::listener::Listener;
use super::pace::median;
use super::program;
use super::sink::SinkProgram;
use super::subject::Subject;
use super::traced::{Room, Traced};
use crate::findings::Finding;
use crate::measure::Result;

pub(super) const NAME: &str = "burst";

const CASE: &str = "burst of 200,000";

const ROUNDS: usize = 3;

const SPANS: u32 = 200_000;

const ROOM: Room = Room {
    bytes: Some(64 << 20),
    spans: None,
};

pub(super) fn find(findings: &mut Vec<Finding>) -> Result<()> {
    for subject in Subject::SENDERS {
        let rounds: Vec<_> = (0..ROUNDS).map(|_| one(subject)).collect::<Result<_>>()?;
        for (index, figure) in ["arrived", "lost", "lost_counted"].into_iter().enumerate() {
            findings.push(Finding {
                case: CASE,
                subject: subject.name(),
                figure,
                value: median(rounds.iter().map(|figures| figures[index]).collect()),
            });
        }
    }
    Ok(())
}

/// Spans that arrived, that did not, and that were said not to.
fn one(subject: Subject) -> Result<[f64; 3]> {
    let mut sink = SinkProgram::start()?;
    let [counted] = program::run(NAME, subject, sink.address())?;
    let arrived = sink.count()?;
    Ok([arrived, f64::from(SPANS) - arrived, counted])
}

pub(super) fn run(subject: Subject, address: SocketAddr) -> Result<Vec<f64>> {
    let listener = Listener::install()?;
    let traced = Traced::open(subject, address, ROOM)?;
    for _ in 0..SPANS {
        traced.span().end();
    }
    traced.drain()?;
    let counted = traced.counted().unwrap_or_else(|| listener.lost());
    Ok(vec![f64::from(u32::try_from(counted)?)])
}
