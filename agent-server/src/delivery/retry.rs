//! Whether and when a failed attempt is repeated: a pure decision.

use std::time::Duration;

use super::RetrySettings;
use super::ledger::Reason;
use crate::component::ExportError;

/// The longest wait that a destination can ask for: one that names a time far away by mistake must
/// not silence its lane for good.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Try again after the wait.
    Again(Duration),
    /// Give up.
    GiveUp(Reason),
    /// Try the parts.
    Halve,
}

/// The waits between the attempts to deliver one load.
#[derive(Clone, Debug)]
pub(super) struct Backoff<'s> {
    settings: &'s RetrySettings,
    next: Duration,
}

impl<'s> Backoff<'s> {
    pub(super) fn new(settings: &'s RetrySettings) -> Self {
        Self {
            settings,
            next: settings.initial_interval.0,
        }
    }

    /// Decides after an attempt that failed with `error`, `elapsed` after the first one began.
    /// `random` is between 0 and 1.
    pub(super) fn after(&mut self, error: &ExportError, elapsed: Duration, random: f64) -> Verdict {
        let retry_after = match error {
            ExportError::Permanent { .. } => return Verdict::GiveUp(Reason::Permanent),
            ExportError::Refused { .. } => return Verdict::Halve,
            ExportError::Retryable { .. } if !self.settings.enabled => {
                return Verdict::GiveUp(Reason::NotRetried);
            }
            ExportError::Retryable { retry_after, .. } => retry_after.unwrap_or_default(),
        };
        let wait = self.wait(random).max(retry_after.min(MAX_RETRY_AFTER));
        let budget = self.settings.max_elapsed_time.0;
        if !budget.is_zero() && elapsed.saturating_add(wait) > budget {
            return Verdict::GiveUp(Reason::Expired);
        }
        Verdict::Again(wait)
    }

    /// The next wait, spread; the one after it grows up to the longest.
    fn wait(&mut self, random: f64) -> Duration {
        let longest = self.settings.max_interval.0;
        let wait = self.next.min(longest);
        self.next = scale(wait, self.settings.multiplier).min(longest);
        let spread = self.settings.randomization_factor * (2.0 * random - 1.0);
        scale(wait, 1.0 + spread)
    }
}

fn scale(wait: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(wait.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HumanDuration;

    fn later(retry_after: Option<Duration>) -> ExportError {
        ExportError::Retryable {
            message: "later".into(),
            retry_after,
        }
    }

    fn seconds(seconds: f64) -> Verdict {
        Verdict::Again(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn waits_grow_by_the_multiplier_up_to_the_longest() {
        let settings = RetrySettings::default();
        let mut backoff = Backoff::new(&settings);
        let waits: Vec<_> = (0..7)
            .map(|_| backoff.after(&later(None), Duration::ZERO, 0.5))
            .collect();
        let expected = [5.0, 7.5, 11.25, 16.875, 25.3125, 30.0, 30.0].map(seconds);
        assert_eq!(waits, expected);
    }

    #[test]
    fn waits_are_spread_up_and_down_by_the_factor() {
        let settings = RetrySettings::default();
        let spread = |random| Backoff::new(&settings).after(&later(None), Duration::ZERO, random);
        assert_eq!(spread(0.0), seconds(2.5));
        assert_eq!(spread(1.0), seconds(7.5));
    }

    #[test]
    fn the_destinations_wish_counts_where_it_is_longer() {
        let settings = RetrySettings::default();
        let mut backoff = Backoff::new(&settings);
        let after = |backoff: &mut Backoff<'_>, wish| {
            backoff.after(&later(Some(Duration::from_secs(wish))), Duration::ZERO, 0.5)
        };
        assert_eq!(after(&mut backoff, 20), seconds(20.0));
        assert_eq!(after(&mut backoff, 1), seconds(7.5));
        assert_eq!(after(&mut backoff, 1_000_000), seconds(3_600.0));
    }

    #[test]
    fn a_permanent_error_is_given_up_at_once() {
        let settings = RetrySettings::default();
        let error = ExportError::Permanent {
            message: "never".into(),
        };
        let verdict = Backoff::new(&settings).after(&error, Duration::ZERO, 0.5);
        assert_eq!(verdict, Verdict::GiveUp(Reason::Permanent));
    }

    #[test]
    fn without_retries_the_first_failure_is_the_last() {
        let settings = RetrySettings {
            enabled: false,
            ..RetrySettings::default()
        };
        let verdict = Backoff::new(&settings).after(&later(None), Duration::ZERO, 0.5);
        assert_eq!(verdict, Verdict::GiveUp(Reason::NotRetried));
    }

    #[test]
    fn a_wait_that_would_pass_the_budget_is_not_begun() {
        let settings = RetrySettings {
            max_elapsed_time: HumanDuration(Duration::from_secs(10)),
            ..RetrySettings::default()
        };
        let after = |elapsed| {
            Backoff::new(&settings).after(&later(None), Duration::from_secs(elapsed), 0.5)
        };
        assert_eq!(after(5), seconds(5.0));
        assert_eq!(after(6), Verdict::GiveUp(Reason::Expired));
    }
}
