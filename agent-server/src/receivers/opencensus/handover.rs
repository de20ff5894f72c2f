//! Handing a message's payload to the pipeline, and waiting for room.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::component::{Consumer, Refusal};
use crate::origin::Origin;
use crate::payload::Payload;
use crate::receivers::counters::Items;

/// How long a stream waits for room before it gives up. A library loses what is in flight when its
/// stream ends, so waiting is cheap compared with failing; but one that waits for the end of its
/// stream, as Python's does after each batch, is held up for as long.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The shortest and the longest pause between two attempts, whatever the pipeline suggests: what
/// it suggests is for senders far away, and a full queue may be empty again in a few milliseconds.
const PAUSE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(50));

/// The pipeline as a stream sees it.
#[derive(Clone)]
pub(super) struct Handover {
    /// The pipeline.
    pub(super) consumer: Arc<dyn Consumer>,
    /// Where spans are counted by their fate.
    pub(super) items: Items,
    /// How long to wait for room.
    pub(super) patience: Duration,
    /// Where its payloads come from.
    pub(super) origin: Origin,
    /// Cancelled when the agent stops: then there is one last attempt.
    pub(super) stop: CancellationToken,
}

impl Handover {
    /// The same for what `peer` sends.
    pub(super) fn of_peer(&self, peer: Option<IpAddr>) -> Self {
        Self {
            origin: self.origin.from_peer(peer),
            ..self.clone()
        }
    }

    /// Hands over one payload. While there is no room it waits, and the stream is not read.
    ///
    /// # Errors
    ///
    /// The last refusal.
    pub(super) async fn take(&self, payload: Payload) -> Result<(), Refusal> {
        let items = payload.items();
        let payload = payload.with_origin(self.origin.clone());
        let outcome = self.attempts(payload).await;
        self.items.count(items, &outcome);
        outcome
    }

    async fn attempts(&self, mut payload: Payload) -> Result<(), Refusal> {
        let deadline = Instant::now() + self.patience;
        loop {
            let last = Instant::now() >= deadline || self.stop.is_cancelled();
            let outcome = self.consumer.consume(payload.clone()).await;
            let Err(Refusal::Overloaded { retry_after }) = outcome else {
                return outcome;
            };
            if last {
                return outcome;
            }
            payload = payload.refused_before();
            let pause = retry_after.clamp(PAUSE.0, PAUSE.1);
            tokio::select! {
                () = sleep_until(deadline.min(Instant::now() + pause)) => {}
                () = self.stop.cancelled() => {}
            }
        }
    }
}

impl std::fmt::Debug for Handover {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Handover")
    }
}
