//! The text of `traceparent`: 55 characters at fixed places.
//!
//! <https://www.w3.org/TR/trace-context-2/#traceparent-header>

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use crate::whitespace::trim;
use crate::{ExtractError, hex};

/// The length of a version 00 `traceparent`, in bytes.
pub const LENGTH: usize = 55;

/// Flag bit 1 of Level 2: the right-most 56 bits of the trace id are random.
///
/// <https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>
pub const RANDOM: TraceFlags = TraceFlags::new(0x02);

/// The flags this version of the specification knows; all others are sent as zero.
pub const KNOWN_FLAGS: TraceFlags = TraceFlags::new(0x03);

/// What a valid `traceparent` says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Traceparent {
    trace_id: TraceId,
    span_id: SpanId,
    flags: TraceFlags,
}

impl Traceparent {
    /// Reads a `traceparent` header value, surrounded by spaces and tabs or not.
    ///
    /// Versions above 00 are read at the same places, and may go on after another dash.
    ///
    /// # Errors
    ///
    /// The first thing found wrong: any of the `Traceparent` variants but
    /// [`ExtractError::TraceparentDuplicate`].
    ///
    /// # Example
    ///
    /// ```
    /// use campanile_propagation::{ExtractError, traceparent::Traceparent};
    ///
    /// let text = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// assert!(Traceparent::parse(text).is_ok());
    /// let text = b"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01";
    /// assert_eq!(Traceparent::parse(text), Err(ExtractError::TraceparentInvalidTraceId));
    /// ```
    pub fn parse(value: &[u8]) -> Result<Self, ExtractError> {
        let Some((fixed, rest)) = trim(value).split_first_chunk::<LENGTH>() else {
            return Err(ExtractError::TraceparentMalformed);
        };
        if [fixed[2], fixed[35], fixed[52]] != *b"---" {
            return Err(ExtractError::TraceparentMalformed);
        }
        match hex::decode_u8(digits(fixed, 0)) {
            None | Some(0xff) => return Err(ExtractError::TraceparentInvalidVersion),
            Some(0) if rest.is_empty() => {}
            Some(0) => return Err(ExtractError::TraceparentMalformed),
            Some(_) if rest.first().is_none_or(|byte| *byte == b'-') => {}
            Some(_) => return Err(ExtractError::TraceparentMalformed),
        }
        Ok(Self {
            trace_id: trace_id(fixed).ok_or(ExtractError::TraceparentInvalidTraceId)?,
            span_id: span_id(fixed).ok_or(ExtractError::TraceparentInvalidParentId)?,
            flags: flags(fixed).ok_or(ExtractError::TraceparentInvalidFlags)?,
        })
    }

    /// What to send for a span context; `None` for an invalid one.
    #[inline]
    #[must_use]
    pub fn of(span: &SpanContext) -> Option<Self> {
        span.is_valid().then(|| Self {
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            flags: span.trace_flags() & KNOWN_FLAGS,
        })
    }

    /// The header value, in version 00.
    #[inline]
    #[must_use]
    pub fn to_bytes(self) -> [u8; LENGTH] {
        let mut text = *b"00-................................-................-..";
        let trace_id = self.trace_id.to_bytes();
        let span_id = self.span_id.to_bytes();
        let (words, _) = trace_id.as_chunks::<4>();
        for (word, place) in words.iter().zip([3, 11, 19, 27]) {
            put(&mut text, place, hex::encode_u32(u32::from_be_bytes(*word)));
        }
        let (words, _) = span_id.as_chunks::<4>();
        for (word, place) in words.iter().zip([36, 44]) {
            put(&mut text, place, hex::encode_u32(u32::from_be_bytes(*word)));
        }
        put(&mut text, 53, hex::encode_u8(self.flags.to_u8()));
        text
    }

    /// The trace id.
    #[must_use]
    pub fn trace_id(self) -> TraceId {
        self.trace_id
    }

    /// The id of the span that sent the header.
    #[must_use]
    pub fn span_id(self) -> SpanId {
        self.span_id
    }

    /// The flags this specification knows: sampled and random.
    #[must_use]
    pub fn flags(self) -> TraceFlags {
        self.flags
    }

    /// Says that the trace id is random.
    pub(crate) fn set_random(&mut self) {
        self.flags = self.flags | RANDOM;
    }

    /// The remote span context with this `tracestate`.
    #[must_use]
    pub fn with_trace_state(self, trace_state: TraceState) -> SpanContext {
        SpanContext::new(self.trace_id, self.span_id, self.flags, true, trace_state)
    }
}

fn trace_id(fixed: &[u8; LENGTH]) -> Option<TraceId> {
    let high = u128::from(hex::decode_u64(digits(fixed, 3))?);
    let id = high << 64 | u128::from(hex::decode_u64(digits(fixed, 19))?);
    (id != 0).then(|| TraceId::from(id))
}

fn span_id(fixed: &[u8; LENGTH]) -> Option<SpanId> {
    let id = hex::decode_u64(digits(fixed, 36))?;
    (id != 0).then(|| SpanId::from(id))
}

fn flags(fixed: &[u8; LENGTH]) -> Option<TraceFlags> {
    Some(TraceFlags::new(hex::decode_u8(digits(fixed, 53))?) & KNOWN_FLAGS)
}

fn digits<const N: usize>(fixed: &[u8; LENGTH], place: usize) -> [u8; N] {
    let mut digits = [0; N];
    digits.copy_from_slice(&fixed[place..place + N]);
    digits
}

fn put<const N: usize>(text: &mut [u8; LENGTH], place: usize, digits: [u8; N]) {
    text[place..place + N].copy_from_slice(&digits);
}
