//! A lane: the handle that pipelines hold, and the task behind it.

use std::sync::{Arc, Mutex};

use campanile_wire::otlp::Signal;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::attempt::Destination;
use super::batcher::Batcher;
use super::dead_letters::DeadLetters;
use super::journal::{Alive, Journal, Source};
use super::ledger::Ledger;
use super::outlook::Outlook;
use super::queue::{Queue, Room, WeakQueue};
use super::{Balance, BatchSettings, Permit, Removed};
use crate::admission::Memory;
use crate::component::{ComponentId, Delivery, Refusal, Tasks};
use crate::ops::Metrics;
use crate::payload::Payload;

/// Which lane: it appears in metrics and in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneName {
    /// The pipeline's id: `traces`, `traces/slow`.
    pub pipeline: String,
    /// The exporter's id.
    pub exporter: ComponentId,
    /// The signal of the pipeline.
    pub signal: Signal,
}

/// Where a lane leads, and how.
#[derive(Clone, Debug)]
pub struct Route {
    /// Which lane.
    pub name: LaneName,
    /// The destination.
    pub delivery: Delivery,
    /// How payloads are joined before they are sent; nothing to send each by itself.
    pub batch: Option<BatchSettings>,
    /// Where what the destination refuses for good is kept.
    pub dead_letters: Option<DeadLetters>,
    /// What counts the bytes that wait.
    pub memory: Memory,
}

/// The way from one pipeline to one exporter. Cheap to clone; the lane runs until its last clone
/// and its last permit are gone and everything has been delivered.
#[derive(Clone, Debug)]
pub struct Lane {
    queue: Queue,
    looks_inside: bool,
}

impl Lane {
    /// Starts a lane: spawns its task into `tasks`.
    ///
    /// When the token of `tasks` is cancelled the lane stops at once: attempts are aborted, and
    /// what was not delivered counts as dropped with reason `shutdown`. To drain it instead, drop
    /// every clone and wait for the task.
    ///
    /// The exporter may have other lanes, so [`finish`](crate::component::Exporter::finish) is left
    /// to whoever holds them all.
    #[must_use]
    pub fn start(route: Route, metrics: &Metrics, tasks: &Tasks) -> Self {
        let ledger = Arc::new(Ledger::new(&route.name, metrics));
        let settings = &route.delivery.settings;
        let (queue, loads) = Queue::new(
            &settings.queue,
            settings.shed,
            Arc::clone(&ledger),
            route.memory.clone(),
        );
        let looks_inside = !settings.passes;
        let worker = Worker::new(Source::Memory(loads), route, ledger);
        tasks.spawn(worker.run(tasks.token().clone()));
        Self {
            queue,
            looks_inside,
        }
    }

    /// Reserves room for `payload`, without waiting. Nothing is taken before [`Permit::send`].
    ///
    /// # Errors
    ///
    /// [`Refusal::Overloaded`] when the queue is full, [`Refusal::Rejected`] when the payload is
    /// larger than the queue could ever hold, [`Refusal::ShuttingDown`] when the lane was stopped.
    /// A lane that sheds never refuses: its permit drops the payload and counts it.
    pub fn reserve(&self, payload: &Payload) -> Result<Permit, Refusal> {
        self.queue.reserve(payload)
    }

    /// Takes a payload that is kept elsewhere, if there is room. Says when it was answered for.
    pub(super) fn take_again(&self, payload: Payload) -> Option<oneshot::Receiver<()>> {
        self.queue.take_again(payload).ok()
    }

    /// A clone that does not keep the lane open.
    pub(super) fn downgrade(&self) -> WeakLane {
        WeakLane {
            queue: self.queue.downgrade(),
            looks_inside: self.looks_inside,
        }
    }

    /// Whether the other one is a clone of this lane.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.queue.ledger(), other.queue.ledger())
    }

    /// Whether the destination reads more of a payload than its framing.
    #[must_use]
    pub fn looks_inside(&self) -> bool {
        self.looks_inside
    }

    /// What the books of the lane say now.
    #[must_use]
    pub fn balance(&self) -> Balance {
        self.queue.ledger().balance()
    }

    /// The books, to read when the lane has ended. Holding them does not keep the lane open.
    #[must_use]
    pub fn books(&self) -> Books {
        Books(Arc::clone(self.queue.ledger()))
    }
}

/// A lane that may have ended.
#[derive(Clone, Debug)]
pub(super) struct WeakLane {
    queue: WeakQueue,
    looks_inside: bool,
}

impl WeakLane {
    /// The lane, if it has not ended.
    pub(super) fn upgrade(&self) -> Option<Lane> {
        let queue = self.queue.upgrade()?;
        let looks_inside = self.looks_inside;
        Some(Lane {
            queue,
            looks_inside,
        })
    }
}

/// A lane that delivers what lies in a journal. It ends when the journal's input has ended and
/// everything has been delivered; what it has not delivered when it is stopped stays in the log.
#[derive(Clone, Debug)]
pub struct LoggedLane {
    ledger: Arc<Ledger>,
    looks_inside: bool,
}

