//! An agent with nothing to do.

use std::thread;
use std::time::Duration;

use campanile_tests::process::free_address;

use super::case::{Case, Figure, IDLE, READY};
use super::subject::{Places, Running, Subject};
use crate::measure::Result;

/// When its memory is looked at, after it got ready.
const LATER: Duration = Duration::from_secs(1);

/// How long it takes to get ready, and the memory it then has.
pub(super) fn run(case: &Case, subject: &Subject) -> Result<Vec<Figure>> {
    let agent = Running::start(subject, case, &Places::to(free_address()))?;
    thread::sleep(LATER);
    let ready = agent.took.as_secs_f64() * 1_000.0;
    Ok(vec![(READY, ready), (IDLE, agent.memory("VmRSS")?)])
}
