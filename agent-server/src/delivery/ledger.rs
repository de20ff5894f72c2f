//! The books of one lane: where every item went.

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use super::{LaneName, dead_letters};
use crate::component::Exported;
use crate::ops::{Counter, Gauge, Metrics};

/// Why items were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The destination will never take them, and there was no room among the dead letters.
    DeadLettersFull,
    /// Somebody asked for it.
    Discarded,
    /// `max_elapsed_time` passed before an attempt succeeded.
    Expired,
    /// The destination refused them, and they do not decode.
    Malformed,
    /// An attempt failed that could have been repeated, and retries are off.
    NotRetried,
    /// An exporter panicked.
    Panicked,
    /// The destination will never take them.
    Permanent,
    /// A lane that sheds had no room.
    QueueFull,
    /// The lane was stopped first.
    Shutdown,
    /// They lay in the log, and could not be read.
    Unreadable,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::DeadLettersFull,
        Self::Discarded,
        Self::Expired,
        Self::Malformed,
        Self::NotRetried,
        Self::Panicked,
        Self::Permanent,
        Self::QueueFull,
        Self::Shutdown,
        Self::Unreadable,
    ];

    /// Whether the destination will never take them: they can be kept for somebody to look at.
    pub(super) const fn is_refusal(self) -> bool {
        matches!(self, Self::Malformed | Self::Permanent)
    }

    /// The value of the label `reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeadLettersFull => dead_letters::FULL,
            Self::Discarded => "discarded",
            Self::Expired => "expired",
            Self::Malformed => "malformed",
            Self::NotRetried => "not_retried",
            Self::Panicked => "panicked",
            Self::Permanent => "permanent",
            Self::QueueFull => "queue_full",
            Self::Shutdown => "shutdown",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What the books of a lane say, in items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Taken by the lane.
    pub received: u64,
    /// Taken by the destination.
    pub sent: u64,
    /// Left out by a sampler.
    pub sampled_out: u64,
    /// Left out by a condition.
    pub filtered: u64,
    /// Refused by the destination for good, in an answer that accepted the rest.
    pub rejected: u64,
    /// Given up and kept, with the reason, in the file of dead letters.
    pub dead_lettered: u64,
    /// Given up, by reason; only reasons that occurred.
    pub dropped: Vec<(Reason, u64)>,
    /// Waiting for their first attempt.
    pub queued: u64,
    /// In an attempt, or between two.
    pub in_flight: u64,
}

impl Balance {
    /// Items that the lane still has to deliver.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.queued + self.in_flight
    }

    /// Whether every item is accounted for. True at rest; while items move, a count may be ahead
    /// of another.
    #[must_use]
    pub fn is_even(&self) -> bool {
        let dropped: u64 = self.dropped.iter().map(|(_, items)| items).sum();
        let delivered = self.sent + self.sampled_out + self.filtered + self.rejected;
        let given_up = self.dead_lettered + dropped;
        self.received == delivered + given_up + self.waiting()
    }
}

/// Items that the steps of a pipeline have left out on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// By a condition.
    pub filtered: u64,
    /// By a sampler.
    pub sampled_out: u64,
}

/// The counters of one lane.
#[derive(Debug)]
pub(super) struct Ledger {
    received: Counter,
    sent: Counter,
    sampled_out: Counter,
    filtered: Counter,
    rejected: Counter,
    dead_lettered: Counter,
    send_failed: Counter,
    enqueue_failed: Counter,
    dropped: [Counter; Reason::ALL.len()],
    queued: Gauge,
    in_flight: Gauge,
    pub(super) queue_size: Gauge,
    pub(super) queue_capacity: Gauge,
}

