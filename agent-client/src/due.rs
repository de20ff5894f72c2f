//! When it is time to send: a batch is full, or the first item of a signal has waited long enough.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::Client;
use crate::intake::Intake;

/// How often it is looked what there is. Nobody rings while a program is busy: it is the thread
/// that ends a span which would have to make way for this one.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// The same while the agent is away and nothing ends.
const IDLE_INTERVAL: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(crate) struct Due {
    signals: Vec<Signal>,
    /// No longer than the shortest delay.
    interval: Duration,
}

/// What is remembered of a signal.
#[derive(Debug)]
struct Signal {
    delay: Duration,
    /// When items were first seen since the last attempt.
    since: Option<Instant>,
}

impl Due {
    pub(crate) fn new(client: &Client) -> Self {
        let signal = |intake: &Intake| Signal {
            delay: client.settings.batching(intake.signal).schedule_delay,
            since: None,
        };
        let signals: Vec<_> = client.intakes().iter().map(signal).collect();
        let delays = signals.iter().map(|signal| signal.delay);
        let shortest = delays.filter(|delay| !delay.is_zero()).min();
        Self {
            signals,
            interval: shortest.unwrap_or(LOOK_INTERVAL).min(LOOK_INTERVAL),
        }
    }

    /// Completes when it is time.
    pub(crate) async fn wait(&mut self, client: &Client) {
        for signal in &mut self.signals {
            signal.since = None;
        }
        if client.intakes().iter().any(is_urgent) {
            return;
        }
        prepare(client);
        // A busy program has something again by then, and need not ring for it.
        let _ = tokio::time::timeout(self.interval, client.wake.notified()).await;
        loop {
            prepare(client);
            let due = match self.look(client) {
                Look::Now => return,
                Look::At(due) => due,
            };
            let time = async {
                match due {
                    Some(due) => {
                        let look = Instant::now() + self.interval;
                        tokio::time::sleep_until(due.min(look)).await;
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = client.wake.notified() => {}
                () = time => {}
            }
            if due.is_some_and(|due| due <= Instant::now()) {
                return;
            }
        }
    }

    /// Looks at every signal. One that has nothing rings when it has something.
    fn look(&mut self, client: &Client) -> Look {
        let mut due: Option<Instant> = None;
        for (signal, intake) in self.signals.iter_mut().zip(client.intakes()) {
            if is_urgent(intake) {
                return Look::Now;
            }
            if signal.since.is_none() && !intake.queue.arm() {
                continue;
            }
            let since = *signal.since.get_or_insert_with(Instant::now);
            let end = since + signal.delay;
            due = Some(due.map_or(end, |due| due.min(end)));
        }
        Look::At(due)
    }
}

/// Completes never: while the agent is away and nothing is sent, the queues grow.
pub(crate) async fn prepare_forever(client: &Client) {
    loop {
        let interval = if prepare(client) {
            LOOK_INTERVAL
        } else {
            IDLE_INTERVAL
        };
        tokio::time::sleep(interval).await;
    }
}

/// Gets memory ready for what will end soon; says whether any was used since the last time.
fn prepare(client: &Client) -> bool {
    let used = client.intakes().iter().map(|intake| intake.queue.prepare());
    used.fold(false, |any, used| any | used)
}

/// Whether a batch is full, or the queue is: a small one may be full of blocks that few items were
/// put into.
fn is_urgent(intake: &Intake) -> bool {
    let queue = &intake.queue;
    queue.has_batch() || (queue.is_full() && queue.waiting() > 0)
}

enum Look {
    At(Option<Instant>),
    Now,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use campanile_wire::otlp::Signal;
    use opentelemetry::InstrumentationScope;
    use tokio::time::Instant;

    use super::Due;
    use crate::client::Client;
    use crate::environment::{Batching, Settings};
    use crate::testing::{client_with, span};

    const DELAY: Duration = Duration::from_secs(3600);

    fn client(max_batch: usize, buffer_bytes: usize) -> Arc<Client> {
        client_with(Settings {
            buffer_bytes,
            trace_batching: Batching {
                schedule_delay: DELAY,
                max_batch,
                ..Batching::default()
            },
            ..Settings::default()
        })
    }

    fn push(client: &Client, scope: &'static str) {
        let mut span = span("a");
        span.instrumentation_scope = InstrumentationScope::builder(scope).build();
        client.intake(Signal::Traces).unwrap().push_span(span);
    }

    /// How long it takes until it is time.
    async fn waited(client: &Client) -> Duration {
        let begin = Instant::now();
        Due::new(client).wait(client).await;
        begin.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn an_item_waits_for_others_for_the_delay() {
        let client = client(512, 8 << 20);
        push(&client, "a");
        let waited = waited(&client).await;
        assert!(
            waited >= DELAY && waited < DELAY + Duration::from_secs(1),
            "{waited:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_batch_does_not_wait() {
        let client = client(2, 8 << 20);
        push(&client, "a");
        push(&client, "a");
        assert!(waited(&client).await < Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_buffer_does_not_wait() {
        let client = client(512, 2048);
        while client.all_stats().dropped.buffer_full == 0 {
            push(&client, "a");
        }
        assert!(waited(&client).await < Duration::from_secs(1));
    }
}
