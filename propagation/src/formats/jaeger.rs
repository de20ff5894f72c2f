//! Jaeger: `uber-trace-id` and `uberctx-*` (`jaeger`).
//!
//! <https://www.jaegertracing.io/sdk-migration/#propagation-format>
//!
//! ```
//! use campanile_propagation::formats::jaeger;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! let value = "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1";
//! headers.insert("uber-trace-id", HeaderValue::from_static(value));
//! let span = jaeger::extract(&headers)?.expect("there is a header");
//! assert!(span.is_remote() && span.is_sampled());
//!
//! jaeger::inject(&span, &mut headers);
//! assert_eq!(headers["uber-trace-id"], value);
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! # Reading
//!
//! Ids are hex of either case, and may be short: zeros are filled in. The parent id is ignored and
//! sent as `0`. The flags are hex: 1 sampled, 2 debug (only with 1), 8 firehose. The header may be
//! percent-encoded. Baggage is in one `uberctx-` header per entry, and, written by hand, in
//! `jaeger-baggage: k1=v1, k2=v2`. `jaeger-debug-id`, where there is no trace yet, asks for one
//! that is debugged, whose root should be tagged with the text: [`debug_id`].
//!
//! # Beyond the sampled flag
//!
//! Debug is kept and sent on as [`crate::sampling`] says; firehose too, while the trace id is
//! unchanged.
//!
//! # Limits
//!
//! A baggage name with a capital letter is not sent, since the names of headers have no case and
//! it would arrive as another; values are percent-encoded (when reading, a `+` is a space, as some
//! senders write it). What is not ASCII is refused, in a debug id too, since carriers show it
//! differently. 64 entries and 8192 bytes, names of the headers included, are read and sent;
//! properties of baggage are not. Of `uber-trace-id` and `jaeger-debug-id` 256 bytes are read.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceId, TraceState};
use percent_encoding::percent_decode;

use super::{Format, FormatPropagator, lone};
use crate::baggage::{Coding, Entries, write_prefixed};
use crate::carrier::{Getter, Setter};
use crate::sampling::{self, Sampling};
use crate::{ExtractError, Extraction, hex};

/// `uber-trace-id`.
pub const UBER_TRACE_ID: HeaderName = HeaderName::from_static("uber-trace-id");

/// `jaeger-baggage`, which is read and never sent.
pub const JAEGER_BAGGAGE: HeaderName = HeaderName::from_static("jaeger-baggage");

/// `jaeger-debug-id`, which is read and never sent: the debug flag says it to those behind us.
pub const JAEGER_DEBUG_ID: HeaderName = HeaderName::from_static("jaeger-debug-id");

/// How the names of the headers begin that carry one baggage entry each.
pub const UBERCTX_PREFIX: &str = "uberctx-";

/// The most bytes of `uber-trace-id`, and of `jaeger-debug-id`, that are read.
pub const MAX_BYTES: usize = 256;

/// Statics, not the constants, are looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 1] = [UBER_TRACE_ID];
static ONLY_READ: [HeaderName; 2] = [JAEGER_BAGGAGE, JAEGER_DEBUG_ID];

const SAMPLED: u8 = 1;
const DEBUG: u8 = 2;
const FIREHOSE: u8 = 8;

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jaeger;

/// The format as an OpenTelemetry propagator.
pub type JaegerPropagator = FormatPropagator<Jaeger>;

/// A trace that came with the firehose flag.
struct Firehose(TraceId);

/// The text of `jaeger-debug-id`.
struct DebugId(String);

/// What `uber-trace-id` says.
struct Incoming {
    span: SpanContext,
    sampling: Sampling,
    firehose: bool,
}

impl Format for Jaeger {
    fn name(&self) -> &'static str {
        "jaeger"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn field_prefixes(&self) -> &'static [&'static str] {
        &[UBERCTX_PREFIX]
    }

    fn fields_only_read(&self) -> &'static [HeaderName] {
        &ONLY_READ
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
            Ok(Some(incoming)) => {
                if incoming.firehose {
                    found.remember(Firehose(incoming.span.trace_id()));
                } else if found.remembered::<Firehose>().is_some() {
                    found.remember(Firehose(TraceId::INVALID));
                }
                found.offer_span_with(incoming.span, incoming.sampling);
                return;
            }
            Ok(None) => {}
            Err(error) => found.reject(error),
        }
        match read_debug_id(carrier) {
            Ok(Some(debug_id)) => {
                found.offer_sampling(Sampling::Debug);
                found.remember(debug_id);
            }
            Ok(None) => {}
            Err(error) => found.reject(error),
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        let span = cx.span();
        let span = span.span_context();
        let firehose = cx
            .get::<Firehose>()
            .is_some_and(|firehose| firehose.0 == span.trace_id());
        write(span, sampling::of(cx, span), firehose, carrier);
        write_prefixed(UBERCTX_PREFIX, Coding::Percent, cx.baggage(), carrier);
    }
}

/// Reads the remote span context, without allocating.
///
/// # Errors
///
/// What is wrong with `uber-trace-id`: any of the `Jaeger` variants but
/// [`ExtractError::JaegerInvalidDebugId`]. The caller starts a new trace.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    Ok(read(headers)?.map(|incoming| incoming.span))
}

/// Reads the `uberctx-` headers and `jaeger-baggage`; of a name that is in both, the former counts.
///
/// What was dropped is not told; the propagator tells.
#[must_use]
pub fn extract_baggage(headers: &HeaderMap) -> Baggage {
    read_baggage(headers, &mut |_| {})
}

