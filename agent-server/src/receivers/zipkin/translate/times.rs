//! Start and end.

use campanile_wire::otlp::write::{Scalar, fixed64};
use campanile_wire::zipkin::Span;

use super::endpoints::extra;

/// Writes start and end, and what of them does not fit.
pub(super) fn times(out: &mut Vec<u8>, span: &Span<'_>) {
    let start = span.timestamp.checked_mul(1_000);
    let duration = span.duration.checked_mul(1_000);
    let end = duration.and_then(|duration| start.unwrap_or(0).checked_add(duration));
    let (start_or, end_or) = (start.unwrap_or(0), end.or(start).unwrap_or(0));
    fixed64(out, 7, start_or);
    fixed64(out, 8, end_or);
    if start_or == 0 {
        let key = "otel.zipkin.absentField.startTime";
        extra(out, span, key, key, Scalar::Bool(true));
    }
    for (fits, key, value) in [
        (start.is_some(), "zipkin.timestamp", span.timestamp),
        (end.is_some(), "zipkin.duration", span.duration),
    ] {
        if !fits {
            extra(out, span, key, key, Scalar::Text(&value.to_string()));
        }
    }
}
