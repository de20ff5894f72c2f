//! How long a program is kept from ending by an agent that does not answer.

use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Instant;

use campanile_tests::process::free_address;
use opentelemetry::trace::Span as _;

use super::pace::{median, paced};
use super::program;
use super::subject::Subject;
use super::traced::{Room, Traced};
use crate::findings::Finding;
use crate::measure::Result;

pub(super) const NAME: &str = "exit";

const ROUNDS: usize = 3;

/// A second of a program's life.
const SPANS: u32 = 1_000;

pub(super) fn find(findings: &mut Vec<Finding>) -> Result<()> {
    let hanging = hanging()?;
    for subject in Subject::SENDERS {
        add(findings, "exit, agent refuses", subject, free_address())?;
    }
    for subject in Subject::SENDERS {
        add(findings, "exit, agent hangs", subject, hanging)?;
    }
    Ok(())
}

fn add(
    findings: &mut Vec<Finding>,
    case: &'static str,
    subject: Subject,
    address: SocketAddr,
) -> Result<()> {
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| program::run(NAME, subject, address).map(|[taken]| taken))
        .collect::<Result<_>>()?;
    findings.push(Finding {
        case,
        subject: subject.name(),
        figure: "ms",
        value: median(rounds),
    });
    Ok(())
}

/// Where connections are accepted, kept, and never answered, as long as this process runs.
fn hanging() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    Ok(address)
}

pub(super) fn run(subject: Subject, address: SocketAddr) -> Result<Vec<f64>> {
    let traced = Traced::open(subject, address, Room::default())?;
    paced(SPANS, SPANS, || traced.span().end());
    let started = Instant::now();
    traced.end();
    Ok(vec![started.elapsed().as_secs_f64() * 1e3])
}
