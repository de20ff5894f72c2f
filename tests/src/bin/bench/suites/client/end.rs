//! How long the thread that ends a span is kept.

use std::net::SocketAddr;
use std::time::Instant;

use campanile_tests::process::free_address;
use opentelemetry::trace::Span as _;

use super::pace::{busy, median, paced, percentile};
use super::program;
use super::sink::SinkProgram;
use super::subject::Subject;
use super::traced::{Room, Traced};
use crate::findings::Finding;
use crate::measure::Result;

pub(super) const NAME: &str = "end";

const FIGURES: [(&str, usize); 3] = [("p50_us", 500), ("p99_us", 990), ("p99_9_us", 999)];

const ROUNDS: usize = 5;

const SPANS: u32 = 40_000;

/// So that connections are made and memory is there.
const BEFORE: u32 = 2_000;

const A_SECOND: u32 = 10_000;

pub(super) fn find(findings: &mut Vec<Finding>) -> Result<()> {
    for subject in Subject::SENDERS {
        let case = "end of span, agent there";
        add(findings, case, subject, || {
            let sink = SinkProgram::start()?;
            program::run(NAME, subject, sink.address())
        })?;
    }
    for subject in Subject::SENDERS {
        let case = "end of span, agent away";
        add(findings, case, subject, || {
            program::run(NAME, subject, free_address())
        })?;
    }
    Ok(())
}

fn add(
    findings: &mut Vec<Finding>,
    case: &'static str,
    subject: Subject,
    round: impl Fn() -> Result<[f64; 3]>,
) -> Result<()> {
    let rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect::<Result<_>>()?;
    for (index, (figure, _)) in FIGURES.into_iter().enumerate() {
        findings.push(Finding {
            case,
            subject: subject.name(),
            figure,
            value: median(rounds.iter().map(|figures| figures[index]).collect()),
        });
    }
    Ok(())
}

pub(super) fn run(subject: Subject, address: SocketAddr) -> Result<Vec<f64>> {
    let traced = Traced::open(subject, address, Room::default())?;
    paced(BEFORE, A_SECOND, || traced.span().end());
    let mut taken = Vec::with_capacity(usize::try_from(SPANS)?);
    busy(SPANS, A_SECOND, || {
        let mut span = traced.span();
        let started = Instant::now();
        span.end();
        taken.push(started.elapsed());
    });
    let mut nanoseconds: Vec<u64> = taken
        .iter()
        .map(|taken| u64::try_from(taken.as_nanos()))
        .collect::<std::result::Result<_, _>>()?;
    nanoseconds.sort_unstable();
    FIGURES
        .into_iter()
        .map(|(_, per_mille)| {
            let value = percentile(&nanoseconds, per_mille).ok_or("no span ended")?;
            Ok(f64::from(u32::try_from(value)?) / 1e3)
        })
        .collect()
}
