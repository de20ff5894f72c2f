//! What is written to the log while the agent is away.

use std::net::SocketAddr;

use campanile_tests::process::free_address;
use opentelemetry::trace::Span as _;

use super::listener::Listener;
use super::pace::paced;
use super::program;
use super::subject::Subject;
use super::traced::{Room, Traced};
use crate::findings::Finding;
use crate::measure::Result;

pub(super) const NAME: &str = "lines";

const CASE: &str = "log lines, agent away";

const SECONDS: u32 = 20;

const A_SECOND: u32 = 1_000;

const SECONDS_AN_HOUR: u32 = 3_600;

/// Both subjects at once: they have next to nothing to do.
pub(super) fn find(findings: &mut Vec<Finding>) -> Result<()> {
    let mut programs = Vec::new();
    for subject in Subject::SENDERS {
        let program = program::start(NAME, subject, free_address())?;
        programs.push((subject, program));
    }
    for (subject, mut program) in programs {
        let [lines] = program.figures()?;
        let mut add = |figure, value| {
            findings.push(Finding {
                case: CASE,
                subject: subject.name(),
                figure,
                value,
            });
        };
        add("lines_in_20_s", lines);
        // Ours says that the agent is away once, and sums up hourly, so this would be untrue.
        if subject != Subject::Campanile {
            let hour = lines * f64::from(SECONDS_AN_HOUR / SECONDS);
            add("lines_an_hour_extrapolated", hour);
        }
    }
    Ok(())
}

pub(super) fn run(subject: Subject, address: SocketAddr) -> Result<Vec<f64>> {
    let listener = Listener::install()?;
    let traced = Traced::open(subject, address, Room::default())?;
    paced(SECONDS * A_SECOND, A_SECOND, || traced.span().end());
    Ok(vec![f64::from(listener.lines())])
}
