//! OpenTracing basic tracers: `ot-tracer-*` and `ot-baggage-*` (`ottrace`).
//!
//! <https://github.com/opentracing/basictracer-go>
//!
//! ```
//! use campanile_propagation::formats::ottrace;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert("ot-tracer-traceid", HeaderValue::from_static("a3ce929d0e0e4736"));
//! headers.insert("ot-tracer-spanid", HeaderValue::from_static("00f067aa0ba902b7"));
//! headers.insert("ot-tracer-sampled", HeaderValue::from_static("true"));
//! let span = ottrace::extract(&headers)?.expect("there are ids");
//! assert!(span.is_remote() && span.is_sampled());
//!
//! let received = headers.clone();
//! ottrace::inject(&span, &mut headers);
//! assert_eq!(headers, received);
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! Ids are hex of either case. Without `ot-tracer-sampled` the context is not sampled.
//!
//! # Limits
//!
//! Those who read this format know 64 bits of a trace id, so of a trace that did not come in 128
//! bits by this format only the lower half is sent; where that is zero, nothing is.
//!
//! A baggage value is sent as it is: the format knows no encoding, so a value that is not
//! printable ASCII, or has a space at an end, is left out. So is a name with a capital letter,
//! since the names of headers have no case and it would arrive as another. 64 entries and 8192
//! bytes, names of the headers included, are read and sent; properties of baggage are not.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use super::{Format, FormatPropagator, lone};
use crate::baggage::{Coding, Entries, write_prefixed};
use crate::carrier::{Getter, Setter};
use crate::{ExtractError, Extraction, hex};

/// `ot-tracer-traceid`.
pub const OT_TRACER_TRACE_ID: HeaderName = HeaderName::from_static("ot-tracer-traceid");

/// `ot-tracer-spanid`.
pub const OT_TRACER_SPAN_ID: HeaderName = HeaderName::from_static("ot-tracer-spanid");

/// `ot-tracer-sampled`.
pub const OT_TRACER_SAMPLED: HeaderName = HeaderName::from_static("ot-tracer-sampled");

/// How the names of the headers begin that carry one baggage entry each.
pub const OT_BAGGAGE_PREFIX: &str = "ot-baggage-";

/// A static, not the constants, is looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 3] = [OT_TRACER_TRACE_ID, OT_TRACER_SPAN_ID, OT_TRACER_SAMPLED];

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct OtTrace;

/// The format as an OpenTelemetry propagator.
pub type OtTracePropagator = FormatPropagator<OtTrace>;

/// A trace id that came in 32 digits, so that its readers know as many.
struct Long(TraceId);

impl Format for OtTrace {
    fn name(&self) -> &'static str {
        "ottrace"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn field_prefixes(&self) -> &'static [&'static str] {
        &[OT_BAGGAGE_PREFIX]
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        let baggage = read_baggage(carrier, &mut |error| found.reject(error));
        if !baggage.is_empty() {
            found.add_baggage(baggage);
        }
        if found.has_span() {
            return;
        }
        match read(carrier) {
            Ok(Some((span, is_long))) => {
                if is_long {
                    found.remember(Long(span.trace_id()));
                } else if found.remembered::<Long>().is_some() {
                    found.remember(Long(TraceId::INVALID));
                }
                found.offer_span(span);
            }
            Ok(None) => {}
            Err(error) => found.reject(error),
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        let span = cx.span();
        let span = span.span_context();
        let is_long = cx
            .get::<Long>()
            .is_some_and(|long| long.0 == span.trace_id());
        write(span, is_long, carrier);
        write_prefixed(OT_BAGGAGE_PREFIX, Coding::Plain, cx.baggage(), carrier);
    }
}

/// Reads the remote span context, without allocating.
///
/// # Errors
///
/// What is wrong with the `ot-tracer` headers: any of the `OtTrace` variants. The caller starts a
/// new trace.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    Ok(read(headers)?.map(|(span, _)| span))
}

