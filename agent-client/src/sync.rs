//! The primitives that the queue and the requests are built of.
//!
//! One place, so that `tests/model` can build the same files on the primitives of a model checker
//! and try their threads in many orders.

use std::cell::Cell;

pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

pub(crate) use tokio::sync::Notify;
pub(crate) use tokio::time::sleep_until;

/// Threads are numbered in the order in which they first ask.
pub(crate) fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<Option<usize>> = const { Cell::new(None) };
    }
    let number = |cell: &Cell<Option<usize>>| {
        cell.get().unwrap_or_else(|| {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            cell.set(Some(number));
            number
        })
    };
    // A thread that is ending has no number any more: any will do.
    NUMBER.try_with(number).unwrap_or(0)
}
