//! The status of a span.

use campanile_wire::otlp::view::{AnyValue, Span};
use campanile_wire::otlp::write::{nested, text};

use super::attributes::Attributes;
use super::field::put_int32;

/// `google.rpc.Code.UNKNOWN`.
const UNKNOWN: i32 = 2;
const KEPT: &str = "opencensus.status_code";
const FORCED: &str = "otel.status_code";

/// Decides the code, appends the `Status` as field `number`, and leaves in `attributes` what it
/// does not say. `writes_own_codes` tells that readers will take the code for OpenTelemetry's.
pub(super) fn put(
    out: &mut Vec<u8>,
    number: u32,
    span: &Span<'_>,
    attributes: &mut Attributes<'_>,
    writes_own_codes: bool,
) {
    let code = code(span, attributes);
    if !writes_own_codes && attributes.int(KEPT) == Some(code.into()) {
        attributes.remove(KEPT);
    }
    let read = if writes_own_codes {
        u64::try_from(code).unwrap_or(2).min(2)
    } else {
        u64::from(code != 0) * 2
    };
    let is_forced = attributes
        .int(FORCED)
        .is_some_and(|code| (0..=2).contains(&code));
    if read != span.status_code || is_forced {
        let forced = i64::try_from(span.status_code).unwrap_or(0);
        attributes.set(FORCED, AnyValue::Int(forced));
    }
    if code != 0 || !span.status_message.is_empty() {
        nested(out, number, |out| {
            put_int32(out, 1, code);
            text(out, 2, span.status_message);
        });
    }
}

/// The code that the span came with, or else what its status and the attributes of its protocol
/// say.
fn code(span: &Span<'_>, attributes: &Attributes<'_>) -> i32 {
    let int = |key| {
        attributes
            .int(key)
            .and_then(|code| i32::try_from(code).ok())
    };
    if let Some(kept) = int(KEPT).filter(|code| *code != 0) {
        return kept;
    }
    if span.status_code != 2 {
        return 0;
    }
    let grpc = int("rpc.grpc.status_code").filter(|code| (1..=16).contains(code));
    let http = || int("http.response.status_code").or_else(|| int("http.status_code"));
    grpc.or_else(|| http().map(of_http)).unwrap_or(UNKNOWN)
}

/// The code that an HTTP status stands for when the span is an error.
fn of_http(status: i32) -> i32 {
    match status {
        400 => 3,
        401 => 16,
        403 => 7,
        404 => 5,
        429 => 8,
        501 => 12,
        503 => 14,
        504 => 4,
        _ => UNKNOWN,
    }
}