/// Reads the `ot-baggage` headers. What was dropped is not told; the propagator tells.
#[must_use]
pub fn extract_baggage(headers: &HeaderMap) -> Baggage {
    read_baggage(headers, &mut |_| {})
}

/// Replaces the `ot-tracer` headers; an invalid span context leaves none. The lower half of the
/// trace id is sent.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    for name in &FIELDS {
        headers.remove(name);
    }
    write(span, false, headers);
}

/// Replaces the `ot-baggage` headers; empty baggage leaves none.
pub fn inject_baggage(baggage: &Baggage, headers: &mut HeaderMap) {
    headers.remove_prefix(OT_BAGGAGE_PREFIX);
    write_prefixed(OT_BAGGAGE_PREFIX, Coding::Plain, baggage, headers);
}

/// Reads the span context, and whether its trace id has 32 digits.
fn read(carrier: &dyn Getter) -> Result<Option<(SpanContext, bool)>, ExtractError> {
    let trace = read_one(carrier, &FIELDS[0], parse_trace_id)?;
    let span_id = read_one(carrier, &FIELDS[1], parse_span_id)?;
    let sampled = read_one(carrier, &FIELDS[2], parse_sampled)?;
    match (trace, span_id) {
        (Some((trace_id, is_long)), Some(span_id)) => {
            let flags = TraceFlags::default().with_sampled(sampled == Some(true));
            let span = SpanContext::new(trace_id, span_id, flags, true, TraceState::NONE);
            Ok(Some((span, is_long)))
        }
        (None, None) => Ok(None),
        _ => Err(ExtractError::OtTraceMissingId),
    }
}

fn read_one<T>(
    carrier: &dyn Getter,
    name: &HeaderName,
    parse: impl Fn(&[u8]) -> Result<T, ExtractError>,
) -> Result<Option<T>, ExtractError> {
    lone::read(carrier, name, ExtractError::OtTraceDuplicate, parse)
}

fn parse_trace_id(digits: &[u8]) -> Result<(TraceId, bool), ExtractError> {
    Some(digits)
        .filter(|digits| matches!(digits.len(), 16 | 32))
        .and_then(hex::decode_short_u128)
        .filter(|id| *id != 0)
        .map(|id| (TraceId::from(id), digits.len() == 32))
        .ok_or(ExtractError::OtTraceInvalidTraceId)
}

fn parse_span_id(digits: &[u8]) -> Result<SpanId, ExtractError> {
    Some(digits)
        .filter(|digits| digits.len() == 16)
        .and_then(hex::decode_short_u64)
        .filter(|id| *id != 0)
        .map(SpanId::from)
        .ok_or(ExtractError::OtTraceInvalidSpanId)
}

fn parse_sampled(value: &[u8]) -> Result<bool, ExtractError> {
    match value {
        b"true" | b"1" => Ok(true),
        b"false" | b"0" => Ok(false),
        _ => Err(ExtractError::OtTraceInvalidSampled),
    }
}

fn read_baggage(carrier: &dyn Getter, on_rejection: &mut dyn FnMut(ExtractError)) -> Baggage {
    let mut entries = Entries::new(on_rejection);
    entries.read_prefixed(OT_BAGGAGE_PREFIX, Coding::Plain, carrier);
    entries.finish()
}

fn write(span: &SpanContext, is_long: bool, carrier: &mut dyn Setter) {
    let digits = hex::encode_u128(span.trace_id().to_bytes());
    let trace_id = if is_long { &digits } else { &digits[16..] };
    if !span.is_valid() || trace_id.iter().all(|digit| *digit == b'0') {
        return;
    }
    let span_id = hex::encode_u64(span.span_id().to_bytes());
    let ids = (
        HeaderValue::from_bytes(trace_id),
        HeaderValue::from_bytes(&span_id),
    );
    if let (Ok(trace_id), Ok(span_id)) = ids {
        carrier.set(&FIELDS[0], trace_id);
        carrier.set(&FIELDS[1], span_id);
        let sampled = if span.is_sampled() { "true" } else { "false" };
        carrier.set(&FIELDS[2], HeaderValue::from_static(sampled));
    }
}
