//! Receivers: where telemetry enters.

use std::sync::Arc;
use std::time::Duration;

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;

use super::{StartError, Tasks};
use crate::payload::Payload;

/// A source of payloads: listens, decodes, hands over, answers.
///
/// A receiver tells its sender "accepted" only after [`Consumer::consume`] has returned `Ok`. When
/// the tasks' token is cancelled it stops accepting, finishes what it has begun, and ends.
pub trait Receiver: Send {
    /// Binds every socket, then spawns the tasks that serve them, and returns.
    ///
    /// # Errors
    ///
    /// When a socket cannot be bound; nothing has been spawned then.
    fn start(
        self: Box<Self>,
        intakes: Intakes,
        tasks: Tasks,
    ) -> BoxFuture<'static, Result<(), StartError>>;
}

/// Takes payloads: the head of one or several pipelines.
pub trait Consumer: Send + Sync {
    /// Takes one payload. `Ok` means that the pipeline answers for it from now on.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] that says what to tell the sender; nothing of the payload was taken.
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>>;

    /// Whether anything behind reads more of a payload than its framing, so that a request with a
    /// field that does not decode must be refused. True unless known otherwise.
    fn looks_inside(&self) -> bool {
        true
    }
}

/// Why a payload was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no room now; the sender should try again.
    #[error("overloaded, retry after {} ms", retry_after.as_millis())]
    Overloaded {
        /// When trying again makes sense.
        retry_after: Duration,
    },
    /// It will never be taken.
    #[error("rejected: {0}")]
    Rejected(String),
    /// The agent is stopping; another one, or the next run, will take it.
    #[error("shutting down")]
    ShuttingDown,
}

/// Where a receiver hands its payloads, per signal; `None` where no pipeline wants the signal.
#[derive(Clone, Default)]
pub struct Intakes {
    /// For log records.
    pub logs: Option<Arc<dyn Consumer>>,
    /// For metric data points.
    pub metrics: Option<Arc<dyn Consumer>>,
    /// For spans.
    pub traces: Option<Arc<dyn Consumer>>,
}

impl Intakes {
    /// The intake of one signal.
    #[must_use]
    pub fn get(&self, signal: Signal) -> Option<&Arc<dyn Consumer>> {
        match signal {
            Signal::Logs => self.logs.as_ref(),
            Signal::Metrics => self.metrics.as_ref(),
            Signal::Traces => self.traces.as_ref(),
        }
    }

    /// Sets the intake of one signal.
    pub fn set(&mut self, signal: Signal, consumer: Arc<dyn Consumer>) {
        match signal {
            Signal::Logs => self.logs = Some(consumer),
            Signal::Metrics => self.metrics = Some(consumer),
            Signal::Traces => self.traces = Some(consumer),
        }
    }
}

impl std::fmt::Debug for Intakes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let wired = Signal::ALL
            .into_iter()
            .filter(|signal| self.get(*signal).is_some());
        formatter.debug_set().entries(wired).finish()
    }
}
