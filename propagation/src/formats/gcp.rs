//! Google Cloud Trace: `X-Cloud-Trace-Context` (`gcp`).
//!
//! <https://cloud.google.com/trace/docs/trace-context>
//!
//! ```
//! use campanile_propagation::formats::gcp;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! let value = "105445aa7843bc8bf206b12000100000/123;o=1";
//! headers.insert("x-cloud-trace-context", HeaderValue::from_static(value));
//! let span = gcp::extract(&headers)?.expect("there is a header");
//! assert_eq!(span.span_id().to_string(), "000000000000007b");
//!
//! gcp::inject(&span, &mut headers);
//! assert_eq!(headers["x-cloud-trace-context"], value);
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! The span id is decimal. Bit 0 of `o` is the sampled flag, the others are ignored. Without `o`
//! the decision is deferred (implementations differ in how they read it): the span context is not
//! sampled, [`crate::sampling`] tells, and what is passed on unchanged has no `o` either.

use std::io::{Cursor, Write as _};

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceId, TraceState};

use super::{Format, FormatPropagator, lone, remove_stale};
use crate::carrier::{Getter, Setter};
use crate::sampling::{self, Sampling};
use crate::{ExtractError, Extraction, hex};

/// `X-Cloud-Trace-Context`.
pub const X_CLOUD_TRACE_CONTEXT: HeaderName = HeaderName::from_static("x-cloud-trace-context");

/// The most bytes of the header that are read.
pub const MAX_BYTES: usize = 200;

/// A static, not the constant, is looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 1] = [X_CLOUD_TRACE_CONTEXT];

/// The longest header that is sent: 32 digits, a slash, 20 digits, `;o=` and a digit.
const LONGEST: usize = 57;

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloudTrace;

/// The format as an OpenTelemetry propagator.
pub type CloudTracePropagator = FormatPropagator<CloudTrace>;

impl Format for CloudTrace {
    fn name(&self) -> &'static str {
        "gcp"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        if found.has_span() {
            return;
        }
        match read(carrier) {
            Ok(Some((span, sampling))) => found.offer_span_with(span, sampling),
            Ok(None) => {}
            Err(error) => found.reject(error),
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        let span = cx.span();
        let span = span.span_context();
        let is_deferred = sampling::of(cx, span) == Sampling::Defer;
        write(span, is_deferred, carrier);
    }
}

/// Reads the remote span context, without allocating.
///
/// # Errors
///
/// What is wrong with the header: any of the `CloudTrace` variants. The caller starts a new trace.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    Ok(read(headers)?.map(|(span, _)| span))
}

/// Replaces `X-Cloud-Trace-Context`; an invalid span context leaves none.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    remove_stale(&CloudTrace, headers);
    write(span, false, headers);
}

fn read(carrier: &dyn Getter) -> Result<Option<(SpanContext, Sampling)>, ExtractError> {
    let duplicate = ExtractError::CloudTraceDuplicate;
    lone::read(carrier, &FIELDS[0], duplicate, parse)
}

fn parse(value: &[u8]) -> Result<(SpanContext, Sampling), ExtractError> {
    if value.len() > MAX_BYTES {
        return Err(ExtractError::CloudTraceTooLong);
    }
    let (trace_id, rest) = split_once(value, b'/').ok_or(ExtractError::CloudTraceMalformed)?;
    let (span_id, options) = match split_once(rest, b';') {
        Some((span_id, options)) => (span_id, Some(options)),
        None => (rest, None),
    };
    let trace_id = Some(trace_id)
        .filter(|digits| digits.len() == 32)
        .and_then(hex::decode_short_u128)
        .filter(|id| *id != 0)
        .ok_or(ExtractError::CloudTraceInvalidTraceId)?;
    let span_id = parse_decimal(span_id)
        .filter(|id| *id != 0)
        .ok_or(ExtractError::CloudTraceInvalidSpanId)?;
    let sampling = match options {
        None => Sampling::Defer,
        Some(options) => parse_options(options)?,
    };
    let (trace_id, span_id) = (TraceId::from(trace_id), SpanId::from(span_id));
    let flags = sampling.to_flags();
    let span = SpanContext::new(trace_id, span_id, flags, true, TraceState::NONE);
    Ok((span, sampling))
}

fn parse_options(options: &[u8]) -> Result<Sampling, ExtractError> {
    let bits = options.strip_prefix(b"o=").and_then(parse_decimal);
    match bits.ok_or(ExtractError::CloudTraceInvalidOptions)? & 1 {
        0 => Ok(Sampling::Deny),
        _ => Ok(Sampling::Accept),
    }
}

/// Reads digits only; the standard library would also read a `+`.
fn parse_decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

fn split_once(value: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let place = value.iter().position(|byte| *byte == separator)?;
    Some((value.get(..place)?, value.get(place + 1..)?))
}

fn write(span: &SpanContext, is_deferred: bool, carrier: &mut dyn Setter) {
    if !span.is_valid() {
        return;
    }
    let mut text = Cursor::new([0; LONGEST]);
    let span_id = u64::from_be_bytes(span.span_id().to_bytes());
    let options = match (is_deferred, span.is_sampled()) {
        (true, _) => "",
        (false, true) => ";o=1",
        (false, false) => ";o=0",
    };
    let written = text
        .write_all(&hex::encode_u128(span.trace_id().to_bytes()))
        .and_then(|()| write!(text, "/{span_id}{options}"));
    let length = usize::try_from(text.position()).unwrap_or(LONGEST);
    let text = text.get_ref().get(..length).unwrap_or_default();
    if let (Ok(()), Ok(value)) = (written, HeaderValue::from_bytes(text)) {
        carrier.set(&FIELDS[0], value);
    }
}