impl Ledger {
    pub(super) fn new(name: &LaneName, metrics: &Metrics) -> Self {
        let exporter = name.exporter.to_string();
        let labels = [
            ("exporter", exporter.as_str()),
            ("pipeline", &name.pipeline),
        ];
        let counter = |name, help| metrics.counter(name, help, &labels);
        let gauge = |name, help| metrics.gauge(name, help, &labels);
        let names = Names::of(name.signal);
        Self {
            received: counter("campanile_delivery_received_items", "Items taken."),
            sent: counter(names.sent, "Items that the destination took."),
            sampled_out: counter(
                "campanile_delivery_sampled_out_items",
                "Items that a sampler decided against.",
            ),
            filtered: counter(
                "campanile_delivery_filtered_items",
                "Items that a condition left out.",
            ),
            dead_lettered: counter(
                "campanile_delivery_dead_lettered_items",
                "Items given up and kept in the file of dead letters.",
            ),
            rejected: counter(
                "campanile_delivery_rejected_items",
                "Items that the destination refused for good in a partial success.",
            ),
            send_failed: counter(names.send_failed, "Items given up after failed attempts."),
            enqueue_failed: counter(names.enqueue_failed, "Items that found no room."),
            dropped: Reason::ALL.map(|reason| {
                let [exporter, pipeline] = labels;
                metrics.counter(
                    "campanile_delivery_dropped_items",
                    "Items given up.",
                    &[exporter, pipeline, ("reason", reason.name())],
                )
            }),
            queued: gauge("campanile_delivery_queued_items", "Items that wait."),
            in_flight: gauge(
                "campanile_delivery_in_flight_items",
                "Items in an attempt or between two.",
            ),
            queue_size: gauge("otelcol_exporter_queue_size", "Payloads that are held."),
            queue_capacity: gauge("otelcol_exporter_queue_capacity", "Payloads that fit."),
        }
    }

    /// Counts items that were refused to their sender: they were never received.
    pub(super) fn refuse(&self, items: u64) {
        self.enqueue_failed.add(items);
    }

    /// Counts items that were taken and given up at once.
    pub(super) fn shed(&self, items: u64) {
        self.received.add(items);
        self.enqueue_failed.add(items);
        self.drop_items(items, Reason::QueueFull);
    }

    /// Counts items that came and were left out before they could wait.
    pub(super) fn remove(&self, removed: Removed) {
        self.received.add(removed.filtered + removed.sampled_out);
        self.filtered.add(removed.filtered);
        self.sampled_out.add(removed.sampled_out);
    }

    /// Counts items that came and went on at once.
    pub(super) fn pass(&self, items: u64) {
        self.received.add(items);
        self.sent.add(items);
    }

    fn drop_items(&self, items: u64, reason: Reason) {
        let counters = Reason::ALL.iter().zip(&self.dropped);
        for (_, counter) in counters.filter(|(candidate, _)| **candidate == reason) {
            counter.add(items);
        }
        match reason {
            Reason::Discarded | Reason::QueueFull | Reason::Shutdown | Reason::Unreadable => {}
            Reason::DeadLettersFull
            | Reason::Expired
            | Reason::Malformed
            | Reason::NotRetried
            | Reason::Panicked
            | Reason::Permanent => {
                self.send_failed.add(items);
            }
        }
    }

    pub(super) fn balance(&self) -> Balance {
        let dropped = Reason::ALL.iter().zip(&self.dropped);
        Balance {
            received: self.received.get(),
            sent: self.sent.get(),
            sampled_out: self.sampled_out.get(),
            filtered: self.filtered.get(),
            rejected: self.rejected.get(),
            dead_lettered: self.dead_lettered.get(),
            dropped: dropped
                .map(|(reason, counter)| (*reason, counter.get()))
                .filter(|(_, items)| *items > 0)
                .collect(),
            queued: unsigned(&self.queued),
            in_flight: unsigned(&self.in_flight),
        }
    }
}

/// Names under which the Collector's dashboards look.
struct Names {
    sent: &'static str,
    send_failed: &'static str,
    enqueue_failed: &'static str,
}

