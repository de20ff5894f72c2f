//! What the application's side and the worker share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use campanile_wire::otlp::Signal;
use opentelemetry_sdk::Resource;
use tokio::sync::Notify;

use crate::announce::{Line, noun};
use crate::environment::{Destination, Settings};
use crate::error::{FlushError, InitError};
use crate::identity::{self, process};
use crate::intake::Intake;
use crate::shutdown::{Ending, Requests};
use crate::stats::Stats;
use crate::worker;

/// One client: everything that goes to one destination, and the worker that takes it there.
#[derive(Debug)]
pub(crate) struct Client {
    intakes: Vec<Intake>,
    pub(crate) requests: Requests,
    /// Rung when there is something to send.
    pub(crate) wake: Arc<Notify>,
    pub(crate) settings: Arc<Settings>,
    resource: Resource,
    worker: Mutex<Option<JoinHandle<()>>>,
    /// Set when the guard takes care of the end, so that providers which end too do not wait.
    leaving: AtomicBool,
    /// By when the signals are to end, once the first of them does.
    close_by: OnceLock<Instant>,
    /// The process that the worker's thread belongs to.
    pid: u32,
    /// The client in a child of that process.
    child: OnceLock<Arc<Self>>,
}

impl Client {
    /// A client for these signals, whose destination is the first one's. Nobody works for it yet.
    pub(crate) fn new(signals: &[Signal], settings: &Arc<Settings>, resource: &Resource) -> Self {
        let wake = Arc::new(Notify::new());
        let intake = |signal: &Signal| {
            let intake = Intake::new(*signal, settings, Arc::clone(&wake));
            intake.set_resource(resource.clone());
            intake
        };
        Self {
            intakes: signals.iter().map(intake).collect(),
            requests: Requests::default(),
            settings: Arc::clone(settings),
            resource: resource.clone(),
            worker: Mutex::new(None),
            leaving: AtomicBool::new(false),
            close_by: OnceLock::new(),
            pid: std::process::id(),
            child: OnceLock::new(),
            wake,
        }
    }

    /// A client and its worker.
    pub(crate) fn start(
        signals: &[Signal],
        settings: &Arc<Settings>,
        resource: &Resource,
    ) -> Result<Arc<Self>, InitError> {
        let client = Arc::new(Self::new(signals, settings, resource));
        let thread = worker::start(&client)?;
        client.own_worker(thread);
        Ok(client)
    }

    pub(crate) fn intakes(&self) -> &[Intake] {
        &self.intakes
    }

    pub(crate) fn intake(&self, signal: Signal) -> Option<&Intake> {
        self.intakes.iter().find(|intake| intake.signal == signal)
    }

    /// Where everything of this client goes.
    pub(crate) fn destination(&self) -> &Destination {
        let signal = self.intakes.first().map(|intake| intake.signal);
        self.settings.destination(signal.unwrap_or(Signal::Traces))
    }

    /// The longest that anything but [`shutdown`](Self::shutdown) may block.
    pub(crate) fn flush_timeout(&self) -> Duration {
        self.settings.flush_timeout
    }

    /// The client of this process. After a `fork`, the child gets one of its own here: threads stay
    /// with the parent, and so does what waited.
    pub(crate) fn here(self: &Arc<Self>) -> &Arc<Self> {
        let pid = std::process::id();
        let mut client = self;
        while client.pid != pid {
            client = client.child.get_or_init(|| client.reborn());
        }
        client
    }

    /// The process that this client works in.
    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Like [`here`](Self::here), without asking the system: a child's client is there once
    /// something has begun in it.
    pub(crate) fn latest(self: &Arc<Self>) -> &Arc<Self> {
        let mut client = self;
        while let Some(child) = client.child.get() {
            client = child;
        }
        client
    }

    /// The client of this process, if it has one.
    pub(crate) fn existing(self: &Arc<Self>) -> Option<&Arc<Self>> {
        let latest = self.latest();
        (latest.pid == std::process::id()).then_some(latest)
    }

    /// A client for a child process. Without a thread for it, it drops and counts.
    fn reborn(&self) -> Arc<Self> {
        let signals: Vec<_> = self.intakes.iter().map(|intake| intake.signal).collect();
        // The parent's locks may have been taken by threads that do not exist here.
        let started = process::started();
        let resource = identity::reborn(&self.resource, &self.settings, started);
        Self::start(&signals, &self.settings, &resource).unwrap_or_else(|_| {
            let client = Self::new(&signals, &self.settings, &resource);
            client.end();
            Arc::new(client)
        })
    }

    fn own_worker(&self, worker: JoinHandle<()>) {
        *self.worker.lock().unwrap_or_else(PoisonError::into_inner) = Some(worker);
    }

