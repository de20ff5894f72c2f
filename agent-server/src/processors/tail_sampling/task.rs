//! The one task: its clock, what comes, and what is handed on.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, OptionFuture};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::parcel::{Outcome, Parcel};
use super::sampler::{Arrival, Sampler};
use crate::component::{Consumer, Refusal};

/// How long decisions wait for others, so that what is kept goes on in large payloads.
const TICK: Duration = Duration::from_millis(200);

/// Arrivals that are taken in before anything else is looked at.
const AT_ONCE: usize = 64;

/// What the task is told.
#[derive(Debug)]
pub(super) enum Message {
    /// A payload.
    Arrive(Arrival),
    /// Nothing new will come: decide.
    Drain,
}

/// The state of the task.
pub(super) struct Task {
    sampler: Sampler,
    messages: UnboundedReceiver<Message>,
    next: Arc<dyn Consumer>,
    waiting: VecDeque<Parcel>,
    /// The parcel that is under way: one at a time, so that they stay in order.
    under_way: Option<BoxFuture<'static, (Parcel, Outcome)>>,
    last: Option<Instant>,
}

impl Task {
    pub(super) fn new(
        sampler: Sampler,
        messages: UnboundedReceiver<Message>,
        next: Arc<dyn Consumer>,
    ) -> Self {
        Self {
            sampler,
            messages,
            next,
            waiting: VecDeque::new(),
            under_way: None,
            last: None,
        }
    }

    /// Runs until the sender of the messages is gone, or `token` is cancelled.
    pub(super) async fn run(mut self, token: CancellationToken) {
        token.run_until_cancelled(self.serve()).await;
    }

    async fn serve(&mut self) {
        let mut messages = Vec::with_capacity(AT_ONCE);
        loop {
            let wake = self.wake();
            tokio::select! {
                count = self.messages.recv_many(&mut messages, AT_ONCE) => {
                    if count == 0 {
                        return;
                    }
                    self.take(&mut messages);
                }
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                    self.tick();
                }
                Some((parcel, outcome)) = OptionFuture::from(self.under_way.as_mut()) => {
                    self.under_way = None;
                    self.arrived(parcel, &outcome);
                }
            }
            self.send();
        }
    }

    fn take(&mut self, messages: &mut Vec<Message>) {
        let now = Instant::now();
        for message in messages.drain(..) {
            match message {
                Message::Arrive(arrival) => self.sampler.arrive(arrival, now),
                Message::Drain => self.sampler.drain(now),
            }
        }
        if self.sampler.is_urgent() {
            self.waiting.extend(self.sampler.take_kept());
        }
    }

    /// When to decide next: once something is due, and not more often than every tick.
    fn wake(&mut self) -> Option<Instant> {
        let due = match self.sampler.has_kept() {
            true => Some(Instant::now()),
            false => self.sampler.next_due(),
        };
        let soonest = self.last.map(|last| last + TICK);
        due.map(|due| soonest.map_or(due, |soonest| soonest.max(due)))
    }

    fn tick(&mut self) {
        let now = Instant::now();
        self.last = Some(now);
        self.sampler.decide_due(now);
        self.waiting.extend(self.sampler.take_kept());
    }

    fn send(&mut self) {
        if self.under_way.is_none()
            && let Some(parcel) = self.waiting.pop_front()
        {
            let next = Arc::clone(&self.next);
            self.under_way = Some(hand_over(next, parcel).boxed());
        }
    }

    /// A parcel was answered for. What is refused for good is tried again in halves, because the
    /// other half may be taken.
    fn arrived(&mut self, parcel: Parcel, outcome: &Outcome) {
        let parcel = match outcome {
            Outcome::Rejected(_) => match parcel.halve() {
                Ok([one, other]) => {
                    self.waiting.push_front(other);
                    self.waiting.push_front(one);
                    return;
                }
                Err(parcel) => parcel,
            },
            Outcome::Stopped | Outcome::Taken => parcel,
        };
        self.sampler.arrived(&parcel.shares, outcome);
    }
}

/// Hands a parcel on, as often as it takes.
async fn hand_over(next: Arc<dyn Consumer>, parcel: Parcel) -> (Parcel, Outcome) {
    let mut payload = parcel.payload.clone();
    loop {
        match next.consume(payload).await {
            Ok(()) => return (parcel, Outcome::Taken),
            Err(Refusal::Overloaded { retry_after }) => sleep(retry_after).await,
            Err(Refusal::Rejected(why)) => return (parcel, Outcome::Rejected(why)),
            Err(Refusal::ShuttingDown) => return (parcel, Outcome::Stopped),
        }
        payload = parcel.payload.clone().refused_before();
    }
}
