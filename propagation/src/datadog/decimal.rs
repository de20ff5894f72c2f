//! Decimal numbers, more strictly than `str::parse`, which takes a plus sign.

/// A 64-bit id. Tracers that have no unsigned numbers send the negative number of the same bits.
pub(crate) fn id(text: &[u8]) -> Option<u64> {
    let text = checked(text)?;
    if text.starts_with('-') {
        text.parse::<i64>().ok().map(i64::cast_unsigned)
    } else {
        text.parse().ok()
    }
}

/// A sampling priority: -1 and 0 reject, 1 and 2 keep; other numbers are possible.
pub(crate) fn priority(text: &[u8]) -> Option<i32> {
    checked(text)?.parse().ok()
}

/// At most one minus and then digits, no more of them than 64 bits can have.
fn checked(text: &[u8]) -> Option<&str> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let valid = (1..=20).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    str::from_utf8(text).ok().filter(|_| valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_64_bits_hold_signed_or_not() {
        let cases: [(&[u8], Option<u64>); 12] = [
            (b"0", Some(0)),
            (b"18446744073709551615", Some(u64::MAX)),
            (b"18446744073709551616", None),
            (b"-1", Some(u64::MAX)),
            (b"-9223372036854775808", Some(1 << 63)),
            (b"-9223372036854775809", None),
            (b"007", Some(7)),
            (b"000000000000000000007", None),
            (b"+7", None),
            (b"--7", None),
            (b"-", None),
            (b"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(id(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_priority_is_a_signed_number() {
        let cases: [(&[u8], Option<i32>); 6] = [
            (b"-1", Some(-1)),
            (b"2", Some(2)),
            (b"+1", None),
            (b"1.0", None),
            (b"2147483648", None),
            (b"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(priority(text), expected, "{text:?}");
        }
    }
}
