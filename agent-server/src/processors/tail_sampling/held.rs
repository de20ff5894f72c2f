//! Payloads whose spans are not all decided on and handed over.

use std::collections::VecDeque;
use std::mem::size_of;

use tokio::sync::oneshot;

use super::evidence::SpanRef;
use super::parcel::{Outcome, Parcel, Parcels};
use super::slots::Slots;
use super::split::{Entry, Place, Split};
use crate::component::{ExportError, Exported};
use crate::payload::Payload;

/// What whoever brought a payload is told when nothing of it is left.
pub(super) type Answer = Result<Exported, ExportError>;

/// Bytes that one payload takes beside its spans.
const OVERHEAD: u64 = 512;

/// Bytes that the notes on one span take.
const PER_SPAN: u64 = (size_of::<Place>() + size_of::<SpanRef>() + size_of::<u32>()) as u64;

/// Payloads by number, and what they take.
#[derive(Debug, Default)]
pub(super) struct HeldPayloads {
    payloads: Slots<Held>,
    /// Payloads of which spans are to be handed over.
    touched: Vec<u32>,
    /// Spans that are to be handed over.
    kept: u64,
    /// Bytes of the payloads that have spans which are not decided on.
    undecided: u64,
}

#[derive(Debug)]
struct Held {
    payload: Payload,
    places: Box<[Place]>,
    entries: Box<[Entry]>,
    bytes: u64,
    /// Spans that are not decided on.
    undecided: u64,
    /// Spans that are on their way.
    under_way: u64,
    /// Spans that are to be handed over.
    kept: Vec<u32>,
    exported: Exported,
    /// Whether what it was to be handed to has stopped.
    stopped: bool,
    answer: oneshot::Sender<Answer>,
}

/// A span, and what it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) resource: &'a [u8],
    pub(super) scope: &'a [u8],
    pub(super) span: &'a [u8],
    /// The number of its payload, and that of its resource and scope in there.
    pub(super) payload: u32,
    pub(super) entry: u32,
}

impl HeldPayloads {
    /// Keeps a payload that was taken apart.
    pub(super) fn insert(
        &mut self,
        payload: Payload,
        split: &mut Split,
        answer: oneshot::Sender<Answer>,
    ) -> u32 {
        let spans = split.places.len() as u64;
        let bytes = payload.size() as u64 + OVERHEAD + spans * PER_SPAN;
        let number = self.payloads.insert(Held {
            payload,
            places: std::mem::take(&mut split.places),
            entries: std::mem::take(&mut split.entries),
            bytes,
            undecided: spans,
            under_way: 0,
            kept: Vec::new(),
            exported: Exported::default(),
            stopped: false,
            answer,
        });
        if spans == 0 {
            self.release(number);
        } else {
            self.undecided += bytes;
        }
        number
    }

    /// Bytes of the payloads that have spans which are not decided on.
    pub(super) fn undecided(&self) -> u64 {
        self.undecided
    }

    /// Spans that are to be handed over.
    pub(super) fn kept(&self) -> u64 {
        self.kept
    }

    /// Shows a span.
    pub(super) fn span(&self, at: SpanRef) -> Option<Shown<'_>> {
        let held = self.payloads.get(at.payload)?;
        let place = held.places.get(at.number as usize)?;
        let entry = held.entries.get(place.entry as usize)?;
        let request = held.payload.bytes();
        Some(Shown {
            resource: entry.resource.read(request),
            scope: entry.scope.read(request),
            span: place.span.read(request),
            payload: at.payload,
            entry: place.entry,
        })
    }

    /// Decides on some spans of one payload.
    pub(super) fn decide(&mut self, number: u32, spans: impl IntoIterator<Item = u32>, keep: bool) {
        let Some(held) = self.payloads.get_mut(number) else {
            return;
        };
        let before = held.kept.len();
        let mut decided = 0;
        for span in spans {
            decided += 1;
            if keep {
                held.kept.push(span);
            }
        }
        held.undecided = held.undecided.saturating_sub(decided);
        if keep {
            self.kept += decided;
            if before == 0 && decided > 0 {
                self.touched.push(number);
            }
        } else {
            held.exported.sampled_out += decided;
        }
        if held.undecided == 0 && decided > 0 {
            self.undecided = self.undecided.saturating_sub(held.bytes);
            self.release(number);
        }
    }

    /// What is to be handed over: of every payload the spans that are kept, in their order.
    pub(super) fn take_kept(&mut self) -> VecDeque<Parcel> {
        let mut parcels = Parcels::default();
        for number in std::mem::take(&mut self.touched) {
            let Some(held) = self.payloads.get_mut(number) else {
                continue;
            };
            let mut kept = std::mem::take(&mut held.kept);
            held.under_way += kept.len() as u64;
            kept.sort_unstable();
            parcels.add(number, part(&held.payload, &kept));
        }
        self.kept = 0;
        parcels.finish()
    }

    /// Notes what has become of `spans` spans of one payload that were under way.
    pub(super) fn arrived(&mut self, number: u32, spans: u64, outcome: &Outcome) {
        let Some(held) = self.payloads.get_mut(number) else {
            return;
        };
        held.under_way = held.under_way.saturating_sub(spans);
        match outcome {
            Outcome::Taken => {}
            Outcome::Rejected(why) => {
                held.exported.rejected += spans;
                held.exported.message.clone_from(why);
            }
            Outcome::Stopped => held.stopped = true,
        }
        self.release(number);
    }

    /// Answers for a payload, if nothing of it is left.
    fn release(&mut self, number: u32) {
        let done = |held: &Held| held.undecided + held.under_way == 0 && held.kept.is_empty();
        if !self.payloads.get(number).is_some_and(done) {
            return;
        }
        if let Some(held) = self.payloads.remove(number) {
            let answer = match held.stopped {
                false => Ok(held.exported),
                true => Err(ExportError::Retryable {
                    message: "what follows tail_sampling has stopped".to_owned(),
                    retry_after: None,
                }),
            };
            // Nobody hears it where the lane was stopped.
            let _ = held.answer.send(answer);
        }
    }
}

/// The spans `kept` of a payload, in order.
fn part(payload: &Payload, kept: &[u32]) -> Payload {
    if kept.len() as u64 == payload.items() {
        return payload.clone();
    }
    let mut kept = kept.iter().peekable();
    let mut number = 0;
    payload.clone().sifted(|_, _| {
        let stays = kept.next_if_eq(&&number).is_some();
        number += 1;
        stays
    })
}
