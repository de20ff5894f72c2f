//! An end to tests that hang.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Runs a test and ends the process, with a message, if that takes longer than it ever should: a
/// thread that hangs cannot be ended by itself.
pub(crate) fn watched<T>(what: &str, test: impl FnOnce() -> T) -> T {
    watched_for(Duration::from_secs(30), what, test)
}

pub(crate) fn watched_for<T>(limit: Duration, what: &str, test: impl FnOnce() -> T) -> T {
    let (done, wait) = mpsc::channel::<()>();
    let what = what.to_owned();
    thread::spawn(move || {
        if wait.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            eprintln!("{what} hangs");
            std::process::abort();
        }
    });
    let result = test();
    drop(done);
    result
}
