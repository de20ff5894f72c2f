//! The text of B3: ids and sampling state at fixed places.
//!
//! <https://github.com/openzipkin/b3-propagation>

use http::HeaderValue;
use opentelemetry::trace::{SpanContext, SpanId, TraceId, TraceState};

use crate::sampling::Sampling;
use crate::{ExtractError, hex};

/// What B3 headers say.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    /// Only a sampling state.
    Alone(Sampling),
    /// The ids, with a sampling state.
    Span(Ids, Sampling),
}

/// A trace id and a span id, both valid.
#[derive(Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) trace: Trace,
    pub(crate) span_id: SpanId,
}

/// A trace id that is not zero.
#[derive(Clone, Copy)]
pub(crate) struct Trace {
    pub(crate) id: TraceId,
    /// Whether it came as sixteen digits.
    pub(crate) is_short: bool,
}

impl Trace {
    /// The first of 32 digits that is sent.
    fn start(self) -> usize {
        if self.is_short { 16 } else { 0 }
    }
}

impl Ids {
    /// Those of a span context; `None` for an invalid one.
    pub(crate) fn of(span: &SpanContext, is_short: impl FnOnce(TraceId) -> bool) -> Option<Self> {
        let id = span.trace_id();
        span.is_valid().then(|| Self {
            trace: Trace {
                id,
                is_short: is_short(id),
            },
            span_id: span.span_id(),
        })
    }

    pub(crate) fn with_sampling(self, sampling: Sampling) -> SpanContext {
        let state = TraceState::NONE;
        SpanContext::new(
            self.trace.id,
            self.span_id,
            sampling.to_flags(),
            true,
            state,
        )
    }
}

/// Reads `{trace}-{span}[-{state}[-{parent}]]`, or `{state}` alone.
pub(crate) fn parse_single(value: &[u8]) -> Result<Content, ExtractError> {
    if let [state] = value {
        return Ok(Content::Alone(parse_state(*state)?));
    }
    let length = match (value.get(16), value.get(32)) {
        (Some(b'-'), _) => 16,
        (_, Some(b'-')) => 32,
        _ => return Err(ExtractError::B3Malformed),
    };
    let (trace, rest) = value
        .split_at_checked(length)
        .ok_or(ExtractError::B3Malformed)?;
    let Some((span_id, rest)) = rest.get(1..).and_then(<[u8]>::split_first_chunk::<16>) else {
        return Err(ExtractError::B3Malformed);
    };
    let trace = parse_trace_id(trace)?;
    let span_id = parse_span_id(span_id)?;
    let sampling = match rest {
        [] => Sampling::Defer,
        [b'-', state] => parse_state(*state)?,
        [b'-', state, b'-', parent @ ..] => {
            check_parent_id(parent)?;
            parse_state(*state)?
        }
        _ => return Err(ExtractError::B3Malformed),
    };
    Ok(Content::Span(Ids { trace, span_id }, sampling))
}

/// Reads 16 or 32 digits.
pub(crate) fn parse_trace_id(digits: &[u8]) -> Result<Trace, ExtractError> {
    let (high, low) = digits.split_at(digits.len().saturating_sub(16));
    let high = if high.is_empty() {
        Some(0)
    } else {
        decode(high)
    };
    match (high, decode(low)) {
        (Some(high), Some(low)) if high != 0 || low != 0 => Ok(Trace {
            id: TraceId::from(u128::from(high) << 64 | u128::from(low)),
            is_short: digits.len() == 16,
        }),
        _ => Err(ExtractError::B3InvalidTraceId),
    }
}

/// Reads sixteen digits.
pub(crate) fn parse_span_id(digits: &[u8]) -> Result<SpanId, ExtractError> {
    decode(digits)
        .filter(|id| *id != 0)
        .map(SpanId::from)
        .ok_or(ExtractError::B3InvalidSpanId)
}

/// Checks the parent's span id, which nobody needs: OpenTelemetry spans are not shared.
pub(crate) fn check_parent_id(digits: &[u8]) -> Result<(), ExtractError> {
    match decode(digits) {
        Some(_) => Ok(()),
        None => Err(ExtractError::B3InvalidParentId),
    }
}

fn decode(digits: &[u8]) -> Option<u64> {
    hex::decode_u64(digits.try_into().ok()?)
}

fn parse_state(state: u8) -> Result<Sampling, ExtractError> {
    match state {
        b'0' => Ok(Sampling::Deny),
        b'1' => Ok(Sampling::Accept),
        b'd' => Ok(Sampling::Debug),
        _ => Err(ExtractError::B3InvalidSampling),
    }
}

/// Reads `X-B3-Sampled`, with the words that old tracers send.
pub(crate) fn parse_sampled(value: &[u8]) -> Result<Sampling, ExtractError> {
    match value {
        b"0" | b"false" => Ok(Sampling::Deny),
        b"1" | b"true" => Ok(Sampling::Accept),
        _ => Err(ExtractError::B3InvalidSampling),
    }
}

/// `b3` with ids.
pub(crate) fn format_single(ids: Ids, sampling: Sampling) -> Option<HeaderValue> {
    let mut text = *b"................................-................-.";
    text[..32].copy_from_slice(&hex::encode_u128(ids.trace.id.to_bytes()));
    text[33..49].copy_from_slice(&hex::encode_u64(ids.span_id.to_bytes()));
    text[50] = match sampling {
        Sampling::Accept => b'1',
        Sampling::Debug => b'd',
        Sampling::Defer | Sampling::Deny => b'0',
    };
    let end = if sampling == Sampling::Defer { 49 } else { 51 };
    HeaderValue::from_bytes(text.get(ids.trace.start()..end)?).ok()
}

/// `b3` without ids; `None` for the state that has no letter.
pub(crate) fn format_alone(sampling: Sampling) -> Option<HeaderValue> {
    match sampling {
        Sampling::Accept => Some(HeaderValue::from_static("1")),
        Sampling::Debug => Some(HeaderValue::from_static("d")),
        Sampling::Defer => None,
        Sampling::Deny => Some(HeaderValue::from_static("0")),
    }
}

/// `X-B3-TraceId`.
pub(crate) fn format_trace_id(trace: Trace) -> Option<HeaderValue> {
    let digits = hex::encode_u128(trace.id.to_bytes());
    HeaderValue::from_bytes(digits.get(trace.start()..)?).ok()
}

/// `X-B3-SpanId`.
pub(crate) fn format_span_id(id: SpanId) -> Option<HeaderValue> {
    HeaderValue::from_bytes(&hex::encode_u64(id.to_bytes())).ok()
}
