//! Time between attempts to connect.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Lets nobody connect for a while after a connection failed.
#[derive(Debug)]
pub(super) struct Pause {
    length: Duration,
    until: Mutex<Option<Instant>>,
}

impl Pause {
    /// A pause of this length; zero is none.
    pub(super) fn new(length: Duration) -> Self {
        Self {
            length,
            until: Mutex::default(),
        }
    }

    /// Notes that a connection failed.
    pub(super) fn begin(&self) {
        if !self.length.is_zero() {
            let until = Some(Instant::now() + self.length);
            *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
        }
    }

    /// How much of it is left.
    pub(super) fn left(&self) -> Option<Duration> {
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = (*until)?.checked_duration_since(Instant::now());
        let left = left.filter(|left| !left.is_zero());
        if left.is_none() {
            *until = None;
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_ends_after_its_length_and_without_one_never_begins() {
        let second = Duration::from_secs(1);
        let pause = Pause::new(2 * second);
        assert_eq!(pause.left(), None);
        pause.begin();
        tokio::time::advance(second).await;
        assert_eq!(pause.left(), Some(second));
        tokio::time::advance(second).await;
        assert_eq!(pause.left(), None);
        let none = Pause::new(Duration::ZERO);
        none.begin();
        assert_eq!(none.left(), None);
    }
}
