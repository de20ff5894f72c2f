//! Starting parts while others are still there, perhaps where these want to listen.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::part::{Begin, Part};
use crate::component::Tasks;
use crate::config::Problem;

/// How long a part that makes room may take to answer what it has begun.
pub(super) const GRACE: Duration = Duration::from_secs(5);
/// How long an address may take to become free: the grace, and what aborting takes.
const PATIENCE: Duration = Duration::from_secs(6);
/// The longest wait between two attempts to listen.
const MAX_PAUSE: Duration = Duration::from_millis(20);

/// Parts that start, beside others that make room for them.
///
/// A part first tries to start while its predecessor runs: one that listens elsewhere takes over
/// without a gap, and one that cannot start at all stops nobody. Only when an address is in use are
/// the predecessors told to stop; each gives up its sockets at once and then answers what it has
/// begun, while the part tries again.
pub(super) struct Succession {
    /// The parts that make room, with their tasks.
    pub(super) predecessors: BTreeMap<Part, Tasks>,
    /// The parts that have started.
    pub(super) started: BTreeMap<Part, Tasks>,
    /// Whether the predecessors were told to stop.
    pub(super) stopped: bool,
    /// Waits for whoever stops.
    pub(super) leaving: Tasks,
}

impl Succession {
    pub(super) fn new(predecessors: BTreeMap<Part, Tasks>, leaving: &Tasks) -> Self {
        Self {
            predecessors,
            started: BTreeMap::new(),
            stopped: false,
            leaving: leaving.clone(),
        }
    }

    /// Starts a part in `tasks`.
    pub(super) async fn start(
        &mut self,
        part: Part,
        tasks: Tasks,
        mut begin: Begin<'_>,
    ) -> Result<(), Problem> {
        let mut begun = begin(tasks.clone()).await;
        if begun.as_ref().is_err_and(|failed| failed.in_use) && !self.predecessors.is_empty() {
            self.stop_predecessors();
            let patience = Instant::now() + PATIENCE;
            let mut pause = Duration::from_millis(1);
            while begun.as_ref().is_err_and(|failed| failed.in_use) {
                let is_last = self.have_ended() || Instant::now() > patience;
                if !is_last {
                    sleep(pause).await;
                    pause = (pause * 2).min(MAX_PAUSE);
                }
                begun = begin(tasks.clone()).await;
                if is_last {
                    break;
                }
            }
        }
        begun.map_err(|failed| failed.problem)?;
        self.started.insert(part, tasks);
        Ok(())
    }

    /// Tells the predecessors to stop, once.
    pub(super) fn stop_predecessors(&mut self) {
        if !std::mem::replace(&mut self.stopped, true) {
            for tasks in self.predecessors.values() {
                leave(tasks, &self.leaving);
            }
        }
    }

    fn have_ended(&self) -> bool {
        self.predecessors.values().all(Tasks::is_empty)
    }
}

/// Tells tasks to stop, and has `leaving` wait for them.
pub(super) fn leave(tasks: &Tasks, leaving: &Tasks) {
    // At once: whoever wants the address waits for it.
    tasks.token().cancel();
    let tasks = tasks.clone();
    leaving.spawn(async move {
        tasks.stop_within(GRACE).await;
    });
}
