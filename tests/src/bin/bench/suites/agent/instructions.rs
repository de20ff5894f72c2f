//! Instructions a span, counted by callgrind: a figure that does not mind what else a machine does.

use super::case::{Case, Figure, INSTRUCTIONS};
use super::part::{Sink, send};
use super::round::drained;
use super::subject::{Places, Running, Subject};
use crate::measure::{Result, collected};

/// A case's spans are divided by these for the two runs, since callgrind takes fifty times as long.
const PARTS: [u64; 2] = [50, 20];

/// What each span takes more, once whatever happens once has happened.
pub(super) fn count(case: &Case, subject: &Subject) -> Result<Figure> {
    let [short, long] = PARTS.map(|part| case.load.spans / part);
    let less = total(case, subject, short)?;
    let more = total(case, subject, long)?;
    let instructions = more.saturating_sub(less) as f64 / (long - short) as f64;
    Ok((INSTRUCTIONS, instructions))
}

/// The instructions of an agent from its start to its end, which takes `spans` in between.
fn total(case: &Case, subject: &Subject, spans: u64) -> Result<u64> {
    let mut sink = Sink::start()?;
    let places = Places::to(sink.address);
    let agent = Running::start(subject, case, &places)?;
    send(&case.load, places.listen, 1, spans)?;
    drained(case, subject, &places, &mut sink, spans)?;
    let said = agent.stop()?;
    collected(&said).ok_or_else(|| format!("valgrind counted nothing: {said}").into())
}