/// The text of the `jaeger-debug-id` for which a new trace is debugged: an attribute for its root.
#[must_use]
pub fn debug_id(cx: &Context) -> Option<&str> {
    let debug_id = cx.get::<DebugId>()?;
    (sampling::alone(cx) == Some(Sampling::Debug)).then_some(debug_id.0.as_str())
}

/// Replaces `uber-trace-id`, and removes `jaeger-debug-id`; an invalid span context leaves
/// neither.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    headers.remove(&FIELDS[0]);
    headers.remove(&ONLY_READ[1]);
    let sampling = Sampling::of_flags(span.trace_flags());
    write(span, sampling, false, headers);
}

/// Replaces the `uberctx-` headers and `jaeger-baggage`; empty baggage leaves none.
pub fn inject_baggage(baggage: &Baggage, headers: &mut HeaderMap) {
    headers.remove(&ONLY_READ[0]);
    headers.remove_prefix(UBERCTX_PREFIX);
    write_prefixed(UBERCTX_PREFIX, Coding::Percent, baggage, headers);
}

fn read(carrier: &dyn Getter) -> Result<Option<Incoming>, ExtractError> {
    let duplicate = ExtractError::JaegerDuplicate;
    lone::read(carrier, &FIELDS[0], duplicate, decode)
}

/// Reads the header where it lies, or decoded into a place of its own.
fn decode(value: &[u8]) -> Result<Incoming, ExtractError> {
    if value.len() > MAX_BYTES {
        return Err(ExtractError::JaegerMalformed);
    }
    if !value.contains(&b'%') {
        return parse(value);
    }
    let mut decoded = [0; MAX_BYTES];
    let mut length = 0;
    for (place, byte) in decoded.iter_mut().zip(percent_decode(value)) {
        *place = byte;
        length += 1;
    }
    parse(decoded.get(..length).unwrap_or_default())
}

fn parse(value: &[u8]) -> Result<Incoming, ExtractError> {
    let mut fields = value.split(|byte| *byte == b':');
    let mut next = || fields.next();
    let (Some(trace_id), Some(span_id), Some(_parent), Some(flags), None) =
        (next(), next(), next(), next(), next())
    else {
        return Err(ExtractError::JaegerMalformed);
    };
    let trace_id = hex::decode_short_u128(trace_id)
        .filter(|id| *id != 0)
        .ok_or(ExtractError::JaegerInvalidTraceId)?;
    let span_id = hex::decode_short_u64(span_id)
        .filter(|id| *id != 0)
        .ok_or(ExtractError::JaegerInvalidSpanId)?;
    let flags = parse_flags(flags).ok_or(ExtractError::JaegerInvalidFlags)?;
    let sampling = match (flags & SAMPLED != 0, flags & DEBUG != 0) {
        (true, true) => Sampling::Debug,
        (true, false) => Sampling::Accept,
        (false, _) => Sampling::Deny,
    };
    let (trace_id, span_id) = (TraceId::from(trace_id), SpanId::from(span_id));
    Ok(Incoming {
        span: SpanContext::new(
            trace_id,
            span_id,
            sampling.to_flags(),
            true,
            TraceState::NONE,
        ),
        sampling,
        firehose: flags & FIREHOSE != 0,
    })
}

/// Reads a hex number of one byte, with as many zeros before it as fit.
fn parse_flags(digits: &[u8]) -> Option<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let number = digits.get(zeros..)?;
    if number.is_empty() && zeros > 0 {
        return Some(0);
    }
    u8::try_from(hex::decode_short_u64(number)?).ok()
}

fn read_debug_id(carrier: &dyn Getter) -> Result<Option<DebugId>, ExtractError> {
    let duplicate = ExtractError::JaegerDuplicate;
    lone::read(
        carrier,
        &ONLY_READ[1],
        duplicate,
        |value| match str::from_utf8(value) {
            Ok(text) if text.is_ascii() && (1..=MAX_BYTES).contains(&text.len()) => {
                Ok(DebugId(text.to_owned()))
            }
            _ => Err(ExtractError::JaegerInvalidDebugId),
        },
    )
}

fn read_baggage(carrier: &dyn Getter, on_rejection: &mut dyn FnMut(ExtractError)) -> Baggage {
    let mut entries = Entries::new(on_rejection);
    carrier.visit(&ONLY_READ[0], &mut |value| entries.read_list(value));
    entries.read_prefixed(UBERCTX_PREFIX, Coding::Percent, carrier);
    entries.finish()
}

fn write(span: &SpanContext, sampling: Sampling, firehose: bool, carrier: &mut dyn Setter) {
    if !span.is_valid() {
        return;
    }
    let flags = match sampling {
        Sampling::Accept => SAMPLED,
        Sampling::Debug => SAMPLED | DEBUG,
        Sampling::Defer | Sampling::Deny => 0,
    };
    let flags = if firehose { flags | FIREHOSE } else { flags };
    let mut text = *b"................................:................:0:.";
    text[..32].copy_from_slice(&hex::encode_u128(span.trace_id().to_bytes()));
    text[33..49].copy_from_slice(&hex::encode_u64(span.span_id().to_bytes()));
    let [_, digit] = hex::encode_u8(flags);
    text[52] = digit;
    if let Ok(value) = HeaderValue::from_bytes(&text) {
        carrier.set(&FIELDS[0], value);
    }
}
