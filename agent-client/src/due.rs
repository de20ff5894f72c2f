//! When it is time to send: a batch is full, or the first item of a signal has waited long enough.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::Client;
use crate::intake::Intake;

/// How often it is looked whether a batch is full. Nobody rings for that: in a busy program it is
/// the thread that ends a span which would have to make way for this one.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(crate) struct Due(Vec<Signal>);

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
        Self(client.intakes().iter().map(signal).collect())
    }

    /// Completes when it is time.
    pub(crate) async fn wait(&mut self, client: &Client) {
        for signal in &mut self.0 {
            signal.since = None;
        }
        loop {
            let due = match self.look(client) {
                Look::Now => return,
                Look::At(due) => due,
            };
            let time = async {
                match due {
                    Some(due) => {
                        let look = Instant::now() + LOOK_INTERVAL;
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
        for (signal, intake) in self.0.iter_mut().zip(client.intakes()) {
            if intake.queue.has_batch() {
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

enum Look {
    At(Option<Instant>),
    Now,
}
