//! One load, attempted until it is answered for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, sleep, timeout};

use super::dead_letters::{Address, DeadLetters, NewLetter};
use super::ledger::{Ledger, Reason};
use super::load::Load;
use super::outlook::{Change, Outlook};
use super::parts::Parts;
use super::retry::{Backoff, Verdict};
use super::{DeliverySettings, LaneName};
use crate::component::{ExportError, Exported, Exporter};
use crate::payload::Payload;

/// What the attempts of one lane share.
pub(super) struct Destination {
    pub(super) name: LaneName,
    pub(super) exporter: Arc<dyn Exporter>,
    pub(super) settings: DeliverySettings,
    pub(super) ledger: Arc<Ledger>,
    pub(super) dead_letters: Option<DeadLetters>,
    pub(super) outlook: Mutex<Outlook>,
    pub(super) rejections: Mutex<Outlook>,
}

impl Destination {
    /// Attempts `load`, and parts of it where the destination refuses the whole, until it has
    /// answered for everything.
    pub(super) async fn deliver(self: Arc<Self>, mut load: Load) {
        load.depart();
        let mut parts = Parts::of(load);
        let mut said = String::new();
        while let Some(part) = parts.next(|load, reason| self.give_up(load, reason, &said)) {
            if let Some((refused, error)) = self.answer_for(part).await {
                said = error.to_string();
                parts.refused(refused, |load, reason| self.give_up(load, reason, &said));
            }
        }
    }

    /// Attempts `load` until the destination has answered for good or the budget is used up. Gives
    /// it back when the destination refuses it for what is in it.
    async fn answer_for(&self, load: Load) -> Option<(Load, ExportError)> {
        let first = Instant::now();
        let mut backoff = Backoff::new(&self.settings.retry);
        loop {
            let error = match self.attempt(load.payload().clone()).await {
                Ok(exported) => {
                    load.settle(&exported);
                    self.delivered(&exported);
                    return None;
                }
                Err(error) => error,
            };
            let verdict = backoff.after(&error, first.elapsed(), fastrand::f64());
            match verdict {
                Verdict::Again(wait) => {
                    self.failed(&error, verdict);
                    sleep(wait).await;
                }
                Verdict::GiveUp(reason) => {
                    self.failed(&error, verdict);
                    self.give_up(load, reason, &error.to_string());
                    return None;
                }
                Verdict::Halve => {
                    self.refused(&error);
                    return Some((load, error));
                }
            }
        }
    }

    /// Gives up a load. What the destination will never take is kept among the dead letters, where
    /// there are some, with what the destination said.
    fn give_up(&self, load: Load, reason: Reason, said: &str) {
        let letters = self.dead_letters.as_ref();
        let Some(letters) = letters.filter(|_| reason.is_refusal()) else {
            return load.give_up(reason);
        };
        let address = Address {
            pipeline: self.name.pipeline.clone(),
            exporter: self.name.exporter.to_string(),
        };
        let (now, payload) = (milliseconds(), load.payload());
        let letter = NewLetter {
            time: now,
            died: now,
            signal: payload.signal(),
            items: payload.items(),
            reason: reason.name(),
            detail: said,
            payload: payload.chunks(),
        };
        match letters.keep(&address, &letter) {
            Ok(()) => load.bury(),
            Err(_) => load.give_up(Reason::DeadLettersFull),
        }
    }

    async fn attempt(&self, payload: Payload) -> Result<Exported, ExportError> {
        let limit = self.settings.timeout;
        let export = self.exporter.export(payload);
        if limit.is_zero() {
            return export.await;
        }
        timeout(limit, export).await.unwrap_or_else(|_| {
            Err(ExportError::Retryable {
                message: format!("no answer within {} ms", limit.as_millis()),
                retry_after: None,
            })
        })
    }

    fn delivered(&self, exported: &Exported) {
        let LaneName {
            pipeline, exporter, ..
        } = &self.name;
        if let Some(Change::Works(after)) = note(&self.outlook, true) {
            tracing::info!(
                %exporter, %pipeline, waiting = self.ledger.balance().waiting(),
                "the destination works again after {} s", after.as_secs()
            );
        }
        if note(&self.rejections, exported.rejected == 0) == Some(Change::Fails) {
            tracing::warn!(
                %exporter, %pipeline, rejected = exported.rejected, message = exported.message,
                "the destination rejects items for good; the rest of their payloads is taken"
            );
        }
    }

    fn failed(&self, error: &ExportError, verdict: Verdict) {
        let LaneName {
            pipeline, exporter, ..
        } = &self.name;
        if note(&self.outlook, false) != Some(Change::Fails) {
            return;
        }
        let waiting = self.ledger.balance().waiting();
        match verdict {
            Verdict::Again(wait) => tracing::warn!(
                %exporter, %pipeline, waiting, %error,
                "the destination fails; trying again, next in {} ms", wait.as_millis()
            ),
            Verdict::GiveUp(reason) => tracing::warn!(
                %exporter, %pipeline, waiting, %error,
                "the destination fails; what it refused is dropped ({})", reason.name()
            ),
            Verdict::Halve => {}
        }
    }

    fn refused(&self, error: &ExportError) {
        let LaneName {
            pipeline, exporter, ..
        } = &self.name;
        if note(&self.rejections, false) == Some(Change::Fails) {
            tracing::warn!(
                %exporter, %pipeline, %error,
                "the destination finds fault with what is in a batch; it is sent again in halves, \
                 and what is refused by itself is dropped"
            );
        }
    }

    /// Says what was left when the lane was stopped.
    pub(super) fn stopped(&self, waiting: u64) {
        let LaneName {
            pipeline, exporter, ..
        } = &self.name;
        if waiting > 0 {
            tracing::warn!(
                %exporter, %pipeline, items = waiting,
                "stopped before everything was delivered; the rest is dropped ({})",
                Reason::Shutdown.name()
            );
        }
    }
}

/// Wall clock, milliseconds since 1970.
fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

fn note(outlook: &Mutex<Outlook>, worked: bool) -> Option<Change> {
    outlook
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .note(worked, Instant::now())
}
