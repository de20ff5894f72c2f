//! The words that the tests of lanes are written in.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep};

use crate::component::{Delivery, ExportError, Exported, Exporter, Tasks};
use crate::delivery::ledger::Ledger;
use crate::delivery::{
    Balance, BatchSettings, DeliverySettings, Lane, LaneName, QueueSettings, Route,
};
use crate::ops::Metrics;
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

/// How the exporter answers one attempt.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Hang,
    Later(Option<Duration>),
    Never,
    Refused,
    Panic,
    Partial(u64),
    Slow(Duration),
    Taken,
}

/// An exporter that follows a script, and when that has ended takes everything but payloads with
/// a span `poison`.
#[derive(Debug)]
pub(super) struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    attempts: Mutex<Vec<(Duration, Vec<String>)>>,
    start: Instant,
}

impl Scripted {
    fn next(&self, payload: &Payload) -> Answer {
        let attempt = (self.start.elapsed(), names(payload.bytes()));
        let poisoned = attempt.1.iter().any(|name| name == "poison");
        self.attempts.lock().unwrap().push(attempt);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or(if poisoned {
            Answer::Refused
        } else {
            Answer::Taken
        })
    }

    /// Every attempt so far: when it began and the spans in it.
    pub(super) fn attempts(&self) -> Vec<(Duration, Vec<String>)> {
        self.attempts.lock().unwrap().clone()
    }

    /// The spans of every attempt, joined by spaces.
    pub(super) fn contents(&self) -> Vec<String> {
        self.attempts()
            .iter()
            .map(|(_, names)| names.join(" "))
            .collect()
    }
}

impl Exporter for Scripted {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            let message = "as the script says".to_owned();
            match self.next(&payload) {
                Answer::Hang => std::future::pending().await,
                Answer::Later(retry_after) => Err(ExportError::Retryable {
                    message,
                    retry_after,
                }),
                Answer::Never => Err(ExportError::Permanent { message }),
                Answer::Refused => Err(ExportError::Refused { message }),
                Answer::Panic => panic!("the script says so"),
                Answer::Partial(rejected) => Ok(Exported {
                    rejected,
                    message,
                    ..Exported::default()
                }),
                Answer::Slow(wait) => {
                    sleep(wait).await;
                    Ok(Exported::default())
                }
                Answer::Taken => Ok(Exported::default()),
            }
        })
    }
}

/// A lane, its exporter, and what owns its task.
pub(super) struct Bench {
    pub(super) lane: Option<Lane>,
    pub(super) exporter: Arc<Scripted>,
    pub(super) tasks: Tasks,
    pub(super) metrics: Metrics,
}

impl Bench {
    pub(super) fn new(
        answers: impl IntoIterator<Item = Answer>,
        settings: DeliverySettings,
        batch: Option<BatchSettings>,
    ) -> Self {
        let exporter = Arc::new(Scripted {
            answers: Mutex::new(answers.into_iter().collect()),
            attempts: Mutex::default(),
            start: Instant::now(),
        });
        let delivery = Delivery {
            exporter: Arc::clone(&exporter) as Arc<dyn Exporter>,
            settings,
        };
        let (tasks, metrics) = (Tasks::default(), Metrics::default());
        let route = Route {
            name: name(),
            delivery,
            batch,
            dead_letters: None,
            memory: crate::admission::Memory::default(),
        };
        let lane = Lane::start(route, &metrics, &tasks);
        Self {
            lane: Some(lane),
            exporter,
            tasks,
            metrics,
        }
    }

    /// A lane that makes one attempt at a time, for tests of order.
    pub(super) fn in_order(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::new(answers, one_consumer(), None)
    }

    pub(super) fn lane(&self) -> &Lane {
        self.lane.as_ref().expect("the lane has not been dropped")
    }

    /// Sends spans of these names, separated by spaces, as one payload.
    pub(super) fn send(&self, names: &str) {
        self.send_payload(spans(names.split_whitespace()));
    }

    pub(super) fn send_payload(&self, payload: Payload) {
        let permit = self.lane().reserve(&payload).expect("there is room");
        permit.send(payload);
    }

    /// The books, also of a lane that has been dropped: its counters stay.
    pub(super) fn balance(&self) -> Balance {
        Ledger::new(&name(), &self.metrics).balance()
    }

    /// Whether the lane's task still runs: it holds the exporter.
    pub(super) fn is_running(&self) -> bool {
        Arc::strong_count(&self.exporter) > 1
    }
}

fn name() -> LaneName {
    LaneName {
        pipeline: "traces".into(),
        exporter: "otlp".parse().expect("an id"),
        signal: Signal::Traces,
    }
}

/// Lets everything happen that happens within `seconds`.
pub(super) async fn pass(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

pub(super) fn one_consumer() -> DeliverySettings {
    DeliverySettings {
        queue: QueueSettings {
            num_consumers: 1,
            ..QueueSettings::default()
        },
        ..DeliverySettings::default()
    }
}

pub(super) fn batches(send_batch_size: u64, send_batch_max_size: u64) -> Option<BatchSettings> {
    Some(BatchSettings {
        timeout: Duration::from_millis(200),
        send_batch_size,
        send_batch_max_size,
    })
}
