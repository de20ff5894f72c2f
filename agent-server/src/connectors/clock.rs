//! What time it is.

use std::time::SystemTime;

use tokio::time::Instant;

use super::points::Now;

/// The calendar, and a clock that nobody sets.
#[derive(Debug)]
pub(super) struct Clock(Instant);

impl Clock {
    /// A clock that begins now.
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }

    /// This moment.
    pub(super) fn now(&self) -> Now {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Now {
            unix: since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0)),
            at: self.0.elapsed(),
        }
    }
}
