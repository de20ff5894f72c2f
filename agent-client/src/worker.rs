//! The thread that talks to the agent: its own runtime, nobody else's.
//!
//! It sleeps until a batch is full, the first item has waited long enough, a pause is over, or
//! somebody wants something; then it makes one attempt to send everything that is there.

use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use opentelemetry::Context;

use crate::announce::{Announcer, Line};
use crate::batch::Batch;
use crate::client::Client;
use crate::due::{Due, prepare_forever};
use crate::error::InitError;
use crate::intake::Intake;
use crate::ledger::Ledger;
use crate::retry::{self, Outage};
use crate::shutdown::Ending;
use crate::transport::Transport;
use crate::untraced::{quiet, untraced};

/// Starts the worker of a client.
pub(crate) fn start(client: &Arc<Client>) -> Result<JoinHandle<()>, InitError> {
    let (report, started) = mpsc::sync_channel(1);
    let client = Arc::clone(client);
    let thread = thread::Builder::new()
        .name("campanile-agent".to_owned())
        .spawn(move || run(client, &report))?;
    match started.recv() {
        Ok(result) => Ok(result.map(|()| thread)?),
        Err(_) => Err(std::io::Error::other("the thread ended at once").into()),
    }
}

/// The thread: reports whether it could begin.
fn run(client: Arc<Client>, report: &mpsc::SyncSender<std::io::Result<()>>) {
    let _end = EndGuard(Arc::clone(&client));
    // The client's own traffic is never traced: it would make more of itself for ever.
    let _suppressed = Context::enter_telemetry_suppressed_scope();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let mut worker = Worker::new(client);
            let _ = report.send(Ok(()));
            runtime.block_on(worker.run());
            let _quiet = quiet();
            drop(worker);
            // A name lookup that hangs must not hold up the exit.
            runtime.shutdown_background();
        }
        Err(error) => drop(report.send(Err(error))),
    }
}

/// However the worker ends, nobody waits for it in vain.
struct EndGuard(Arc<Client>);

impl Drop for EndGuard {
    fn drop(&mut self) {
        self.0.end();
    }
}

struct Worker {
    client: Arc<Client>,
    transport: Transport,
    ledger: Ledger,
    announcer: Announcer,
    due: Due,
    reconnect_interval: Duration,
    /// Whether the last exchange went well.
    connected: bool,
    /// Until when the agent asked to be left alone.
    patience: Option<tokio::time::Instant>,
}

/// When the next attempt is made, unless somebody asks for one before.
enum Next {
    At(tokio::time::Instant),
    Now,
    WhenThereAreItems,
}

impl Worker {
    fn new(client: Arc<Client>) -> Self {
        Self {
            transport: Transport::new(&client),
            ledger: Ledger::new(Arc::clone(&client)),
            announcer: Announcer::of(&client),
            due: Due::new(&client),
            reconnect_interval: client.settings.reconnect_interval,
            client,
            connected: false,
            patience: None,
        }
    }

    async fn run(&mut self) {
        let client = Arc::clone(&self.client);
        let mut next = Next::Now;
        loop {
            untraced(self.wait(next)).await;
            let flush = client.requests.flush_wanted();
            let last = client.requests.stop_by().is_some();
            // Whoever flushes does not make the agent's wish undone; whoever leaves has no later.
            if let (Some(number), Some(until), false) = (flush, self.unheeded(), last) {
                client.requests.flushed(number, Ending::Unreachable);
                next = Next::At(until);
                continue;
            }
            let attempt = untraced(self.exchange(flush.is_some() || last));
            let Some(result) = unless(client.requests.time_is_up(), attempt).await else {
                return;
            };
            let ending = match &result {
                Ok(()) => Ending::Done,
                Err(outage) if outage.timed_out => Ending::TimedOut,
                Err(_) => Ending::Unreachable,
            };
            next = self.conclude(result);
            if let Some(number) = flush {
                client.requests.flushed(number, ending);
            }
            if last {
                return;
            }
        }
    }

