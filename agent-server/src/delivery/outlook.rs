//! When to say that a destination fails, and when that it works again: a pure decision.

use std::time::Duration;

use tokio::time::Instant;

/// How long a lane stays silent after it has spoken: a destination that fails every other time
/// must not fill the log.
const SILENCE: Duration = Duration::from_secs(30);

/// What is worth a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The destination has begun to fail.
    Fails,
    /// The destination works again, after failing for so long.
    Works(Duration),
}

/// How a lane sees its destination.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    failing_since: Option<Instant>,
    /// Whether the present failure has been spoken of.
    announced: bool,
    spoken: Option<Instant>,
}

impl Outlook {
    /// Notes how an attempt went; says what to log, if anything.
    pub(super) fn note(&mut self, worked: bool, now: Instant) -> Option<Change> {
        if worked {
            self.works(now)
        } else {
            self.fails(now)
        }
    }

    fn fails(&mut self, now: Instant) -> Option<Change> {
        self.failing_since.get_or_insert(now);
        let silent = self
            .spoken
            .is_some_and(|spoken| now.duration_since(spoken) < SILENCE);
        if self.announced || silent {
            return None;
        }
        self.announced = true;
        self.spoken = Some(now);
        Some(Change::Fails)
    }

    fn works(&mut self, now: Instant) -> Option<Change> {
        let since = self.failing_since.take()?;
        if !std::mem::take(&mut self.announced) {
            return None;
        }
        self.spoken = Some(now);
        Some(Change::Works(now.duration_since(since)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_once() {
        let (mut outlook, start) = (Outlook::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(outlook.note(true, at(0)), None);
        assert_eq!(outlook.note(false, at(1)), Some(Change::Fails));
        assert_eq!(outlook.note(false, at(2)), None);
        let works = Change::Works(Duration::from_secs(60));
        assert_eq!(outlook.note(true, at(61)), Some(works));
        assert_eq!(outlook.note(true, at(62)), None);
    }

    #[test]
    fn a_destination_that_flaps_is_told_of_once_in_a_while() {
        let (mut outlook, start) = (Outlook::default(), Instant::now());
        let lines = (0..100_u64)
            .filter_map(|second| outlook.note(second % 2 == 1, start + Duration::from_secs(second)))
            .count();
        assert_eq!(lines, 8, "a pair at 0 s, 32 s, 64 s and 96 s");
    }

    #[test]
    fn a_failure_that_began_in_silence_is_told_of_when_it_lasts() {
        let (mut outlook, start) = (Outlook::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        outlook.note(false, at(0));
        outlook.note(true, at(1));
        assert_eq!(outlook.note(false, at(2)), None);
        assert_eq!(outlook.note(false, at(31)), Some(Change::Fails));
    }
}
