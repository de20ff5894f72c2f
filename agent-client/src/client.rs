//! What the application's side and the worker share.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use crate::environment::Settings;
use crate::error::FlushError;
use crate::queue::Queue;
use crate::shutdown::{Ending, Requests};
use crate::stats::{Counters, DropReason, Stats};

/// One client: the queue, the counters, and the worker at the other end.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) queue: Queue,
    pub(crate) counters: Counters,
    pub(crate) requests: Requests,
    /// Said in log lines.
    pub(crate) endpoint: String,
    /// The longest that anything but [`shutdown`](Self::shutdown) may block.
    pub(crate) flush_timeout: Duration,
    resource: Mutex<Resource>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl Client {
    pub(crate) fn new(
        queue: Queue,
        resource: Resource,
        endpoint: String,
        flush_timeout: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            queue,
            counters: Counters::default(),
            requests: Requests::default(),
            endpoint,
            flush_timeout,
            resource: Mutex::new(resource),
            worker: Mutex::new(None),
        })
    }

    pub(crate) fn own_worker(&self, worker: JoinHandle<()>) {
        *self.worker.lock().unwrap_or_else(PoisonError::into_inner) = Some(worker);
    }

    /// Takes an ended span: it is queued, or dropped and counted.
    pub(crate) fn push(&self, span: SpanData) {
        self.counters.end(1);
        if let Err(reason) = self.queue.push(span) {
            self.counters.drop_spans(reason, 1);
        }
    }

    pub(crate) fn resource(&self) -> Resource {
        self.resource
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_resource(&self, resource: Resource) {
        *self.resource.lock().unwrap_or_else(PoisonError::into_inner) = resource;
    }

    pub(crate) fn stats(&self) -> Stats {
        self.counters.snapshot(self.left())
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

    /// Takes no more spans, sends what is left within `timeout` and ends the worker. One line says
    /// what was left unsent.
    pub(crate) fn shutdown(&self, timeout: Duration) -> Result<(), FlushError> {
        let Some(worker) = self
            .worker
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        else {
            return Err(FlushError::AlreadyShutdown);
        };
        self.queue.close();
        let timeout = timeout.min(Settings::LONGEST);
        let before = self.stats().dropped.shutdown;
        let ending = self.requests.stop(timeout);
        if ending == Ending::Stopped {
            // A worker that said it is done has nothing left to do but return.
            let _ = worker.join();
        }
        // Either the worker has thrown away what was left, or it still holds it.
        let left = self.left() + self.stats().dropped.shutdown.saturating_sub(before);
        if left == 0 {
            return Ok(());
        }
        tracing::warn!(
            "{left} spans were left unsent: the agent at {} did not take them before the exit",
            self.endpoint
        );
        Err(match ending {
            Ending::TimedOut => FlushError::TimedOut { left },
            _ => FlushError::Unreachable { left },
        })
    }

    /// The worker's last act: throws away what nobody will send any more.
    pub(crate) fn end(&self) {
        let left = self.queue.abandon();
        self.counters.drop_spans(DropReason::Shutdown, left as u64);
        self.counters.set_connected(false);
        self.requests.ended();
    }

    fn left(&self) -> u64 {
        self.queue.held().0 as u64
    }
}
