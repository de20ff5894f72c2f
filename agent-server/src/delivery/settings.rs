//! The blocks of configuration that every exporter shares, with the Collector's keys.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{Invalid, NOT_SUPPORTED};
use crate::config::{ByteSize, HumanDuration};
use crate::receivers::{Unsupported, refuse};

/// How a lane delivers: what an exporter's configuration says beside its destination.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeliverySettings {
    /// The queue before the exporter.
    pub queue: QueueSettings,
    /// What happens after an attempt that may work later.
    pub retry: RetrySettings,
    /// Whether a full queue drops what comes (counted) instead of refusing it to the sender. For
    /// destinations that must never hold up delivery, such as the embedded store.
    pub shed: bool,
    /// Whether the destination gets the bytes as they came, and decodes them itself. Then payloads
    /// whose framing is sound are enough for it; all others are checked field by field first.
    pub passes: bool,
    /// The longest one attempt may take; zero for no limit.
    pub timeout: Duration,
}

/// `sending_queue`: payloads that wait for their destination. What waits in a pipeline's log is here
/// when its turn comes.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueueSettings {
    /// Whether payloads wait at all; without a queue a payload is refused while another is sent.
    /// Default true.
    pub enabled: bool,
    /// Attempts under way at once. More help a destination that answers slowly. Default 10.
    pub num_consumers: usize,
    /// Payloads that may wait, at most. Default 1000.
    pub queue_size: usize,
    /// Bytes that may wait, at most; what comes first of the two bounds counts. Default 64MiB.
    pub max_bytes: ByteSize,
    /// Refused: the processor `batch` joins payloads.
    #[serde(skip_serializing)]
    pub(crate) batch: Unsupported,
    /// Refused: what does not fit is refused to the sender.
    #[serde(skip_serializing)]
    pub(crate) block_on_overflow: Unsupported,
    /// What `queue_size` counts: `requests`, and nothing else yet. Default `requests`.
    pub sizer: Sizer,
    /// The `file_storage` extension in whose directory payloads wait; with `service.data.directory`
    /// they wait on the disk without it. Default none.
    pub storage: Option<String>,
    /// Refused: a sender is answered when its payload waits here, or is on the disk.
    #[serde(skip_serializing)]
    pub(crate) wait_for_result: Unsupported,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            num_consumers: 10,
            queue_size: 1_000,
            max_bytes: ByteSize(64 << 20),
            batch: Unsupported::default(),
            block_on_overflow: Unsupported::default(),
            sizer: Sizer::default(),
            storage: None,
            wait_for_result: Unsupported::default(),
        }
    }
}

impl QueueSettings {
    /// Everything wrong with the block, with keys below `sending_queue`.
    #[must_use]
    pub fn validate(&self) -> Vec<Invalid> {
        let wrong = [
            (self.num_consumers == 0, "num_consumers"),
            (self.queue_size == 0, "queue_size"),
            (self.max_bytes.0 == 0, "max_bytes"),
        ];
        let refused = [
            ("batch", self.batch),
            ("block_on_overflow", self.block_on_overflow),
            ("wait_for_result", self.wait_for_result),
        ];
        wrong
            .into_iter()
            .filter(|(wrong, _)| *wrong)
            .map(|(_, key)| Invalid::new(format!("sending_queue.{key}"), "must be at least 1"))
            .chain(refuse("sending_queue.", &refused).into_iter().map(explain))
            .chain(self.sizer.refusal())
            .collect()
    }

    /// Payloads that fit: one without a queue.
    pub(super) fn capacity(&self) -> usize {
        if self.enabled { self.queue_size } else { 1 }
    }

    /// Attempts at once, at least one.
    pub(super) fn consumers(&self) -> usize {
        self.num_consumers.max(1)
    }
}

/// Says what there is instead of a key that is refused.
fn explain(mut refused: Invalid) -> Invalid {
    let instead = match refused.key.as_str() {
        "sending_queue.batch" => {
            "remove it, and list the processor `batch` in the pipeline: it joins what waits here"
        }
        "sending_queue.block_on_overflow" => {
            "remove it: what does not fit is refused to its sender, who is told when to try again"
        }
        "sending_queue.wait_for_result" => {
            "remove it: a sender is answered when its payload waits here, or is on the disk if \
             there is a `service.data.directory`"
        }
        _ => return refused,
    };
    refused.help = Some(instead.to_owned());
    refused
}

/// What the size of a queue is counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sizer {
    /// Bytes. Refused: `max_bytes` counts them in any case.
    Bytes,
    /// Spans, data points and log records. Refused: not supported yet.
    Items,
    /// Payloads.
    #[default]
    Requests,
}

impl Sizer {
    fn refusal(self) -> Option<Invalid> {
        let (name, instead) = match self {
            Self::Bytes => (
                "bytes",
                "remove it, and write `max_bytes` in place of `queue_size`: bytes are counted in \
                 any case",
            ),
            Self::Items => (
                "items",
                "write `requests`: `queue_size` counts payloads, and `max_bytes` bounds what they \
                 take",
            ),
            Self::Requests => return None,
        };
        Some(Invalid {
            help: Some(instead.to_owned()),
            ..Invalid::new("sending_queue.sizer", format!("`{name}` {NOT_SUPPORTED}"))
        })
    }
}

/// `retry_on_failure`: exponential backoff between attempts.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetrySettings {
    /// Whether a failed attempt is repeated at all. Default true.
    pub enabled: bool,
    /// The first wait. Default 5s.
    pub initial_interval: HumanDuration,
    /// Each wait is spread by this fraction of itself, up and down. Default 0.5.
    pub randomization_factor: f64,
    /// Each wait is this many times the one before. Default 1.5.
    pub multiplier: f64,
    /// The longest wait, before it is spread. Default 30s.
    pub max_interval: HumanDuration,
    /// When to give a payload up, counted from its first attempt; 0 for never. The Collector's
    /// default is 300s, which loses data in an outage of five minutes; ours is 0: what bounds the
    /// wait is the queue, and what does not fit into it is refused to the sender. Default 0s.
    pub max_elapsed_time: HumanDuration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            enabled: true,
            initial_interval: HumanDuration(Duration::from_secs(5)),
            randomization_factor: 0.5,
            multiplier: 1.5,
            max_interval: HumanDuration(Duration::from_secs(30)),
            max_elapsed_time: HumanDuration::default(),
        }
    }
}

impl RetrySettings {
    /// Everything wrong with the block, with keys below `retry_on_failure`.
    #[must_use]
    pub fn validate(&self) -> Vec<Invalid> {
        let wrong = [
            (
                !(0.0..=1.0).contains(&self.randomization_factor),
                "randomization_factor",
                "must be between 0 and 1",
            ),
            (
                !(1.0..=1_000.0).contains(&self.multiplier),
                "multiplier",
                "must be between 1 and 1000",
            ),
            (
                self.initial_interval.0.is_zero(),
                "initial_interval",
                "must be longer than 0s",
            ),
        ];
        wrong
            .into_iter()
            .filter(|(wrong, ..)| *wrong)
            .map(|(_, key, message)| Invalid::new(format!("retry_on_failure.{key}"), message))
            .collect()
    }
}

/// What the `batch` processor asks of the lanes of its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSettings {
    /// How long a payload waits for company.
    pub timeout: Duration,
    /// Items after which a batch is sent at once.
    pub send_batch_size: u64,
    /// Items that a batch may hold at most; 0 for no limit.
    pub send_batch_max_size: u64,
}
