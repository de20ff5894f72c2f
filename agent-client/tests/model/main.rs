//! The queue and the requests under a model checker.
//!
//! The very files of the client are built a second time here, on primitives of which `shuttle`
//! decides which thread goes on at each step. It tries thousands of orders, some at random and some
//! with few but well-placed changes of thread (PCT). Where nobody can go on, somebody was not woken:
//! that is reported as a deadlock, because no wait ends by its timeout here. A failure prints the
//! order of steps; `shuttle::replay` repeats it.
//!
//! # Limits
//!
//! Atomics behave as if all were `SeqCst`. What is `Relaxed` in the queue is so because locks order
//! it; the comments there say which.

// Said so that the whole binary counts as a test, its helpers too.
#![cfg(test)]

#[expect(
    dead_code,
    unreachable_pub,
    reason = "the library uses what a model does not, and exports some of it"
)]
#[path = "../../src/queue/mod.rs"]
mod queue;
#[path = "../../src/shutdown.rs"]
mod shutdown;
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the library uses what a model does not, and exports some of it"
)]
#[path = "../../src/stats.rs"]
mod stats;
mod sync;

mod client;
mod items;
mod requests;

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

/// Orders tried by each of the two schedulers. With these, the models fail for all of two dozen
/// mistakes put into the code on purpose, and take some seconds.
const ORDERS: usize = 1_000;
/// Changes of thread that PCT places: most races need two, some three.
const CHANGES: usize = 3;

/// Runs a model in many orders.
fn check(model: impl Fn() + Send + Sync + Copy + 'static) {
    let mut config = Config::new();
    config.silence_warnings = true;
    Runner::new(RandomScheduler::new(ORDERS), config.clone()).run(model);
    Runner::new(PctScheduler::new(CHANGES, ORDERS), config).run(model);
}
