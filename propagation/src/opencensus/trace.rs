//! The binary span context: trace id, span id, options.

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use crate::ExtractError;

/// The length of what is sent, in bytes.
pub const LENGTH: usize = 29;

/// The ids of the fields, which are also their order.
const TRACE_ID: u8 = 0;
const SPAN_ID: u8 = 1;
const OPTIONS: u8 = 2;

/// What a valid binary span context says.
///
/// <https://github.com/census-instrumentation/opencensus-specs/blob/master/encodings/BinaryEncoding.md#trace-context>
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BinaryTraceContext {
    trace_id: TraceId,
    span_id: Option<SpanId>,
    sampled: bool,
}

impl BinaryTraceContext {
    /// Reads the bytes. The span id and the options may be missing; what follows a field of an
    /// unknown id belongs to a newer writer and is ignored. Fields are believed in the order of
    /// their ids only, the one that every deployed reader and writer knows.
    ///
    /// # Errors
    ///
    /// The first thing found wrong: [`ExtractError::OpencensusUnknownVersion`],
    /// [`OpencensusTraceMalformed`](ExtractError::OpencensusTraceMalformed),
    /// [`OpencensusInvalidTraceId`](ExtractError::OpencensusInvalidTraceId) or
    /// [`OpencensusInvalidSpanId`](ExtractError::OpencensusInvalidSpanId).
    pub fn parse(bytes: &[u8]) -> Result<Self, ExtractError> {
        let Some((version, mut rest)) = bytes.split_first() else {
            return Err(ExtractError::OpencensusTraceMalformed);
        };
        if *version != 0 {
            return Err(ExtractError::OpencensusUnknownVersion);
        }
        let trace_id = field::<16>(&mut rest, TRACE_ID)?
            .map(TraceId::from_bytes)
            .filter(|id| *id != TraceId::INVALID)
            .ok_or(ExtractError::OpencensusInvalidTraceId)?;
        let span_id = field::<8>(&mut rest, SPAN_ID)?.map(SpanId::from_bytes);
        if span_id == Some(SpanId::INVALID) {
            return Err(ExtractError::OpencensusInvalidSpanId);
        }
        let [options] = field::<1>(&mut rest, OPTIONS)?.unwrap_or_default();
        if rest.first().is_some_and(|id| *id <= OPTIONS) {
            return Err(ExtractError::OpencensusTraceMalformed);
        }
        Ok(Self {
            trace_id,
            span_id,
            sampled: options & 1 == 1,
        })
    }

    /// The bytes to send for a span context; `None` for an invalid one.
    #[must_use]
    pub fn encode(span: &SpanContext) -> Option<[u8; LENGTH]> {
        if !span.is_valid() {
            return None;
        }
        let mut bytes = [0; LENGTH];
        bytes[1] = TRACE_ID;
        bytes[2..18].copy_from_slice(&span.trace_id().to_bytes());
        bytes[18] = SPAN_ID;
        bytes[19..27].copy_from_slice(&span.span_id().to_bytes());
        bytes[27] = OPTIONS;
        bytes[28] = u8::from(span.is_sampled());
        Some(bytes)
    }

    /// The trace id.
    #[must_use]
    pub fn trace_id(self) -> TraceId {
        self.trace_id
    }

    /// The id of the span that sent the bytes, where there is one.
    #[must_use]
    pub fn span_id(self) -> Option<SpanId> {
        self.span_id
    }

    /// Whether the sender sampled. If not, it may just not have decided.
    #[must_use]
    pub fn is_sampled(self) -> bool {
        self.sampled
    }

    /// The remote span context; none without a span id.
    #[must_use]
    pub fn to_span_context(self) -> Option<SpanContext> {
        let flags = TraceFlags::default().with_sampled(self.sampled);
        let state = TraceState::NONE;
        Some(SpanContext::new(
            self.trace_id,
            self.span_id?,
            flags,
            true,
            state,
        ))
    }
}

/// Takes the field off if it is next.
fn field<const N: usize>(rest: &mut &[u8], id: u8) -> Result<Option<[u8; N]>, ExtractError> {
    match rest.split_first() {
        Some((first, value)) if *first == id => {
            let (value, after) = value
                .split_first_chunk::<N>()
                .ok_or(ExtractError::OpencensusTraceMalformed)?;
            *rest = after;
            Ok(Some(*value))
        }
        _ => Ok(None),
    }
}
