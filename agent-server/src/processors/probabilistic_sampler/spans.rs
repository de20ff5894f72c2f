//! Spans: what they say of sampling, and how they are told.

use campanile_wire::otlp::edit::Draft;
use campanile_wire::otlp::view::{AnyValue, attribute};
use campanile_wire::protobuf::{Fields, Value};

use super::decision::{Item, Sampler, Source, Verdict, decide};
use super::threshold::{Randomness, Threshold};
use super::tracestate::TraceState;

/// The attribute by which a span asks to be kept, or not to be.
const PRIORITY: &str = "sampling.priority";

/// The field of a span that holds its `tracestate`.
const TRACE_STATE: u32 = 3;

/// What decides on spans.
#[derive(Debug)]
pub(super) struct SpanSampler {
    pub(super) sampler: Sampler,
    pub(super) fail_closed: bool,
}

/// What is read of a span.
#[derive(Default)]
struct Read<'a> {
    /// Unless it is invalid.
    trace_id: Option<&'a [u8; 16]>,
    trace_state: &'a [u8],
    priority: Option<Threshold>,
}

impl SpanSampler {
    /// Decides on one span; one that is kept is told so.
    pub(super) fn sample(&self, span: &mut Draft<'_>) -> Verdict {
        let read = Read::new(span.bytes());
        let state = str::from_utf8(read.trace_state).ok();
        let state = state.and_then(|state| TraceState::parse(state).ok());
        let (randomness, relied_on) = self.randomness(read.trace_id, state);
        let item = Item {
            randomness,
            arrived: relied_on.and_then(|state| state.threshold()),
            faulty: relied_on.is_none(),
            priority: read.priority,
        };
        let verdict = decide(&self.sampler, self.fail_closed, &item);
        if let (Some(threshold), Some(state)) = (verdict.kept, relied_on) {
            let new = (randomness.1 == Source::TraceIdHash).then_some(randomness.0);
            let mut told = String::with_capacity(read.trace_state.len() + 48);
            state.write(new, threshold, &mut told);
            if told.as_bytes() != read.trace_state {
                span.set_text(TRACE_STATE, &told);
            }
        }
        verdict
    }

    /// The randomness of a span, and its `tracestate` where that can be relied on. Who samples by
    /// a hash cannot go on with what others have sampled by something else.
    fn randomness<'a>(
        &self,
        trace_id: Option<&[u8; 16]>,
        state: Option<TraceState<'a>>,
    ) -> ((Randomness, Source), Option<TraceState<'a>>) {
        let missing = (Randomness::MAX, Source::Missing);
        match &self.sampler {
            Sampler::Never => ((Randomness::MAX, Source::Priority), state),
            Sampler::Hashing { hash, seed, .. } => {
                let hashed = |id: &[u8; 16]| (hash.randomness(*seed, id), Source::TraceIdHash);
                let unused = |state: &TraceState<'_>| {
                    state.explicit().is_none() && state.threshold().is_none()
                };
                (trace_id.map_or(missing, hashed), state.filter(unused))
            }
            Sampler::Equalizing(_) | Sampler::Proportional { .. } => {
                let explicit = state.and_then(|state| state.explicit());
                let randomness = match (explicit, trace_id) {
                    (Some(explicit), _) => (explicit, Source::Explicit),
                    (None, Some(id)) => (Randomness::of_trace_id(id), Source::TraceIdW3c),
                    (None, None) => missing,
                };
                (randomness, state)
            }
        }
    }
}

impl<'a> Read<'a> {
    fn new(span: &'a [u8]) -> Self {
        let mut read = Self::default();
        for field in Fields::new(span).map_while(Result::ok) {
            let Value::Bytes(bytes) = field.value else {
                continue;
            };
            match field.number {
                1 => read.trace_id = bytes.try_into().ok().filter(|id| *id != &[0; 16]),
                TRACE_STATE => read.trace_state = bytes,
                9 if read.priority.is_none() => {
                    read.priority = attribute(bytes, PRIORITY).and_then(priority);
                }
                _ => {}
            }
        }
        read
    }
}

/// What a priority asks for: zero never to be kept, more than that always.
fn priority(value: AnyValue<'_>) -> Option<Threshold> {
    let asked = match value {
        AnyValue::Int(asked) => asked as f64,
        AnyValue::Double(asked) => asked,
        AnyValue::Text(asked) => asked.parse().ok()?,
        _ => return None,
    };
    match asked {
        0.0 => Some(Threshold::NEVER),
        asked if asked > 0.0 => Some(Threshold::ALWAYS),
        _ => None,
    }
}
