//! Numbers and times.

const NANOS: i128 = 1_000_000_000;

/// A value: decimal, or `Inf`, `Infinity` and `NaN` in any case.
pub(super) fn value(token: &str) -> Option<f64> {
    let decimal = |byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    if token.bytes().all(decimal) {
        return token.parse().ok();
    }
    if token.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    let (sign, word) = match token.strip_prefix('-') {
        Some(word) => (-1.0, word),
        None => (1.0, token.strip_prefix('+').unwrap_or(token)),
    };
    let infinite = word.eq_ignore_ascii_case("inf") || word.eq_ignore_ascii_case("infinity");
    infinite.then_some(sign * f64::INFINITY)
}

/// A time in seconds, in nanoseconds. What is out of range is the end of the range.
pub(super) fn seconds(token: &str) -> Option<i64> {
    if let Some(exact) = exact(token) {
        return Some(exact);
    }
    let seconds = value(token).filter(|seconds| seconds.is_finite())?;
    Some((seconds * 1e9) as i64)
}

/// A time in whole milliseconds, in nanoseconds.
pub(super) fn millis(token: &str) -> Option<i64> {
    let millis: i64 = token.parse().ok()?;
    Some(millis.saturating_mul(1_000_000))
}

/// Digits, and behind a point some more: a double would round nanoseconds away.
fn exact(token: &str) -> Option<i64> {
    let (negative, digits) = match token.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, token.strip_prefix('+').unwrap_or(token)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let digit = |byte: u8| i128::from(byte - b'0');
    let seconds = whole.bytes().fold(0_i128, |sum, byte| {
        sum.saturating_mul(10).saturating_add(digit(byte))
    });
    let padded = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = padded.fold(0, |sum, byte| sum * 10 + digit(byte));
    let total = seconds.saturating_mul(NANOS).saturating_add(nanos);
    let total = if negative { -total } else { total };
    let clamped = total.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    i64::try_from(clamped).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decimal_or_one_of_the_words() {
        let cases = [
            ("1", 1.0),
            ("-0.5", -0.5),
            ("0001.2e-1", 0.12),
            (".5", 0.5),
            ("5.", 5.0),
            ("+Inf", f64::INFINITY),
            ("inf", f64::INFINITY),
            ("-INFINITY", f64::NEG_INFINITY),
        ];
        for (token, expected) in cases {
            assert_eq!(value(token), Some(expected), "{token}");
        }
        assert!(value("nan").is_some_and(f64::is_nan));
        for token in [
            "", "-", "a", "0x1", "0x1p-3", "1_2", "0b1", "+nan", "1 ", "in", "--1",
        ] {
            assert_eq!(value(token), None, "{token}");
        }
    }

    #[test]
    fn times_keep_their_nanoseconds_and_stay_in_range() {
        assert_eq!(
            seconds("1700000000.123456789"),
            Some(1_700_000_000_123_456_789)
        );
        assert_eq!(seconds("-1.5"), Some(-1_500_000_000));
        assert_eq!(seconds("0.0000000019"), Some(1));
        assert_eq!(seconds("1.5e3"), Some(1_500_000_000_000));
        assert_eq!(seconds("12345678901234567890.1"), Some(i64::MAX));
        assert_eq!(seconds("1e300"), Some(i64::MAX));
        for token in ["", ".", "NaN", "Inf", "1z", "1.1.1", "1_2"] {
            assert_eq!(seconds(token), None, "{token}");
        }
        assert_eq!(millis("-5"), Some(-5_000_000));
        assert_eq!(millis("9223372036854775807"), Some(i64::MAX));
        assert_eq!(millis("1.5"), None);
    }
}
