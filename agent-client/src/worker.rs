//! The thread that talks to the agent: its own runtime, nobody else's.
//!
//! It sleeps until a batch is full, the first span has waited long enough, a pause is over, or
//! somebody wants something; then it makes one attempt to send everything that is there.

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry::Context;

use crate::announce::{Announcer, Line};
use crate::batch::Batch;
use crate::client::Client;
use crate::environment::Settings;
use crate::error::InitError;
use crate::ledger::Ledger;
use crate::protocol::Protocol;
use crate::retry::{self, Outage};
use crate::shutdown::Ending;
use crate::transport::Transport;
use crate::untraced::{quiet, untraced};
use crate::{limits, process};

/// Starts the worker of a client; the client owns its thread.
pub(crate) fn start(client: &Arc<Client>, settings: &Settings) -> Result<(), InitError> {
    let mut worker = Worker::new(Arc::clone(client), settings);
    let (report, started) = mpsc::sync_channel(1);
    let shared = Arc::clone(client);
    let thread = thread::Builder::new()
        .name("campanile-agent".to_owned())
        .spawn(move || {
            let _end = EndGuard(shared);
            // The client's own traffic is never traced: it would make more of itself for ever.
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            match runtime {
                Ok(runtime) => {
                    let _ = report.send(Ok(()));
                    runtime.block_on(worker.run());
                    let _quiet = quiet();
                    drop(worker);
                    // A name lookup that hangs must not hold up the exit.
                    runtime.shutdown_background();
                }
                Err(error) => drop(report.send(Err(error))),
            }
        })?;
    client.own_worker(thread);
    match started.recv() {
        Ok(result) => Ok(result?),
        Err(_) => Err(std::io::Error::other("the thread ended at once").into()),
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
    protocol: Protocol,
    reconnect_interval: Duration,
    schedule_delay: Duration,
    value_chars: Option<usize>,
    /// Whether the last exchange went well.
    connected: bool,
}

/// When the next attempt is made, unless somebody asks for one before.
enum Next {
    At(tokio::time::Instant),
    Now,
    WhenThereAreSpans,
}

impl Worker {
    fn new(client: Arc<Client>, settings: &Settings) -> Self {
        let agent = format!(
            "agent at {} ({})",
            client.endpoint,
            settings.protocol.title()
        );
        Self {
            transport: Transport::new(settings, Arc::clone(&client), process::started()),
            ledger: Ledger::new(Arc::clone(&client)),
            announcer: Announcer::new(agent, settings.buffer_bytes),
            client,
            protocol: settings.protocol,
            reconnect_interval: settings.reconnect_interval,
            schedule_delay: settings.schedule_delay,
            value_chars: settings.limits.value_chars,
            connected: false,
        }
    }

    async fn run(&mut self) {
        let client = Arc::clone(&self.client);
        let mut next = Next::Now;
        loop {
            untraced(self.wait(next)).await;
            let flush = client.requests.flush_wanted();
            let last = client.requests.stop_by().is_some();
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
            client, transport, ..
        } = self;
        let due = async {
            match next {
                Next::At(time) => tokio::time::sleep_until(time).await,
                Next::Now => {}
                Next::WhenThereAreSpans => tokio::select! {
                    () = enough_spans(client, self.schedule_delay) => {}
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
        let mut limit = self.client.queue.waiting();
        if limit == 0 && !self.connected && !self.transport.holds_batches() {
            return self.transport.probe(&mut self.ledger).await;
        }
        self.transport.resume(&mut self.ledger).await?;
        while let Some(mut taken) = self.client.queue.take(limit) {
            limit -= taken.spans.len();
            if let Some(max) = self.value_chars {
                taken
                    .spans
                    .iter_mut()
                    .for_each(|span| limits::shorten(span, max));
            }
            let batch = Batch::encode(self.protocol, taken, &self.client.resource());
            self.transport.send(batch, &mut self.ledger).await?;
        }
        if confirm || !self.connected || self.transport.is_confirmation_due() {
            self.transport.confirm(&mut self.ledger).await?;
        }
        Ok(())
    }

    /// Draws the conclusions: counters, log lines, and when to go on.
    fn conclude(&mut self, result: Result<(), Outage>) -> Next {
        let now = Instant::now();
        let stats = self.client.stats();
        let (sent, refusal) = self.ledger.close();
        let line = refusal
            .as_ref()
            .and_then(|refusal| self.announcer.refused(now, refusal));
        line.inspect(Line::log);
        let (line, next) = match result {
            Ok(()) if refusal.is_some() && sent == 0 => (None, Next::WhenThereAreSpans),
            Ok(()) => {
                self.connected = true;
                (self.announcer.reached(now, stats), Next::WhenThereAreSpans)
            }
            Err(outage) => {
                self.connected = false;
                let pause = retry::pause(self.reconnect_interval, outage.pause);
                let line = self.announcer.lost(now, &outage.why, stats);
                (line, Next::At(tokio::time::Instant::now() + pause))
            }
        };
        self.client.counters.set_connected(self.connected);
        line.inspect(Line::log);
        next
    }
}

/// Completes when a batch is full, or when the first span has waited for `delay`.
async fn enough_spans(client: &Client, delay: Duration) {
    let queue = &client.queue;
    while queue.waiting() == 0 {
        queue.woken().await;
    }
    let full = async {
        while !queue.has_batch() {
            queue.woken().await;
        }
    };
    // Either is as good as the other.
    let _ = tokio::time::timeout(delay, full).await;
}

/// The future's value, unless `end` completes first.
async fn unless<T>(end: impl Future<Output = ()>, future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        value = future => Some(value),
        () = end => None,
    }
}
