//! Datadog: `x-datadog-*` and `ot-baggage-*` (`datadog`).
//!
//! <https://docs.datadoghq.com/tracing/trace_collection/trace_context_propagation/>
//!
//! ```
//! use campanile_propagation::formats::datadog;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert("x-datadog-trace-id", HeaderValue::from_static("11803532876627986230"));
//! headers.insert("x-datadog-parent-id", HeaderValue::from_static("67667974448284343"));
//! headers.insert("x-datadog-tags", HeaderValue::from_static("_dd.p.tid=4bf92f3577b34da6"));
//! let span = datadog::extract(&headers)?.expect("there are headers");
//! assert_eq!(span.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
//!
//! datadog::inject(&span, &mut headers);
//! assert_eq!(headers["x-datadog-sampling-priority"], "0");
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! Ids are decimal numbers: the low half of the trace id in `x-datadog-trace-id`, the high half,
//! in hex, in the tag `_dd.p.tid`. A trace id whose low half is zero cannot be written so, and
//! nothing is sent for it. A parent id of zero is an error, except from Datadog's synthetic tests,
//! which have no span: there it means that there is no span context.
//!
//! # What is kept beside the span context
//!
//! The sampling priority, or that there was none; the origin; and the tags whose names begin with
//! `_dd.p.` ([`MAX_TAGS_BYTES`] at most). They are sent on while the trace id is the same. A
//! priority stays what it was as long as it agrees with the span context, and becomes 0 or 1 where
//! it does not, without the tag that says who decided. Where there was none, the decision is
//! deferred as [`crate::sampling`] tells, and none is sent as long as it is.
//!
//! # Baggage
//!
//! One `ot-baggage-<name>` header for each entry, 64 and 8192 bytes at most. Only names without
//! capitals and printable ASCII values without `%` and `+` are sent, because tracers disagree
//! about the others; a value received with `%` or `+` is sent on as it came. Properties have no
//! place in this format.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceId, TraceState};

use super::{Format, FormatPropagator, lone, remove_stale};
use crate::carrier::{Getter, Setter};
use crate::datadog::{self, BAGGAGE_PREFIX, Bag, Tags};
pub use crate::datadog::{MAX_ORIGIN_BYTES, MAX_TAGS_BYTES};
use crate::sampling::{self, Sampling};
use crate::whitespace::trim;
use crate::{ExtractError, Extraction};

/// `x-datadog-trace-id`.
pub const TRACE_ID: HeaderName = HeaderName::from_static("x-datadog-trace-id");

/// `x-datadog-parent-id`.
pub const PARENT_ID: HeaderName = HeaderName::from_static("x-datadog-parent-id");

/// `x-datadog-sampling-priority`.
pub const SAMPLING_PRIORITY: HeaderName = HeaderName::from_static("x-datadog-sampling-priority");

/// `x-datadog-origin`.
pub const ORIGIN: HeaderName = HeaderName::from_static("x-datadog-origin");

/// `x-datadog-tags`.
pub const TAGS: HeaderName = HeaderName::from_static("x-datadog-tags");

/// A static, not the constants, is looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 5] = [TRACE_ID, PARENT_ID, SAMPLING_PRIORITY, ORIGIN, TAGS];

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct Datadog;

/// The format as an OpenTelemetry propagator.
pub type DatadogPropagator = FormatPropagator<Datadog>;

/// What a span context cannot hold of the headers its trace came with.
struct Received {
    trace_id: TraceId,
    priority: Option<i32>,
    origin: Option<HeaderValue>,
    tags: Tags,
}

impl Received {
    fn sampling(&self) -> Sampling {
        match self.priority {
            None => Sampling::Defer,
            Some(priority) if keeps(priority) => Sampling::Accept,
            Some(_) => Sampling::Deny,
        }
    }

    /// Whether the priority, or its absence, still says what is known of the decision.
    fn agrees_with(&self, sampling: Sampling) -> bool {
        match sampling {
            Sampling::Accept | Sampling::Debug => self.priority.is_some_and(keeps),
            Sampling::Defer => self.priority.is_none(),
            Sampling::Deny => self.priority.is_some_and(|priority| !keeps(priority)),
        }
    }
}

impl Format for Datadog {
    fn name(&self) -> &'static str {
        "datadog"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn field_prefixes(&self) -> &'static [&'static str] {
        &[BAGGAGE_PREFIX]
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        if !found.has_span() {
            match read(carrier, &mut |error| found.reject(error)) {
                Ok(Some((span, received))) => {
                    found.offer_span_with(span, received.sampling());
                    found.remember(received);
                }
                Ok(None) => {}
                Err(error) => found.reject(error),
            }
        }
        let (baggage, bag) = datadog::read_bag(carrier, &mut |error| found.reject(error));
        if !baggage.is_empty() {
            found.add_baggage(baggage);
        }
        if !bag.is_empty() || found.remembered::<Bag>().is_some() {
            found.remember(bag);
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        let span = cx.span();
        let span = span.span_context();
        let received = cx
            .get::<Received>()
            .filter(|received| received.trace_id == span.trace_id());
        if write(span, sampling::of(cx, span), received, carrier) {
            let none = Bag::default();
            cx.get::<Bag>()
                .unwrap_or(&none)
                .write(cx.baggage(), carrier);
        }
    }
}

/// Reads the remote span context.
///
/// # Errors
///
/// What is wrong with the ids or the priority; the caller starts a new trace. Bad tags and a bad
/// origin are no error; [`Propagator::extract_with_reason`](crate::Propagator::extract_with_reason)
/// tells of them, and also keeps what a span context cannot hold.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    Ok(read(headers, &mut |_| {})?.map(|(span, _)| span))
}

