//! The `Retry-After` header.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// What the headers of an answer ask for; `None` where that cannot be read either.
pub(crate) fn of(headers: &HeaderMap) -> Option<Duration> {
    parse(headers.get(RETRY_AFTER)?.to_str().ok()?, Timestamp::now())
}

/// Reads seconds, or a date that is compared with `now`; a date that has passed is no wait.
///
/// Specification: <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>.
fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTimeParser::new().parse_timestamp(value.trim()).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now: Timestamp = "2026-11-21T08:00:00Z".parse().expect("a time");
        let table = [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("Sat, 21 Nov 2026 08:01:30 GMT", Some(90)),
            ("Sat, 21 Nov 2026 07:00:00 GMT", Some(0)),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ];
        for (value, expected) in table {
            assert_eq!(
                parse(value, now),
                expected.map(Duration::from_secs),
                "{value:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_value_does_harm(value: String) {
            let _ = parse(&value, Timestamp::UNIX_EPOCH);
        }
    }
}
