//! The task of a connector that derives metrics: when it writes them, and to whom they go.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use campanile_wire::otlp::{Limits, Signal};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use tokio_util::sync::CancellationToken;

use crate::component::{Consumer, Context, Outputs, Refusal, Tasks};
use crate::ops::Counter;
use crate::payload::Payload;

/// Points of one payload; what is more is split.
const MAX_POINTS: u64 = 8_192;
/// How long the last metrics are offered to pipelines that have no room.
const LAST: Duration = Duration::from_secs(5);

/// What metrics are derived in, piece by piece.
pub(super) trait Source: Send + Sync + 'static {
    /// The next piece of a round, an export request; none at the end of the round, and a new round
    /// begins with the next.
    fn next(&self) -> Option<Vec<u8>>;
}

/// Metrics on their way to every pipeline. A piece that one of them has not taken yet is kept, and
/// nothing more is asked of the source until it is taken: so no more than one piece waits, and
/// nothing is lost or counted twice.
struct Emitter {
    outputs: Vec<Arc<dyn Consumer>>,
    waiting: VecDeque<(usize, Payload)>,
    /// Whether the source is amid a round.
    within: bool,
    dropped: Dropped,
}

/// Points that no pipeline will get, by reason.
#[derive(Clone, Debug)]
pub(super) struct Dropped {
    rejected: Counter,
    shutdown: Counter,
}

impl Dropped {
    /// The counters of connector `context.id`.
    pub(super) fn new(context: &Context) -> Self {
        let connector = context.id.to_string();
        let counter = |reason| {
            let labels = [("connector", connector.as_str()), ("reason", reason)];
            let help = "Derived points that a pipeline did not take.";
            let metrics = &context.shared.metrics;
            metrics.counter("campanile_connector_dropped_points", help, &labels)
        };
        Self {
            rejected: counter("rejected"),
            shutdown: counter("shutdown"),
        }
    }
}

/// Spawns the task that hands what `source` gives to the metrics pipelines among `outputs`: every
/// `interval`, and once more when `end` is cancelled.
pub(super) fn spawn(
    source: Arc<dyn Source>,
    outputs: &Outputs,
    tasks: &Tasks,
    interval: Duration,
    end: CancellationToken,
    dropped: Dropped,
) {
    let outputs = outputs.get(Signal::Metrics).iter();
    let mut emitter = Emitter {
        outputs: outputs.map(|(_, output)| Arc::clone(output)).collect(),
        waiting: VecDeque::new(),
        within: false,
        dropped,
    };
    tasks.spawn(async move {
        let mut ticks = interval_at(Instant::now() + interval, interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                () = end.cancelled() => break,
                _ = ticks.tick() => {
                    emitter.due(source.as_ref()).await;
                }
            }
        }
        emitter.last(source.as_ref()).await;
    });
}

impl Emitter {
    /// The rest of a round that was broken off, and a whole one, as far as there is room.
    async fn due(&mut self, source: &dyn Source) {
        if self.within && self.round(source).await.is_some() {
            return;
        }
        self.round(source).await;
    }

    /// Hands over the rest of a round, or a whole one. Says for how long to wait if it could not.
    async fn round(&mut self, source: &dyn Source) -> Option<Duration> {
        loop {
            let wait = self.offer().await;
            if wait.is_some() {
                return wait;
            }
            let request = source.next();
            self.within = request.is_some();
            self.keep(request?);
        }
    }

    /// The rest of a round that was broken off, and a whole one.
    async fn last(mut self, source: &dyn Source) {
        let end = Instant::now() + LAST;
        if self.within {
            self.round_by(source, end).await;
        }
        self.round_by(source, end).await;
        let left = self.waiting.iter().map(|(_, payload)| payload.items());
        self.dropped.shutdown.add(left.sum());
    }

    /// A round that has until `end`; what is left then waits for ever.
    async fn round_by(&mut self, source: &dyn Source, end: Instant) {
        while let Some(wait) = self.round(source).await {
            if Instant::now() >= end {
                break;
            }
            sleep(wait.clamp(Duration::from_millis(10), Duration::from_secs(1))).await;
        }
        if !self.waiting.is_empty() {
            while let Some(request) = source.next() {
                self.keep(request);
            }
        }
    }

    /// Keeps a request for everybody.
    fn keep(&mut self, request: Vec<u8>) {
        let limits = Limits {
            max_items: u64::MAX,
            max_children: u64::MAX,
        };
        let payload = Payload::parse(Signal::Metrics, Bytes::from(request), &limits)
            .expect("what is written here is well formed");
        for part in payload.split(MAX_POINTS) {
            for output in 0..self.outputs.len() {
                self.waiting.push_back((output, part.clone()));
            }
        }
    }

    /// Offers what waits, to each output in order. Says when to come again if not all was taken.
    async fn offer(&mut self) -> Option<Duration> {
        let mut wait = None;
        let mut full = vec![false; self.outputs.len()];
        for (output, payload) in std::mem::take(&mut self.waiting) {
            if full[output] {
                self.waiting.push_back((output, payload));
                continue;
            }
            match self.outputs[output].consume(payload.clone()).await {
                Ok(()) => {}
                Err(Refusal::Overloaded { retry_after }) => {
                    full[output] = true;
                    wait = Some(retry_after);
                    self.waiting.push_back((output, payload.refused_before()));
                }
                Err(Refusal::Rejected(_)) => self.dropped.rejected.add(payload.items()),
                Err(Refusal::ShuttingDown) => self.dropped.shutdown.add(payload.items()),
            }
        }
        wait
    }
}
