//! Points in time, in UTC.

use jiff::Timestamp;

/// A point in time given in nanoseconds since the Unix epoch, to the millisecond:
/// `2026-11-21T20:00:00.000Z`. Times that no calendar has show as the number.
#[must_use]
pub fn time(unix_nanos: u64) -> String {
    match Timestamp::from_nanosecond(i128::from(unix_nanos)) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => format!("{unix_nanos}ns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_to_the_millisecond() {
        assert_eq!(time(1_795_291_200_123_999_999), "2026-11-21T20:00:00.123Z");
        assert_eq!(time(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(time(u64::MAX), "2554-07-21T23:34:33.709Z");
    }
}