impl LoggedLane {
    /// Starts a lane: spawns its task into `tasks`. `None` when the journal has ended.
    #[must_use]
    pub fn start(
        route: Route,
        journal: &Journal,
        metrics: &Metrics,
        tasks: &Tasks,
    ) -> Option<Self> {
        let ledger = Arc::new(Ledger::new(&route.name, metrics));
        let settings = &route.delivery.settings;
        let room = Room::new(
            &settings.queue,
            ledger.queue_size.clone(),
            route.memory.clone(),
        );
        let exporter = &route.name.exporter;
        let attached = journal.attach(exporter, Arc::clone(&ledger), Arc::new(room))?;
        let lane = Self {
            ledger: Arc::clone(&ledger),
            looks_inside: !settings.passes,
        };
        let mut worker = Worker::new(attached.source, route, ledger);
        worker.alive = Some(attached.alive);
        tasks.spawn(worker.run(tasks.token().clone()));
        Some(lane)
    }

    /// Whether the destination reads more of a payload than its framing.
    #[must_use]
    pub fn looks_inside(&self) -> bool {
        self.looks_inside
    }

    /// The books, to read when the lane has ended.
    #[must_use]
    pub fn books(&self) -> Books {
        Books(Arc::clone(&self.ledger))
    }
}

/// The books of a lane, whether it runs or has ended.
#[derive(Clone, Debug)]
pub struct Books(Arc<Ledger>);

impl Books {
    /// Books of something that keeps nothing back, such as a connector.
    #[must_use]
    pub fn new(name: &LaneName, metrics: &Metrics) -> Self {
        Self(Arc::new(Ledger::new(name, metrics)))
    }

    /// Payloads that are held in memory.
    pub(super) fn held(&self) -> u64 {
        u64::try_from(self.0.queue_size.get()).unwrap_or(0)
    }

    /// Whether the other ones are clones of these.
    #[must_use]
    pub fn are(&self, others: &Self) -> bool {
        Arc::ptr_eq(&self.0, &others.0)
    }

    /// Counts what the steps before have left out.
    pub fn remove(&self, removed: Removed) {
        self.0.remove(removed);
    }

    /// Counts items that came and went on at once.
    pub fn pass(&self, items: u64) {
        self.0.pass(items);
    }

    /// What they say now.
    #[must_use]
    pub fn balance(&self) -> Balance {
        self.0.balance()
    }
}

/// The task of a lane.
struct Worker {
    source: Source,
    /// Whether more loads can come.
    open: bool,
    batcher: Batcher,
    consumers: usize,
    attempts: JoinSet<()>,
    destination: Arc<Destination>,
    /// What moves the cursor in the log, where there is one.
    alive: Option<Alive>,
}

impl Worker {
    fn new(source: Source, route: Route, ledger: Arc<Ledger>) -> Self {
        let Route {
            name,
            delivery,
            batch,
            dead_letters,
            memory: _,
        } = route;
        let Delivery { exporter, settings } = delivery;
        // Without a queue nothing waits, not even for company.
        let batch = batch.filter(|_| settings.queue.enabled);
        Self {
            source,
            open: true,
            batcher: Batcher::new(batch, settings.queue.capacity()),
            consumers: settings.queue.consumers(),
            attempts: JoinSet::new(),
            destination: Arc::new(Destination {
                name,
                exporter,
                settings,
                ledger,
                dead_letters,
                outlook: Mutex::new(Outlook::default()),
                rejections: Mutex::new(Outlook::default()),
            }),
            alive: None,
        }
    }

    async fn run(mut self, token: CancellationToken) {
        let drained = token.run_until_cancelled(self.deliver()).await;
        if drained.is_none() {
            self.stop().await;
        }
    }

    /// Delivers until no more loads can come and every one has been answered for.
    async fn deliver(&mut self) {
        loop {
            self.start_due();
            if !self.open && self.batcher.is_empty() && self.attempts.is_empty() {
                return;
            }
            let due = self.batcher.due().filter(|_| self.has_consumer());
            let wants_more = self.open && self.batcher.wants_more();
            tokio::select! {
                load = self.source.next(), if wants_more => match load {
                    Some(load) => self.batcher.push(load, Instant::now()),
                    None => self.close(),
                },
                // A panic of an exporter has been counted by the load it held.
                _ = self.attempts.join_next(), if !self.attempts.is_empty() => {
                    if let Some(alive) = &self.alive {
                        alive.answered();
                    }
                }
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            }
        }
    }

    /// Begins an attempt for everything that is due, as far as consumers are free.
    fn start_due(&mut self) {
        while self.has_consumer() {
            let Some(load) = self.batcher.take(Instant::now(), !self.open) else {
                return;
            };
            let destination = Arc::clone(&self.destination);
            self.attempts.spawn(destination.deliver(load));
        }
    }

    /// No more loads can come.
    fn close(&mut self) {
        self.open = false;
        self.destination.exporter.drain();
    }

    fn has_consumer(&self) -> bool {
        self.attempts.len() < self.consumers
    }

    /// Gives up whatever is left: what is dropped here counts itself.
    async fn stop(mut self) {
        if matches!(self.source, Source::Memory(_)) {
            let waiting = self.destination.ledger.balance().waiting();
            self.destination.stopped(waiting);
        }
        self.attempts.shutdown().await;
        drop(self.batcher);
        self.source.stop().await;
    }
}