    /// Sends everything that ended before, as far as the agent takes it within `timeout`.
    pub(crate) fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        match self.requests.flush(timeout) {
            Ending::Done => Ok(()),
            Ending::Stopped => Err(FlushError::AlreadyShutdown),
            Ending::TimedOut => Err(FlushError::TimedOut { left: self.left() }),
            Ending::Unreachable => Err(FlushError::Unreachable { left: self.left() }),
        }
    }

    /// Whether the guard takes care of the end.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// The guard takes care of the end.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// One signal's provider has ended: takes no more of it and sends what is left of it within
    /// `timeout`. With the last signal, the client ends.
    pub(crate) fn close(&self, signal: Signal, timeout: Duration) -> Result<(), FlushError> {
        if self.is_leaving() {
            return Ok(());
        }
        // One time limit for all of them: an application ends its providers one after the other.
        let now = Instant::now();
        let until = *self
            .close_by
            .get_or_init(|| now + timeout.min(Settings::LONGEST));
        let timeout = timeout.min(until.saturating_duration_since(now));
        let others = self.intakes.iter().filter(|intake| intake.signal != signal);
        if others.into_iter().all(|intake| intake.queue.is_closed()) {
            return self.shutdown(timeout);
        }
        if let Some(intake) = self.intake(signal) {
            intake.queue.close();
            intake.interrupt(SystemTime::now());
        }
        self.flush(timeout)
    }

    /// Asks the worker to end within `timeout`: what is still open is interrupted, and nothing more
    /// is taken. `None` if somebody did so before.
    pub(crate) fn begin_shutdown(&self, timeout: Duration) -> Option<Shutdown<'_>> {
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        let worker = worker.take()?;
        let timeout = timeout.min(Settings::LONGEST);
        let until = Instant::now() + timeout;
        let before = self.thrown_away();
        self.requests.ask_to_stop(timeout);
        for intake in &self.intakes {
            // In this order: a span that ends in between is dropped and counted, not sent twice.
            intake.queue.close();
            intake.interrupt(SystemTime::now());
        }
        self.requests.announce_stop();
        Some(Shutdown {
            before,
            client: self,
            worker,
            until,
        })
    }

    /// Takes no more, sends what is left within `timeout` and ends the worker. One line says what
    /// was left unsent.
    pub(crate) fn shutdown(&self, timeout: Duration) -> Result<(), FlushError> {
        let shutdown = self.begin_shutdown(timeout);
        shutdown.map_or(Err(FlushError::AlreadyShutdown), Shutdown::wait)
    }

    /// The worker's last act: throws away what nobody will send any more.
    pub(crate) fn end(&self) {
        for intake in &self.intakes {
            let left = intake.queue.abandon();
            intake.counters.leave(left as u64);
            intake.counters.set_connected(false);
        }
        self.requests.ended();
    }

    /// The counters of all signals together, as lines speak of them.
    pub(crate) fn all_stats(&self) -> Stats {
        let stats = self.intakes.iter().map(Intake::stats);
        stats.fold(Stats::default(), Stats::and)
    }

    /// What a line calls the items of all signals together.
    fn noun(&self) -> &'static str {
        let with_items = |intake: &&Intake| intake.queue.counts().held + intake.counters.left() > 0;
        match self.intakes.iter().filter(with_items).collect::<Vec<_>>()[..] {
            [intake] => noun(intake.signal),
            _ => "spans, metric points and log records",
        }
    }

    /// What is in the queues or on its way.
    fn left(&self) -> u64 {
        let held = self.intakes.iter().map(|intake| intake.queue.counts().held);
        held.sum()
    }

    /// What was queued when the worker ended; not what ended later than that.
    fn thrown_away(&self) -> u64 {
        let left = self.intakes.iter().map(|intake| intake.counters.left());
        left.sum()
    }
}

/// A client that was asked to end.
#[must_use = "nobody waits for its end otherwise"]
pub(crate) struct Shutdown<'a> {
    client: &'a Client,
    worker: JoinHandle<()>,
    until: Instant,
    /// What had been thrown away before.
    before: u64,
}

impl Shutdown<'_> {
    pub(crate) fn wait(self) -> Result<(), FlushError> {
        let client = self.client;
        let remaining = self.until.saturating_duration_since(Instant::now());
        let ending = client.requests.wait_for_end(remaining);
        if ending == Ending::Stopped {
            // A worker that said it is done has nothing left to do but return.
            let _ = self.worker.join();
        }
        // Either the worker has thrown away what was left, or it still holds it.
        let left = client.left() + client.thrown_away().saturating_sub(self.before);
        if left == 0 {
            return Ok(());
        }
        let endpoint = client.destination().endpoint();
        let line = Line::Warn(format!(
            "{left} {} were left unsent: the agent at {endpoint} did not take them before the exit",
            client.noun(),
        ));
        line.log(client.settings.log_level);
        Err(match ending {
            Ending::TimedOut => FlushError::TimedOut { left },
            _ => FlushError::Unreachable { left },
        })
    }
}