    async fn wait(&mut self, next: Next) {
        let Self {
            client,
            transport,
            due,
            ..
        } = self;
        let due = async {
            match next {
                Next::At(time) => tokio::select! {
                    () = tokio::time::sleep_until(time) => {}
                    () = prepare_forever(client) => {}
                },
                Next::Now => {}
                Next::WhenThereAreItems => tokio::select! {
                    () = due.wait(client) => {}
                    () = transport.attention() => {}
                },
            }
        };
        tokio::select! {
            () = client.requests.called() => {}
            () = due => {}
        }
    }

    /// One attempt, and a second one at once when a connection that was good breaks: an agent that
    /// was restarted is there again by the time anybody notices. When that fails too, the agent is
    /// away.
    async fn exchange(&mut self, confirm: bool) -> Result<(), Outage> {
        match self.attempt(confirm).await {
            Err(outage) if outage.broken && self.connected => {
                self.connected = false;
                self.attempt(confirm).await
            }
            result => result,
        }
    }

    /// Sends what is there now. With `confirm`, or if the agent was away, it is also made sure
    /// that the agent has it.
    async fn attempt(&mut self, confirm: bool) -> Result<(), Outage> {
        let client = Arc::clone(&self.client);
        // What is not confirmed takes up room.
        let is_full = client.intakes().iter().any(|intake| intake.queue.is_full());
        let waiting = client.intakes().iter().map(|intake| intake.queue.gather());
        let limits: Vec<_> = waiting.collect();
        let is_idle = limits.iter().all(|&limit| limit == 0) && !self.transport.holds_batches();
        if is_idle && !self.connected {
            return self.transport.probe(&mut self.ledger).await;
        }
        let mut outage = None;
        for (intake, limit) in client.intakes().iter().zip(limits) {
            match self.send(intake, limit).await {
                Ok(()) => {}
                // One signal that is not taken does not hold up the others.
                Err(of_signal) if of_signal.of_signal => outage = outage.or(Some(of_signal)),
                Err(outage) => return Err(outage),
            }
        }
        if let Some(outage) = outage {
            return Err(outage);
        }
        let is_due = is_full || self.transport.is_confirmation_due();
        if confirm || !self.connected || is_due {
            self.transport.confirm(&mut self.ledger).await?;
        }
        Ok(())
    }

    /// Sends what waits of one signal, at most `limit` items and what was left of it.
    async fn send(&mut self, intake: &Intake, mut limit: usize) -> Result<(), Outage> {
        let (transport, ledger) = (&mut self.transport, &mut self.ledger);
        transport.resume(intake.signal, ledger).await?;
        while let Some(taken) = (limit > 0).then(|| intake.queue.take()).flatten() {
            limit = limit.saturating_sub(taken.items);
            transport.send(Batch::new(intake, taken), ledger).await?;
        }
        Ok(())
    }

    /// Draws the conclusions: counters, log lines, and when to go on.
    fn conclude(&mut self, result: Result<(), Outage>) -> Next {
        let now = Instant::now();
        let stats = self.client.all_stats();
        let (sent, refusal) = self.ledger.close();
        let line = refusal
            .as_ref()
            .and_then(|refusal| self.announcer.refused(now, refusal));
        self.log(line);
        let (line, next) = match result {
            Ok(()) if refusal.is_some() && sent == 0 => (None, Next::WhenThereAreItems),
            Ok(()) => {
                self.connected = true;
                (self.announcer.reached(now, stats), Next::WhenThereAreItems)
            }
            Err(outage) => {
                self.connected = false;
                let pause = retry::pause(self.reconnect_interval, outage.pause);
                let line = self.announcer.lost(now, &outage.why, stats);
                let until = tokio::time::Instant::now() + pause;
                self.patience = outage.pause.map(|_| until);
                (line, Next::At(until))
            }
        };
        for intake in self.client.intakes() {
            intake.counters.set_connected(self.connected);
        }
        self.log(line);
        next
    }

    /// Until when the agent asked to be left alone, if that is not over.
    fn unheeded(&self) -> Option<tokio::time::Instant> {
        self.patience
            .filter(|until| *until > tokio::time::Instant::now())
    }

    fn log(&self, line: Option<Line>) {
        let Some(line) = line else { return };
        let level = self.client.settings.log_level;
        // The application's subscriber may panic, which must not end the client.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| line.log(level)));
    }
}

/// The future's value, unless `end` completes first.
async fn unless<T>(end: impl Future<Output = ()>, future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        value = future => Some(value),
        () = end => None,
    }
}
