//! Exporters: where telemetry leaves.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{StartError, Tasks};
use crate::delivery::DeliverySettings;
use crate::payload::Payload;

/// Sends payloads to one destination. Queueing, batching, retrying and timeouts are the lane's
/// business (see [`delivery`](crate::delivery)): an exporter makes one attempt and says how it went.
pub trait Exporter: Send + Sync {
    /// Binds what the exporter listens on, if anything, and spawns the tasks that serve it. Called
    /// once, before the first receiver starts; the tasks are told to stop after the last payload.
    ///
    /// # Errors
    ///
    /// When a socket cannot be bound; nothing has been spawned then.
    fn start(&self, tasks: Tasks) -> BoxFuture<'_, Result<(), StartError>> {
        drop(tasks);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Makes one attempt to hand over one payload.
    ///
    /// # Errors
    ///
    /// Whether trying again can help, and when.
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>>;

    /// Called once when nothing new will be queued. Payloads may be under way, and what waits in
    /// the queue comes still: who keeps payloads decides about all of these without waiting.
    fn drain(&self) {}

    /// Called once after the last payload: flush files, close connections.
    fn finish(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// What an exporter entry builds: the exporter and how its lanes deliver to it.
#[derive(Clone)]
pub struct Delivery {
    /// The destination.
    pub exporter: Arc<dyn Exporter>,
    /// Queue, retry and timeout.
    pub settings: DeliverySettings,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Delivery")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// A payload that arrived, perhaps without all of its items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Items that the destination refused for good (`partial_success`).
    pub rejected: u64,
    /// Items that a sampler behind a [`Hold`](super::Hold) decided against.
    pub sampled_out: u64,
    /// What the destination said about it.
    pub message: String,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// It will fail again, however often it is tried.
    #[error("{message}")]
    Permanent {
        /// What happened: endpoint, status and what the destination said.
        message: String,
    },
    /// The destination finds fault with what is in the payload: it will refuse the same again,
    /// but may take parts of it.
    #[error("{message}")]
    Refused {
        /// What happened: endpoint, status and what the destination said.
        message: String,
    },
    /// It may work later.
    #[error("{message}")]
    Retryable {
        /// What happened: endpoint, status and what the destination said.
        message: String,
        /// When the destination asked to be tried again.
        retry_after: Option<Duration>,
    },
}
