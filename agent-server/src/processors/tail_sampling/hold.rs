//! The hold: a lane's destination in front, the pipeline that follows behind.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::sampler::{Arrival, Sampler};
use super::split::Split;
use super::task::{Message, Task};
use crate::component::{
    Consumer, Delivery, ExportError, Exported, Exporter, Hold, StartError, Tasks,
};
use crate::config::ByteSize;
use crate::delivery::{DeliverySettings, QueueSettings};
use crate::payload::Payload;

/// Room in the lane for payloads beyond those that wait for a decision: what is on its way to what
/// follows.
const UNDER_WAY: u64 = 64 << 20;

/// The least that a payload in the lane is counted with, for its share of the bound in bytes.
const LEAST: u64 = 1 << 10;

/// A sampler that has nowhere to hand things yet.
pub(super) struct TailSampler {
    pub(super) sampler: Sampler,
    pub(super) max_bytes: u64,
}

impl Hold for TailSampler {
    fn over(self: Box<Self>, next: Arc<dyn Consumer>) -> Delivery {
        let settings = lane(self.max_bytes, !next.looks_inside());
        let (messages, received) = mpsc::unbounded_channel();
        let task = Task::new(self.sampler, received, next);
        let exporter = Holding {
            messages,
            task: Mutex::new(Some(task)),
        };
        Delivery {
            exporter: Arc::new(exporter),
            settings,
        }
    }
}

/// How the lane delivers: everything that it has comes at once, since what waits is the sampler's
/// business, and what bounds it is bytes.
fn lane(max_bytes: u64, passes: bool) -> DeliverySettings {
    let bytes = max_bytes.saturating_add(UNDER_WAY);
    let payloads = usize::try_from(bytes / LEAST).unwrap_or(usize::MAX);
    DeliverySettings {
        queue: QueueSettings {
            num_consumers: payloads,
            queue_size: payloads,
            max_bytes: ByteSize(bytes),
            ..QueueSettings::default()
        },
        passes,
        timeout: Duration::ZERO,
        ..DeliverySettings::default()
    }
}

/// The destination of the lane.
struct Holding {
    /// Bounded by the lane: every payload in it has leased room there.
    messages: mpsc::UnboundedSender<Message>,
    /// Until it is started.
    task: Mutex<Option<Task>>,
}

impl Exporter for Holding {
    fn start(&self, tasks: Tasks) -> BoxFuture<'_, Result<(), StartError>> {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            tasks.spawn(task.run(tasks.token().clone()));
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        let split = Split::new(payload.bytes());
        let (answer, answered) = oneshot::channel();
        let arrival = Arrival {
            payload,
            split,
            answer,
        };
        let sent = self.messages.send(Message::Arrive(arrival));
        Box::pin(async move {
            let answer = match sent {
                Ok(()) => answered.await.ok(),
                Err(_) => None,
            };
            answer.unwrap_or_else(|| {
                Err(ExportError::Retryable {
                    message: "tail_sampling has stopped".to_owned(),
                    retry_after: None,
                })
            })
        })
    }

    fn drain(&self) {
        // A task that has ended has nothing to decide.
        let _ = self.messages.send(Message::Drain);
    }
}
