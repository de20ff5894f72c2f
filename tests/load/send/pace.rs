//! When requests are due, and how long they took.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// When requests are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    started: Instant,
    a_second: Option<f64>,
}

impl Pace {
    /// So many requests a second from now on, or each as soon as there is a connection for it.
    pub(super) fn new(a_second: Option<f64>) -> Self {
        Self {
            started: Instant::now(),
            a_second,
        }
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Waits until the request `index` is due, and returns when that was: at a given rate a
    /// request that is late because others were slow has been waiting since then.
    pub(super) async fn wait(&self, index: u64) -> Instant {
        let Some(a_second) = self.a_second else {
            return Instant::now();
        };
        let due = self.started + Duration::from_secs_f64(index as f64 / a_second);
        if due > Instant::now() {
            tokio::time::sleep_until(due.into()).await;
        }
        due
    }
}

/// The times that requests took, in microseconds.
#[derive(Debug, Default)]
pub(super) struct Latencies(Vec<u32>);

impl Latencies {
    pub(super) fn add(&mut self, latency: Duration) {
        self.0
            .push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Milliseconds: the median, the 99th percentile and the longest. `null` if there are none.
    pub(super) fn to_json(&self) -> Value {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let of = |per_mille: usize| {
            let rank = (sorted.len() * per_mille).div_ceil(1_000);
            let found = sorted.get(rank.checked_sub(1)?)?;
            Some(f64::from(*found) / 1_000.0)
        };
        json!({ "p50": of(500), "p99": of(990), "max": of(1_000) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_added() {
        let mut latencies = Latencies::default();
        for millis in 1..=200 {
            latencies.add(Duration::from_millis(millis));
        }
        let expected = json!({ "p50": 100.0, "p99": 198.0, "max": 200.0 });
        assert_eq!(latencies.to_json(), expected);
        let none = json!({ "p50": null, "p99": null, "max": null });
        assert_eq!(Latencies::default().to_json(), none);
    }
}