/// Replaces the `x-datadog-*` headers, and removes those for baggage; an invalid span context
/// leaves none.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    remove_stale(&Datadog, headers);
    let sampling = Sampling::of_flags(span.trace_flags());
    write(span, sampling, None, headers);
}

/// The context without the sender's priority and who decided on it; the rest of what [`Received`]
/// keeps says nothing about sampling.
pub(crate) fn forget_priority(cx: &Context) -> Context {
    match cx.get::<Received>() {
        Some(received) => cx.with_value(Received {
            trace_id: received.trace_id,
            priority: None,
            origin: received.origin.clone(),
            tags: received.tags.clone(),
        }),
        None => cx.clone(),
    }
}

fn read(
    carrier: &dyn Getter,
    on_rejection: &mut dyn FnMut(ExtractError),
) -> Result<Option<(SpanContext, Received)>, ExtractError> {
    let number = |name, error| {
        lone::read(carrier, name, ExtractError::DatadogDuplicate, |value| {
            datadog::id(trim(value)).ok_or(error)
        })
    };
    let low = match number(&FIELDS[0], ExtractError::DatadogInvalidTraceId)? {
        None => return Ok(None),
        Some(0) => return Err(ExtractError::DatadogInvalidTraceId),
        Some(low) => low,
    };
    let parent = number(&FIELDS[1], ExtractError::DatadogInvalidParentId)?;
    let duplicate = ExtractError::DatadogDuplicate;
    let priority = lone::read(carrier, &FIELDS[2], duplicate, |value| {
        datadog::priority(trim(value)).ok_or(ExtractError::DatadogInvalidPriority)
    })?;
    let origin = read_origin(carrier).unwrap_or_else(|error| {
        on_rejection(error);
        None
    });
    let parent = match parent.filter(|id| *id != 0) {
        Some(id) => SpanId::from(id),
        None if is_synthetic(origin.as_ref()) => return Ok(None),
        None => return Err(ExtractError::DatadogInvalidParentId),
    };
    let (high, tags) = datadog::read_tags(&join_tags(carrier), on_rejection);
    let trace_id = TraceId::from(u128::from(high) << 64 | u128::from(low));
    let received = Received {
        trace_id,
        priority,
        origin,
        tags,
    };
    let flags = received.sampling().to_flags();
    let span = SpanContext::new(trace_id, parent, flags, true, TraceState::NONE);
    Ok(Some((span, received)))
}

fn read_origin(carrier: &dyn Getter) -> Result<Option<HeaderValue>, ExtractError> {
    let error = ExtractError::DatadogInvalidOrigin;
    lone::read(carrier, &FIELDS[3], error, |value| {
        let value = trim(value);
        let valid = (1..=MAX_ORIGIN_BYTES).contains(&value.len())
            && value.iter().all(|byte| matches!(byte, b' '..=b'~'));
        HeaderValue::from_bytes(value)
            .ok()
            .filter(|_| valid)
            .ok_or(error)
    })
}

fn is_synthetic(origin: Option<&HeaderValue>) -> bool {
    origin.is_some_and(|origin| origin.as_bytes().starts_with(b"synthetics"))
}

/// All headers as one list, up to one byte more than may be read.
fn join_tags(carrier: &dyn Getter) -> Vec<u8> {
    let mut list = Vec::new();
    carrier.visit(&FIELDS[4], &mut |value| {
        let value = trim(value);
        if value.is_empty() || list.len() > MAX_TAGS_BYTES {
            return;
        }
        if !list.is_empty() {
            list.push(b',');
        }
        let room = (MAX_TAGS_BYTES + 1).saturating_sub(list.len());
        list.extend_from_slice(value.get(..room).unwrap_or(value));
    });
    list
}

/// The priority for a decision that did not come with one.
fn default_priority(sampling: Sampling) -> Option<i32> {
    match sampling {
        Sampling::Accept | Sampling::Debug => Some(1),
        Sampling::Defer => None,
        Sampling::Deny => Some(0),
    }
}

fn keeps(priority: i32) -> bool {
    priority >= 1
}

/// Whether anything was written.
fn write(
    span: &SpanContext,
    sampling: Sampling,
    received: Option<&Received>,
    carrier: &mut dyn Setter,
) -> bool {
    let id = u128::from_be_bytes(span.trace_id().to_bytes());
    // Truncates on purpose: the halves of the id.
    let (high, low) = ((id >> 64) as u64, id as u64);
    if !span.is_valid() || low == 0 {
        return false;
    }
    let parent = u64::from_be_bytes(span.span_id().to_bytes());
    carrier.set(&FIELDS[0], HeaderValue::from(low));
    carrier.set(&FIELDS[1], HeaderValue::from(parent));
    let agreed = received.is_none_or(|received| received.agrees_with(sampling));
    let priority = match received {
        Some(received) if agreed => received.priority,
        _ => default_priority(sampling),
    };
    if let Some(priority) = priority {
        carrier.set(&FIELDS[2], HeaderValue::from(priority));
    }
    if let Some(origin) = received.and_then(|received| received.origin.clone()) {
        carrier.set(&FIELDS[3], origin);
    }
    let none = Tags::default();
    let tags = received.map_or(&none, |received| &received.tags);
    if let Some(list) = tags.to_header_value(high, !agreed) {
        carrier.set(&FIELDS[4], list);
    }
    true
}
