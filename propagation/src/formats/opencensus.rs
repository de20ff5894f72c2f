//! OpenCensus binary: `grpc-trace-bin`, and `grpc-tags-bin` as baggage (`opencensus`).
//!
//! ```
//! use campanile_propagation::formats::opencensus;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! let value = "AABL+S81d7NNpqPOkp0ODkc2ATTwZ6oLqQK3AgE";
//! headers.insert("grpc-trace-bin", HeaderValue::from_static(value));
//! let span = opencensus::extract(&headers)?.expect("there is a header");
//! assert!(span.is_remote() && span.is_sampled());
//!
//! opencensus::inject(&span, &mut headers);
//! assert_eq!(headers["grpc-trace-bin"], value);
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! Both are binary metadata, which HTTP carries as base64: header maps and tonic's `MetadataMap`
//! hold that text, and `MetadataMap::get_bin` gives the bytes. It is sent without padding and read
//! with and without, also where a proxy joined several values with commas. Several values that
//! differ are not believed. The bytes themselves: [`crate::opencensus`](mod@crate::opencensus).
//!
//! A trace id without a span id gives no span context; [`BinaryTraceContext`] tells it.
//!
//! Tags and baggage are not the same: a tag whose key is no token cannot become baggage; baggage
//! whose value is not printable ASCII of up to 255 characters cannot become a tag, and properties
//! neither. Both are left out. Tags too long in sum (8192 bytes) are not sent at all.

use http::{HeaderMap, HeaderName};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::trace::{SpanContext, TraceContextExt};

use super::{Format, FormatPropagator};
use crate::carrier::{Getter, Setter};
use crate::opencensus::{BinaryTraceContext, decode_tags, encode_base64, encode_tags, read_base64};
use crate::{ExtractError, Extraction};

/// `grpc-trace-bin`.
pub const GRPC_TRACE_BIN: HeaderName = HeaderName::from_static("grpc-trace-bin");

/// `grpc-tags-bin`.
pub const GRPC_TAGS_BIN: HeaderName = HeaderName::from_static("grpc-tags-bin");

/// The longest `grpc-trace-bin` that is read, in characters. Today's fields need 39; the rest is
/// room for newer ones.
pub const MAX_TRACE_CHARACTERS: usize = 1024;

/// The longest `grpc-tags-bin` that is read, in characters: 8192 tags of one byte and no value,
/// each in four bytes, and the version, in padded base64.
pub const MAX_TAGS_CHARACTERS: usize = (4 * 8192_usize + 1).div_ceil(3) * 4;

/// A static, not the constants, is looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 2] = [GRPC_TRACE_BIN, GRPC_TAGS_BIN];

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenCensus;

/// The format as an OpenTelemetry propagator.
pub type OpenCensusPropagator = FormatPropagator<OpenCensus>;

impl Format for OpenCensus {
    fn name(&self) -> &'static str {
        "opencensus"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        if !found.has_span() {
            match read_span(carrier) {
                Ok(Some(span)) => found.offer_span(span),
                Ok(None) => {}
                Err(error) => found.reject(error),
            }
        }
        match read_tags(carrier, &mut |error| found.reject(error)) {
            Ok(Some(tags)) if !tags.is_empty() => found.add_baggage(tags),
            Ok(_) => {}
            Err(error) => found.reject(error),
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        write_span(cx.span().span_context(), carrier);
        write_tags(cx.baggage(), carrier);
    }
}

/// Reads the remote span context from `grpc-trace-bin`.
///
/// # Errors
///
/// What is wrong with the header; the caller starts a new trace.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    read_span(headers)
}

/// Replaces `grpc-trace-bin`; an invalid span context leaves none.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    Setter::remove(headers, &FIELDS[0]);
    write_span(span, headers);
}

/// Reads the tags of `grpc-tags-bin`; `None` when there is none. What baggage cannot hold is
/// reported to `on_rejection` and dropped.
///
/// # Errors
///
/// What is wrong with the header; none of its tags is taken.
pub fn extract_tags(
    headers: &HeaderMap,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Result<Option<Baggage>, ExtractError> {
    read_tags(headers, on_rejection)
}

/// Replaces `grpc-tags-bin`; baggage of which nothing can be a tag leaves none.
pub fn inject_tags(baggage: &Baggage, headers: &mut HeaderMap) {
    Setter::remove(headers, &FIELDS[1]);
    write_tags(baggage, headers);
}

fn read_span(carrier: &dyn Getter) -> Result<Option<SpanContext>, ExtractError> {
    let too_long = ExtractError::OpencensusTraceTooLong;
    let Some(bytes) = read_base64(carrier, &FIELDS[0], MAX_TRACE_CHARACTERS, too_long)? else {
        return Ok(None);
    };
    Ok(BinaryTraceContext::parse(&bytes)?.to_span_context())
}

fn read_tags(
    carrier: &dyn Getter,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Result<Option<Baggage>, ExtractError> {
    let too_long = ExtractError::OpencensusTagsTooLong;
    read_base64(carrier, &FIELDS[1], MAX_TAGS_CHARACTERS, too_long)?
        .map(|bytes| decode_tags(&bytes, on_rejection))
        .transpose()
}

fn write_span(span: &SpanContext, carrier: &mut dyn Setter) {
    if let Some(value) = BinaryTraceContext::encode(span).and_then(|bytes| encode_base64(&bytes)) {
        carrier.set(&FIELDS[0], value);
    }
}

fn write_tags(baggage: &Baggage, carrier: &mut dyn Setter) {
    if let Some(value) = encode_tags(baggage).and_then(|bytes| encode_base64(&bytes)) {
        carrier.set(&FIELDS[1], value);
    }
}
