//! What leads from the writer to one lane.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Notify, oneshot};

use super::cursor::{Cursor, Receipt};
use crate::delivery::ledger::{Ledger, Reason, Tally};
use crate::delivery::load::Load;
use crate::delivery::log::{LogError, Position, Reader, Record};
use crate::delivery::queue::Room;
use crate::payload::Payload;

/// One lane, as the writer sees it, and the writer, as the lane sees it.
#[derive(Debug)]
pub(in crate::delivery) struct Feed {
    pub(super) cursor: Arc<Cursor>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) room: Arc<Room>,
    state: Mutex<State>,
    /// The lane has fallen behind, or the input has ended.
    pub(super) changed: Notify,
}

#[derive(Debug)]
struct State {
    /// Whether the lane has taken everything so far, and wants what comes handed over.
    live: bool,
    /// The end of what the lane has taken.
    taken: Position,
    /// Where to hand over; nothing once no more can come.
    loads: Option<UnboundedSender<Load>>,
}

/// A payload that has been written.
pub(super) struct Written<'p> {
    pub(super) number: u64,
    pub(super) end: Position,
    pub(super) payload: &'p Payload,
}

impl Feed {
    /// A feed of a lane that has to read from `at` on.
    pub(super) fn new(
        at: Position,
        ledger: Arc<Ledger>,
        room: Arc<Room>,
        loads: UnboundedSender<Load>,
    ) -> Self {
        Self {
            cursor: Arc::new(Cursor::new(at)),
            ledger,
            room,
            state: Mutex::new(State {
                live: false,
                taken: at,
                loads: Some(loads),
            }),
            changed: Notify::new(),
        }
    }

    /// Tells the lane of a record, and hands it over if the lane keeps up and has room.
    pub(super) fn offer(&self, written: &Written<'_>) {
        let items = written.payload.items();
        Tally::book(&self.ledger, items);
        let mut state = self.lock();
        if !state.live {
            return self.changed.notify_one();
        }
        // The lane may have read it before it was told of it.
        if written.number < state.taken.number {
            return;
        }
        let lease = self.room.lease(written.payload.size() as u64);
        let (Some(lease), Some(loads)) = (lease, &state.loads) else {
            state.live = false;
            return self.changed.notify_one();
        };
        let receipt = self.cursor.take(written.number, written.end, items);
        let tally = Tally::resume(Arc::clone(&self.ledger), items);
        let lease = lease.with_receipt(receipt);
        // A lane that was stopped in between gives the load back: it stays in the log.
        let _ = loads.send(Load::new(written.payload.clone(), lease, tally));
        state.taken = written.end;
    }

    /// The load of a record that the lane has read. Takes room even where there is none: the lane
    /// reads only while there is some, so that it has one record too many at most.
    pub(super) fn load(&self, record: &Record, payload: Payload) -> Load {
        let lease = self.room.force(payload.size() as u64);
        let receipt = self.cursor.take(record.number, record.end, record.items);
        let tally = Tally::resume(Arc::clone(&self.ledger), record.items);
        Load::new(payload, lease.with_receipt(receipt), tally)
    }

    /// Goes live if `read` finds nothing more to read: what is written from there on is handed over.
    pub(super) fn go_live(&self, reader: &mut Reader) -> Result<Option<Record>, LogError> {
        let mut state = self.lock();
        let record = reader.read();
        if matches!(record, Ok(None)) {
            state.taken = state.taken.max(reader.position());
            state.live = true;
        }
        record
    }

    /// The end of what the lane has taken, or has begun to read.
    pub(super) fn taken(&self) -> Position {
        self.lock().taken
    }

    /// Whether a record that the lane has read is still to be delivered.
    pub(super) fn accepts(&self, record: &Record) -> bool {
        let mut state = self.lock();
        let accepts = record.number >= state.taken.number;
        state.taken = state.taken.max(record.end);
        accepts
    }

    /// Gives up everything before `end` that the lane has not taken; says how many items that was.
    pub(super) fn discard(&self, end: Position) -> u64 {
        let mut state = self.lock();
        let items = end.items.saturating_sub(state.taken.items);
        state.taken = state.taken.max(end);
        self.cursor.pass(end);
        self.lose(items, Reason::Discarded);
        items
    }

    /// Hands over a payload that does not lie in the log. Says when it was answered for; nothing
    /// where there is no room.
    pub(in crate::delivery) fn take_again(
        &self,
        payload: Payload,
    ) -> Option<oneshot::Receiver<()>> {
        let lease = self.room.lease(payload.size() as u64)?;
        let state = self.lock();
        let loads = state.loads.as_ref()?;
        let (receipt, answered) = Receipt::again(payload.items());
        let tally = Tally::receive(Arc::clone(&self.ledger), payload.items());
        let _ = loads.send(Load::new(payload, lease.with_receipt(receipt), tally));
        Some(answered)
    }

    /// Whether what is written is handed over.
    pub(super) fn is_live(&self) -> bool {
        self.lock().live
    }

    /// No more can come: the lane ends when it has delivered what there is.
    pub(super) fn close(&self) {
        self.lock().loads = None;
        self.changed.notify_one();
    }

    /// Counts what is in the log from before, and waits.
    pub(super) fn recover(&self, items: u64) {
        Tally::book(&self.ledger, items);
    }

    /// Counts items that were in the log and are given up.
    pub(super) fn lose(&self, items: u64, reason: Reason) {
        if items > 0 {
            Tally::resume(Arc::clone(&self.ledger), items).give_up(reason);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
