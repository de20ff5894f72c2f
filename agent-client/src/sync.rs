//! The primitives that the queue and the requests are built of.
//!
//! One place, so that `tests/model` can build the same files on the primitives of a model checker
//! and try their threads in many orders.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
