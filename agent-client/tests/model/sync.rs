//! What `src/sync.rs` is in the library: the same names, on the model's threads.

pub(crate) use shuttle::hint::spin_loop;
pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

use shuttle::future::yield_now;
use shuttle::rand::{Rng, thread_rng};
use tokio::time::Instant;

/// The real one. To a model, each operation on it is one step: its own locks are the system's, no
/// thread is stopped while it holds one, and it wakes through the model's wakers. But the model
/// changes threads before its own operations only, so each one here begins with such.
#[derive(Debug, Default)]
pub(crate) struct Notify {
    real: tokio::sync::Notify,
    step: AtomicBool,
}

impl Notify {
    pub(crate) fn notify_one(&self) {
        self.step.load(Ordering::SeqCst);
        self.real.notify_one();
    }

    pub(crate) async fn notified(&self) {
        self.step.load(Ordering::SeqCst);
        self.real.notified().await;
    }
}

/// Any time comes, sooner or later.
pub(crate) async fn sleep_until(_: Instant) {
    pass_time().await;
}

/// Lets the others go on for a while.
pub(crate) async fn pass_time() {
    for _ in 0..thread_rng().gen_range(0..8) {
        yield_now().await;
    }
}

pub(crate) fn thread_number() -> usize {
    shuttle::current::me().into()
}