impl Names {
    fn of(signal: Signal) -> Self {
        match signal {
            Signal::Logs => Self {
                sent: "otelcol_exporter_sent_log_records",
                send_failed: "otelcol_exporter_send_failed_log_records",
                enqueue_failed: "otelcol_exporter_enqueue_failed_log_records",
            },
            Signal::Metrics => Self {
                sent: "otelcol_exporter_sent_metric_points",
                send_failed: "otelcol_exporter_send_failed_metric_points",
                enqueue_failed: "otelcol_exporter_enqueue_failed_metric_points",
            },
            Signal::Traces => Self {
                sent: "otelcol_exporter_sent_spans",
                send_failed: "otelcol_exporter_send_failed_spans",
                enqueue_failed: "otelcol_exporter_enqueue_failed_spans",
            },
        }
    }
}

/// Items on their way through a lane. Each ends in exactly one count: a tally that is dropped
/// before it is settled counts its items as given up, so that no path forgets them.
#[derive(Debug)]
pub(super) struct Tally {
    ledger: Arc<Ledger>,
    items: u64,
    in_flight: bool,
    /// Whether they lie in a log: whoever forgets them leaves them there.
    kept: bool,
}

impl Tally {
    /// Books `items` as received and queued.
    pub(super) fn book(ledger: &Ledger, items: u64) {
        ledger.received.add(items);
        ledger.queued.add(signed(items));
    }

    /// Books `items` as received and queued, and answers for them.
    pub(super) fn receive(ledger: Arc<Ledger>, items: u64) -> Self {
        Self::book(&ledger, items);
        Self {
            ledger,
            items,
            in_flight: false,
            kept: false,
        }
    }

    /// Answers for `items` that were booked before, and lie in a log.
    pub(super) fn resume(ledger: Arc<Ledger>, items: u64) -> Self {
        Self {
            ledger,
            items,
            in_flight: false,
            kept: true,
        }
    }

    /// Moves the items from queued to in flight.
    pub(super) fn depart(&mut self) {
        if !self.in_flight {
            self.ledger.queued.add(-signed(self.items));
            self.ledger.in_flight.add(signed(self.items));
            self.in_flight = true;
        }
    }

    /// Takes in the items of another tally of the same stage.
    pub(super) fn absorb(&mut self, mut other: Self) {
        self.items += std::mem::take(&mut other.items);
    }

    /// Splits `items` off, or as many as there are.
    pub(super) fn split_off(&mut self, items: u64) -> Self {
        let items = items.min(self.items);
        self.items -= items;
        Self {
            ledger: Arc::clone(&self.ledger),
            items,
            in_flight: self.in_flight,
            kept: self.kept,
        }
    }

    /// Closes the books: the destination took all but those that it says it did not; its numbers are
    /// believed up to what there was.
    pub(super) fn settle(mut self, exported: &Exported) {
        let rejected = exported.rejected.min(self.items);
        let sampled_out = exported.sampled_out.min(self.items - rejected);
        self.ledger.sent.add(self.items - rejected - sampled_out);
        self.ledger.sampled_out.add(sampled_out);
        self.ledger.rejected.add(rejected);
        self.ledger.send_failed.add(rejected);
        self.leave();
    }

    /// Closes the books: the items are given up.
    pub(super) fn give_up(mut self, reason: Reason) {
        self.ledger.drop_items(self.items, reason);
        self.leave();
    }

    /// Closes the books: the items are given up, and kept as dead letters.
    pub(super) fn bury(mut self) {
        self.ledger.dead_lettered.add(self.items);
        self.ledger.send_failed.add(self.items);
        self.leave();
    }

    fn leave(&mut self) {
        let stage = if self.in_flight {
            &self.ledger.in_flight
        } else {
            &self.ledger.queued
        };
        stage.add(-signed(std::mem::take(&mut self.items)));
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if self.items > 0 && self.kept {
            // They are sent again, by the next lane or after the next start.
            self.ledger.queued.add(signed(self.items));
            self.leave();
        } else if self.items > 0 {
            let reason = if std::thread::panicking() {
                Reason::Panicked
            } else {
                Reason::Shutdown
            };
            self.ledger.drop_items(self.items, reason);
            self.leave();
        }
    }
}

fn signed(items: u64) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

fn unsigned(gauge: &Gauge) -> u64 {
    u64::try_from(gauge.get()).unwrap_or(0)
}
