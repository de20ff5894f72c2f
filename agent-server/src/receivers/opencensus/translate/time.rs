//! Times.

use prost_types::Timestamp;

/// Nanoseconds since the Unix epoch; `None` when absent, before the epoch or beyond the year 2554.
pub(super) fn nanos(time: Option<&Timestamp>) -> Option<u64> {
    let time = time?;
    let nanos = i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
    u64::try_from(nanos).ok()
}

/// Start and end of a span. The protocol says: a missing start is the end, a missing end the
/// start, and if both are missing they are now.
pub(super) fn bounds(start: Option<u64>, end: Option<u64>, now: u64) -> (u64, u64) {
    let start_or = start.or(end).unwrap_or(now);
    (start_or, end.unwrap_or(start_or))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_time_is_the_other_one_or_now() {
        assert_eq!(bounds(Some(1), Some(2), 9), (1, 2));
        assert_eq!(bounds(None, Some(2), 9), (2, 2));
        assert_eq!(bounds(Some(1), None, 9), (1, 1));
        assert_eq!(bounds(None, None, 9), (9, 9));
    }

    #[test]
    fn a_time_that_nanoseconds_cannot_hold_is_missing() {
        let at = |seconds, nanos| super::nanos(Some(&Timestamp { seconds, nanos }));
        assert_eq!(at(1, 5), Some(1_000_000_005));
        assert_eq!(at(-1, 0), None);
        assert_eq!(at(i64::MAX, i32::MAX), None);
        assert_eq!(at(i64::MIN, i32::MIN), None);
    }
}
