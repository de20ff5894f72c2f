//! The way into a lane: bounded by payloads and by bytes, reserved before it is used.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, oneshot};

use super::QueueSettings;
use super::journal::Receipt;
use super::ledger::{Ledger, Tally};
use super::load::Load;
use crate::admission::{Kept, Memory};
use crate::component::Refusal;
use crate::ops::Gauge;
use crate::payload::Payload;

/// When a sender that found no room should come back: long enough not to be a burden, short enough
/// not to let the queue run dry.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The sending side of a queue.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    room: Arc<Room>,
    ledger: Arc<Ledger>,
    /// Unbounded as a channel; what bounds it is the room that every load in it has leased.
    loads: mpsc::UnboundedSender<Load>,
    shed: bool,
}

/// The sending side of a queue, without keeping it open.
#[derive(Clone, Debug)]
pub(super) struct WeakQueue {
    room: Arc<Room>,
    ledger: Arc<Ledger>,
    loads: mpsc::WeakUnboundedSender<Load>,
    shed: bool,
}

impl WeakQueue {
    /// The queue, if it is open.
    pub(super) fn upgrade(&self) -> Option<Queue> {
        Some(Queue {
            room: Arc::clone(&self.room),
            ledger: Arc::clone(&self.ledger),
            loads: self.loads.upgrade()?,
            shed: self.shed,
        })
    }
}

impl Queue {
    /// The same without keeping it open.
    pub(super) fn downgrade(&self) -> WeakQueue {
        WeakQueue {
            room: Arc::clone(&self.room),
            ledger: Arc::clone(&self.ledger),
            loads: self.loads.downgrade(),
            shed: self.shed,
        }
    }

    /// A queue and its receiving side.
    pub(super) fn new(
        settings: &QueueSettings,
        shed: bool,
        ledger: Arc<Ledger>,
        memory: Memory,
    ) -> (Self, mpsc::UnboundedReceiver<Load>) {
        let room = Arc::new(Room::new(settings, ledger.queue_size.clone(), memory));
        ledger
            .queue_capacity
            .set(i64::try_from(room.max_payloads).unwrap_or(i64::MAX));
        let (loads, receiver) = mpsc::unbounded_channel();
        let queue = Self {
            room,
            ledger,
            loads,
            shed,
        };
        (queue, receiver)
    }

    pub(super) fn reserve(&self, payload: &Payload) -> Result<Permit, Refusal> {
        let lease = match self.lease(payload) {
            Ok(lease) => Some(lease),
            Err(_) if self.shed => None,
            Err(refusal) => {
                if !payload.was_refused() {
                    self.ledger.refuse(payload.items());
                }
                return Err(refusal);
            }
        };
        Ok(Permit {
            lease,
            ledger: Arc::clone(&self.ledger),
            loads: self.loads.clone(),
        })
    }

    pub(super) fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// Takes a payload that is kept elsewhere. Says when it was answered for.
    pub(super) fn take_again(&self, payload: Payload) -> Result<oneshot::Receiver<()>, Refusal> {
        let lease = self.lease(&payload)?;
        let (receipt, answered) = Receipt::again(payload.items());
        let tally = Tally::receive(Arc::clone(&self.ledger), payload.items());
        let load = Load::new(payload, lease.with_receipt(receipt), tally);
        // A closed queue gives the load back, and its tally counts what is dropped here.
        let _ = self.loads.send(load);
        Ok(answered)
    }

    fn lease(&self, payload: &Payload) -> Result<Lease, Refusal> {
        if self.loads.is_closed() {
            return Err(Refusal::ShuttingDown);
        }
        let bytes = payload.size() as u64;
        if bytes > self.room.max_bytes {
            return Err(Refusal::Rejected(format!(
                "a payload of {bytes} bytes is larger than the whole queue of {} bytes; raise \
                 sending_queue.max_bytes",
                self.room.max_bytes
            )));
        }
        self.room.lease(bytes).ok_or(Refusal::Overloaded {
            retry_after: RETRY_AFTER,
        })
    }
}

/// Room for one payload in one lane. Dropping it unused gives the room back.
#[derive(Debug)]
#[must_use = "room that is not used is given back"]
pub struct Permit {
    /// Nothing where the lane sheds: there was no room.
    lease: Option<Lease>,
    ledger: Arc<Ledger>,
    loads: mpsc::UnboundedSender<Load>,
}

impl Permit {
    /// Hands over the payload that the room was reserved for. Cannot fail: from here on the lane
    /// answers for it. A lane that has been stopped in between counts it as dropped.
    pub fn send(self, payload: Payload) {
        match self.lease {
            Some(lease) => {
                let tally = Tally::receive(self.ledger, payload.items());
                // A closed queue gives the load back, and its tally counts what is dropped here.
                let _ = self.loads.send(Load::new(payload, lease, tally));
            }
            None => self.ledger.shed(payload.items()),
        }
    }
}

/// What a lane may hold.
#[derive(Debug)]
pub(super) struct Room {
    max_payloads: usize,
    max_bytes: u64,
    held: Mutex<Held>,
    size: Gauge,
    memory: Memory,
    /// Something has been given back.
    freed: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Held {
    payloads: usize,
    bytes: u64,
}

impl Room {
    pub(super) fn new(settings: &QueueSettings, size: Gauge, memory: Memory) -> Self {
        Self {
            freed: Notify::new(),
            max_payloads: settings.capacity(),
            max_bytes: settings.max_bytes.0,
            held: Mutex::default(),
            size,
            memory,
        }
    }

    /// Room for one payload of `bytes`, within both bounds.
    pub(super) fn lease(self: &Arc<Self>, bytes: u64) -> Option<Lease> {
        let held = self.lock();
        let fits = held.payloads < self.max_payloads && held.bytes + bytes <= self.max_bytes;
        fits.then(|| self.take(held, bytes))
    }

    /// Room for one payload of `bytes`, whether there is any or not.
    pub(super) fn force(self: &Arc<Self>, bytes: u64) -> Lease {
        self.take(self.lock(), bytes)
    }

    /// Whether there is any room at all.
    pub(super) fn is_available(&self) -> bool {
        let held = self.lock();
        held.payloads < self.max_payloads && held.bytes < self.max_bytes
    }

    /// Waits until there is some room. One task may wait.
    pub(super) async fn available(&self) {
        while !self.is_available() {
            self.freed.notified().await;
        }
    }

    fn take(self: &Arc<Self>, mut held: MutexGuard<'_, Held>, bytes: u64) -> Lease {
        held.payloads += 1;
        held.bytes += bytes;
        self.size.add(1);
        Lease {
            room: Arc::clone(self),
            bytes,
            _kept: self.memory.keep(bytes),
            receipt: None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room that one payload takes, given back on drop.
#[derive(Debug)]
pub(super) struct Lease {
    room: Arc<Room>,
    bytes: u64,
    /// The same, of the agent's memory.
    _kept: Kept,
    /// What the lane owes for the payload, where it lies in a log, or comes again from the dead
    /// letters.
    receipt: Option<Receipt>,
}

impl Lease {
    /// The same for a payload that somebody has kept until it is answered for.
    pub(super) fn with_receipt(mut self, receipt: Receipt) -> Self {
        self.receipt = Some(receipt);
        self
    }

    /// Answers for some of the items.
    pub(super) fn answer(&self, items: u64) {
        if let Some(receipt) = &self.receipt {
            receipt.answer(items);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut held = self.room.lock();
        held.payloads -= 1;
        held.bytes -= self.bytes;
        drop(held);
        self.room.size.add(-1);
        self.room.freed.notify_one();
    }
}
