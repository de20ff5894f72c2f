//! A token bucket.

use std::time::Duration;

use tokio::time::Instant;

/// Fills at a rate, up to what it holds, and is full at first.
#[derive(Clone, Debug)]
pub(in super::super) struct Bucket {
    per_second: f64,
    capacity: f64,
    tokens: f64,
    filled: Option<Instant>,
}

impl Bucket {
    /// A bucket that fills with `per_second` tokens and holds `capacity`.
    pub(in super::super) fn new(per_second: u64, capacity: u64) -> Self {
        Self {
            per_second: per_second as f64,
            capacity: capacity as f64,
            tokens: capacity as f64,
            filled: None,
        }
    }

    /// Whether there are `tokens` in it now.
    pub(in super::super) fn has(&mut self, tokens: u64, now: Instant) -> bool {
        let since = self.filled.replace(now).map_or(Duration::ZERO, |filled| {
            now.saturating_duration_since(filled)
        });
        let filled = self.tokens + since.as_secs_f64() * self.per_second;
        self.tokens = filled.min(self.capacity);
        // What the sums lose in the last digits is not worth a token.
        self.tokens + 1e-6 >= tokens as f64
    }

    /// Takes `tokens` out, of which it [has](Self::has) enough.
    pub(in super::super) fn take(&mut self, tokens: u64) {
        self.tokens = (self.tokens - tokens as f64).max(0.0);
    }
}
