//! Starting parts while others are still there, perhaps where these want to listen.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::part::{Begin, NotBegun, Part};
use crate::component::{Address, Addresses, Tasks};
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
/// without a gap, and one that cannot start at all stops nobody. Only when one of this agent has the
/// address are the predecessors told to stop; each gives up its sockets at once and then answers
/// what it has begun, while the part tries again.
pub(super) struct Succession {
    /// The parts that make room, with their tasks.
    pub(super) predecessors: BTreeMap<Part, Tasks>,
    /// The parts that have started.
    pub(super) started: BTreeMap<Part, Tasks>,
    /// Whether the predecessors were told to stop.
    pub(super) stopped: bool,
    /// Waits for whoever stops.
    pub(super) leaving: Tasks,
    /// Where the agent listens.
    addresses: Addresses,
}

impl Succession {
    pub(super) fn new(
        predecessors: BTreeMap<Part, Tasks>,
        leaving: &Tasks,
        addresses: &Addresses,
    ) -> Self {
        Self {
            predecessors,
            started: BTreeMap::new(),
            stopped: false,
            leaving: leaving.clone(),
            addresses: addresses.clone(),
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
        if self.is_held(&begun) {
            self.stop_predecessors();
            let patience = Instant::now() + PATIENCE;
            let mut pause = Duration::from_millis(1);
            // The attempt after the address has become free is the last one.
            let mut held = true;
            while held && is_in_use(&begun) && Instant::now() < patience {
                sleep(pause).await;
                pause = (pause * 2).min(MAX_PAUSE);
                held = self.is_held(&begun);
                begun = begin(tasks.clone()).await;
            }
        }
        begun.map_err(|failed| *failed.problem)?;
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

    /// Whether a part did not start because one of this agent has its address.
    fn is_held(&self, begun: &Result<(), NotBegun>) -> bool {
        let in_use = begun.as_ref().err().and_then(|error| error.in_use.as_ref());
        let listed = self.addresses.all();
        in_use.is_some_and(|endpoint| listed.values().any(|address| is_at(address, endpoint)))
    }
}

fn is_in_use(begun: &Result<(), NotBegun>) -> bool {
    begun.as_ref().is_err_and(|error| error.in_use.is_some())
}

/// Whether a listener may be what keeps others from listening at `endpoint`.
fn is_at(address: &Address, endpoint: &str) -> bool {
    match address {
        Address::Inet(address) => {
            let port = endpoint.rsplit_once(':').map(|(_, port)| port.parse());
            port == Some(Ok(address.port()))
        }
        Address::Unix(path) => endpoint.ends_with(&*path.to_string_lossy()),
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
