//! How far a destination is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::delivery::log::Position;

/// The records that a destination has taken and not answered for.
#[derive(Debug, Default)]
struct Outstanding {
    /// Where each begins, by number.
    open: BTreeMap<u64, Position>,
    /// The end of the last that was taken.
    taken: Position,
}

impl Outstanding {
    /// Everything before it is answered for.
    fn cursor(&self) -> Position {
        self.open.values().next().copied().unwrap_or(self.taken)
    }
}

/// The cursor of one lane. What moves it is an answer for the oldest record that is open; the
/// writer notes it in the log.
#[derive(Debug)]
pub(in crate::delivery) struct Cursor {
    outstanding: Mutex<Outstanding>,
    /// Whether it has moved since the writer asked.
    moved: AtomicBool,
}

impl Cursor {
    /// A cursor that stands at `at`.
    pub(super) fn new(at: Position) -> Self {
        let outstanding = Outstanding {
            open: BTreeMap::new(),
            taken: at,
        };
        Self {
            outstanding: Mutex::new(outstanding),
            moved: AtomicBool::new(false),
        }
    }

    /// Notes that the record `number`, which ends at `end`, was taken. Records are taken in order.
    pub(super) fn take(self: &Arc<Self>, number: u64, end: Position, items: u64) -> Receipt {
        let mut outstanding = self.lock();
        let begin = Position {
            number,
            items: end.items.saturating_sub(items),
        };
        outstanding.open.insert(number, begin);
        outstanding.taken = outstanding.taken.max(end);
        Receipt {
            creditor: Creditor::Cursor(Arc::clone(self), number),
            items,
            answered: AtomicU64::new(0),
        }
    }

    /// Passes everything before `to` that was not taken.
    pub(super) fn pass(&self, to: Position) {
        let mut outstanding = self.lock();
        outstanding.taken = outstanding.taken.max(to);
        self.moved.store(true, Ordering::Release);
    }

    /// Where it stands, if that has changed since this was last asked.
    pub(super) fn moved(&self) -> Option<Position> {
        let moved = self.moved.swap(false, Ordering::AcqRel);
        moved.then(|| self.lock().cursor())
    }

    fn answer(&self, number: u64) {
        let mut outstanding = self.lock();
        let before = outstanding.cursor();
        outstanding.open.remove(&number);
        if outstanding.cursor() != before {
            self.moved.store(true, Ordering::Release);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Outstanding> {
        self.outstanding
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a lane owes for one record. When it is dropped before every item was answered for, the
/// record stays open: it is sent again after the next start.
#[derive(Debug)]
pub(in crate::delivery) struct Receipt {
    creditor: Creditor,
    items: u64,
    answered: AtomicU64,
}

/// Who is told when everything was answered for.
#[derive(Debug)]
enum Creditor {
    /// The cursor, of the record with this number.
    Cursor(Arc<Cursor>, u64),
    /// Whoever replays a dead letter.
    Replay(Option<oneshot::Sender<()>>),
}

impl Receipt {
    /// For a payload that is kept elsewhere until it is answered for.
    pub(in crate::delivery) fn again(items: u64) -> (Self, oneshot::Receiver<()>) {
        let (told, answered) = oneshot::channel();
        let receipt = Self {
            creditor: Creditor::Replay(Some(told)),
            items,
            answered: AtomicU64::new(0),
        };
        (receipt, answered)
    }

    /// Answers for some of the items.
    pub(in crate::delivery) fn answer(&self, items: u64) {
        self.answered.fetch_add(items, Ordering::AcqRel);
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if *self.answered.get_mut() < self.items {
            return;
        }
        match &mut self.creditor {
            Creditor::Cursor(cursor, number) => cursor.answer(*number),
            Creditor::Replay(told) => {
                let _ = told.take().map(|told| told.send(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(number: u64) -> Position {
        Position {
            number,
            items: 10 * number,
        }
    }

    fn taken(cursor: &Arc<Cursor>, number: u64) -> Receipt {
        cursor.take(number, at(number + 1), 10)
    }

    #[test]
    fn a_cursor_stands_before_the_oldest_record_that_is_open() {
        let cursor = Arc::new(Cursor::new(at(5)));
        let receipts = [5, 6, 7].map(|number| taken(&cursor, number));
        let [first, second, third] = receipts;
        second.answer(10);
        drop(second);
        assert_eq!(cursor.moved(), None);
        first.answer(10);
        drop(first);
        assert_eq!(cursor.moved(), Some(at(7)));
        assert_eq!(cursor.moved(), None);
        third.answer(10);
        drop(third);
        assert_eq!(cursor.moved(), Some(at(8)));
    }

    #[test]
    fn a_record_of_which_a_part_was_not_answered_for_stays_open() {
        let cursor = Arc::new(Cursor::new(at(0)));
        let receipt = taken(&cursor, 0);
        receipt.answer(9);
        drop(receipt);
        let next = taken(&cursor, 1);
        next.answer(10);
        drop(next);
        assert_eq!(cursor.moved(), None);
        assert_eq!(cursor.lock().cursor(), at(0));
    }

    #[test]
    fn what_is_passed_does_not_count_as_answered_for_where_it_was_taken() {
        let cursor = Arc::new(Cursor::new(at(0)));
        let first = taken(&cursor, 0);
        cursor.pass(at(9));
        let late = taken(&cursor, 1);
        first.answer(10);
        drop(first);
        assert_eq!(cursor.moved(), Some(at(1)));
        late.answer(10);
        drop(late);
        assert_eq!(cursor.moved(), Some(at(9)));
    }
}
