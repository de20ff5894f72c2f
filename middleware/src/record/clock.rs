//! One clock for a span and the metrics of the same request.

use std::time::{Duration, Instant, SystemTime};

/// How long ago a request may have started before it reached the layer.
const MAX_QUEUED: Duration = Duration::from_secs(24 * 60 * 60);

/// When a request started, on both clocks: the wall's for the span, the steady one for durations.
///
/// The end of the span is its start and the duration, so a clock that is set in between makes no
/// negative or absurd durations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Started {
    wall: SystemTime,
    steady: Instant,
    /// How long the request had waited before it was seen.
    queued: Duration,
}

impl Started {
    pub(crate) fn now() -> Self {
        Self {
            wall: SystemTime::now(),
            steady: Instant::now(),
            queued: Duration::ZERO,
        }
    }

    /// The same, for a request that started at `time` already, if that can be believed.
    #[must_use]
    pub(crate) fn since(self, time: SystemTime) -> Self {
        match self.wall.duration_since(time) {
            Ok(queued) if queued <= MAX_QUEUED => Self {
                wall: time,
                queued,
                ..self
            },
            _ => self,
        }
    }

    /// When the span starts.
    pub(crate) fn time(self) -> SystemTime {
        self.wall
    }

    /// How long the request has taken until now.
    pub(crate) fn elapsed(self) -> Duration {
        self.steady.elapsed() + self.queued
    }

    /// When the span ends that took `duration`.
    pub(crate) fn end(self, duration: Duration) -> SystemTime {
        self.wall.checked_add(duration).unwrap_or(self.wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_the_future_or_long_ago_is_not_believed() {
        let now = Started::now();
        let earlier = now.time() - Duration::from_secs(5);
        assert_eq!(now.since(earlier).time(), earlier);
        assert!(now.since(earlier).elapsed() >= Duration::from_secs(5));
        for absurd in [now.time() + Duration::from_secs(1), SystemTime::UNIX_EPOCH] {
            assert_eq!(now.since(absurd).time(), now.time());
        }
    }

    #[test]
    fn the_end_is_the_start_and_the_duration() {
        let started = Started::now();
        let end = started.end(Duration::from_millis(7));
        assert_eq!(
            end.duration_since(started.time()).unwrap(),
            Duration::from_millis(7)
        );
        assert_eq!(started.end(Duration::MAX), started.time());
    }
}
