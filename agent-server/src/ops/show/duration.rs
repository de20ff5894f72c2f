//! Durations with three digits: `1.23ms`, `45.6s`, `12m 3s`.

/// A duration given in nanoseconds.
#[must_use]
pub fn duration(nanos: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    let seconds = nanos / 1_000_000_000;
    match seconds {
        86_400.. => return format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3_600),
        3_600.. => return format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
        60.. => return format!("{}m {}s", seconds / 60, seconds % 60),
        _ => {}
    }
    let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| nanos >= *unit) else {
        return format!("{nanos}ns");
    };
    // In hundredths, cut rather than rounded: 999.99us must not read as 1000us.
    let hundredths = nanos / (unit / 100).max(1);
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match whole {
        100.. => format!("{whole}{name}"),
        10.. => format!("{whole}.{}{name}", part / 10),
        _ => format!("{whole}.{part:02}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_show_three_digits_and_their_unit() {
        let cases = [
            (0, "0ns"),
            (999, "999ns"),
            (1_000, "1.00us"),
            (999_999, "999us"),
            (1_234_567, "1.23ms"),
            (12_345_678, "12.3ms"),
            (59_999_999_999, "59.9s"),
            (60_000_000_000, "1m 0s"),
            (3_723_000_000_000, "1h 2m"),
            (u64::MAX, "213503d 23h"),
        ];
        for (nanos, expected) in cases {
            assert_eq!(duration(nanos), expected);
        }
    }
}
