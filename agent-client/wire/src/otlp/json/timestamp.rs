//! RFC 3339 as a `google.protobuf.Timestamp`.

use crate::protobuf::put_varint;

/// Encodes the time that `text` gives; `None` when it is no RFC 3339 time of the years 1 to 9999.
/// More than nine decimals are cut.
pub(super) fn encoded(text: &str) -> Option<Vec<u8>> {
    let (seconds, nanos) = read(text)?;
    let mut out = Vec::with_capacity(16);
    for (number, value) in [(1_u64, seconds), (2, i64::from(nanos))] {
        if value != 0 {
            put_varint(&mut out, number << 3);
            put_varint(&mut out, value.cast_unsigned());
        }
    }
    Some(out)
}

/// Seconds since the Unix epoch, and nanoseconds.
fn read(text: &str) -> Option<(i64, u32)> {
    let mut scan = Scan(text.as_bytes());
    let year = scan.digits(4)?;
    scan.take(b"-")?;
    let month = scan.digits(2)?;
    scan.take(b"-")?;
    let day = scan.digits(2)?;
    scan.take(b"Tt ")?;
    let hour = scan.digits(2)?;
    scan.take(b":")?;
    let minute = scan.digits(2)?;
    scan.take(b":")?;
    let second = scan.digits(2)?;
    let nanos = match scan.take(b".") {
        Some(_) => scan.fraction()?,
        None => 0,
    };
    let offset = scan.offset()?;
    let valid = scan.0.is_empty()
        && (1..=9999).contains(&year)
        && (1..=days_in(year, month)?).contains(&day)
        && hour <= 23
        && minute <= 59
        // A leap second counts as the one that follows.
        && second <= 60;
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    valid.then_some((seconds, nanos))
}

fn days_in(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

/// Days since the Unix epoch of a date of the Gregorian calendar: a year begins in March here, so
/// that the day that some years add is its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let months_since_march = (month + 9) % 12;
    let day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

struct Scan<'t>(&'t [u8]);

impl Scan<'_> {
    /// Takes one byte out of `any`.
    fn take(&mut self, any: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        any.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let mut value = 0;
        for digit in digits {
            value = value * 10 + i64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        self.0 = rest;
        Some(value)
    }

    fn fraction(&mut self) -> Option<u32> {
        let mut nanos = 0;
        let mut count = 0;
        while let Some(digit) = self.take(b"0123456789") {
            if count < 9 {
                nanos = nanos * 10 + u32::from(digit - b'0');
            }
            count += 1;
        }
        (count > 0).then(|| nanos * 10_u32.pow(9_u32.saturating_sub(count)))
    }

    /// Seconds to take from local time.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.take(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2)?;
        self.take(b":")?;
        let minutes = self.digits(2)?;
        (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn times_are_seconds_and_nanoseconds_since_the_epoch() {
        let table = [
            ("1970-01-01T00:00:00Z", Some((0, 0))),
            ("2018-12-13T14:51:00Z", Some((1_544_712_660, 0))),
            (
                "2018-12-13T14:51:01.500Z",
                Some((1_544_712_661, 500_000_000)),
            ),
            ("2018-12-13t14:51:01.000000001z", Some((1_544_712_661, 1))),
            ("2018-12-13T14:51:01.0000000019Z", Some((1_544_712_661, 1))),
            ("2018-12-13T16:51:01+02:00", Some((1_544_712_661, 0))),
            ("2018-12-13T09:21:01-05:30", Some((1_544_712_661, 0))),
            ("2000-02-29T00:00:00Z", Some((951_782_400, 0))),
            ("1969-12-31T23:59:59.5Z", Some((-1, 500_000_000))),
            ("0001-01-01T00:00:00Z", Some((-62_135_596_800, 0))),
            ("9999-12-31T23:59:59Z", Some((253_402_300_799, 0))),
            ("2100-02-29T00:00:00Z", None),
            ("2018-13-01T00:00:00Z", None),
            ("2018-00-01T00:00:00Z", None),
            ("2018-01-00T00:00:00Z", None),
            ("0000-01-01T00:00:00Z", None),
            ("2018-12-13T24:00:00Z", None),
            ("2018-12-13T14:51:00", None),
            ("2018-12-13T14:51:00.Z", None),
            ("2018-12-13T14:51:00Zx", None),
            ("2018-12-13T14:51:00+2:00", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
