//! Numbers as pages have them.

use std::fmt::Write as _;

/// Writes a value.
pub(super) fn value(out: &mut String, value: f64) {
    let _ = match value {
        value if value.is_nan() => write!(out, "NaN"),
        f64::INFINITY => write!(out, "+Inf"),
        f64::NEG_INFINITY => write!(out, "-Inf"),
        value if plain(value) => write!(out, "{value}"),
        value => write!(out, "{value:e}"),
    };
}

/// Writes a bound or quantile: OpenMetrics wants a point in it.
pub(super) fn bound(out: &mut String, bound: f64, is_open_metrics: bool) {
    let start = out.len();
    value(out, bound);
    let is_whole = |c: char| c.is_ascii_digit() || c == '-';
    let written = out.get(start..).unwrap_or_default();
    if is_open_metrics && written.chars().all(is_whole) {
        out.push_str(".0");
    }
}

/// Writes nanoseconds as seconds.
pub(super) fn seconds(out: &mut String, unix_nano: u64) {
    let (seconds, millis) = (unix_nano / 1_000_000_000, unix_nano / 1_000_000 % 1_000);
    let _ = write!(out, "{seconds}.{millis:03}");
}

/// Whether a value is short without an exponent.
fn plain(value: f64) -> bool {
    value == 0.0 || (1e-6..1e21).contains(&value.abs())
}
