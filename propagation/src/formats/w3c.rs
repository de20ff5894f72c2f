//! W3C Trace Context, Level 2: `traceparent` and `tracestate` (`tracecontext`).
//!
//! <https://www.w3.org/TR/trace-context-2/>
//!
//! ```
//! use campanile_propagation::formats::w3c;
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! assert_eq!(w3c::extract(&headers), Ok(None));
//!
//! let value = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";
//! headers.insert("traceparent", HeaderValue::from_static(value));
//! let span = w3c::extract(&headers)?.expect("there is a header");
//! assert!(span.is_remote() && span.is_sampled());
//!
//! w3c::inject(&span, &mut headers);
//! assert_eq!(headers["traceparent"], value);
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! Both flags of Level 2, sampled and random, are kept both ways; all others are sent as zero. The
//! random flag is kept in the `Context` too, at the cost of another allocation: SDKs give a span
//! that they drop no flags at all, but the flag speaks of the trace id, which the span keeps.
//!
//! A `tracestate` is believed only beside a valid `traceparent`; an invalid one is dropped and
//! the `traceparent` stays. What is sent of it: [`crate::tracestate`].

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceId, TraceState};

use super::{Format, FormatPropagator};
use crate::carrier::{Getter, Lookup, Setter};
use crate::traceparent::{RANDOM, Traceparent};
use crate::tracestate::{self, TraceStateHeader};
use crate::whitespace::trim;
use crate::{ExtractError, Extraction};

/// `traceparent`.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// `tracestate`.
pub const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// A static, not the constants, is looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 2] = [TRACEPARENT, TRACESTATE];

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct TraceContext;

/// The format as an OpenTelemetry propagator.
pub type TraceContextPropagator = FormatPropagator<TraceContext>;

/// What was received of a trace and would be lost on the way to the next request.
struct Received {
    trace_id: TraceId,
    /// The `tracestate`, where OpenTelemetry's type could not hold all of it.
    header: Option<TraceStateHeader>,
    /// Whether the trace id is random, which spans that are dropped do not remember.
    random: bool,
}

impl Format for TraceContext {
    fn name(&self) -> &'static str {
        "tracecontext"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        if found.has_span() {
            return;
        }
        match read_traceparent(carrier) {
            Ok(Some(parent)) => {
                let (state, header) = read_tracestate(carrier).unwrap_or_else(|error| {
                    found.reject(error);
                    (TraceState::NONE, None)
                });
                let random = parent.flags() & RANDOM == RANDOM;
                if header.is_some() || random || found.remembered::<Received>().is_some() {
                    found.remember(Received {
                        trace_id: parent.trace_id(),
                        header,
                        random,
                    });
                }
                found.offer_span(parent.with_trace_state(state));
            }
            Ok(None) => {}
            Err(error) => found.reject(error),
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        let span = cx.span();
        let span = span.span_context();
        write(span, received(cx, span), carrier, false);
    }

    fn replace(&self, cx: &Context, carrier: &mut dyn Setter) {
        let span = cx.span();
        let span = span.span_context();
        write(span, received(cx, span), carrier, true);
    }
}

/// Reads the remote span context, without allocating when there is no `tracestate`.
///
/// An invalid `tracestate` leaves the `TraceState` empty without a word;
/// [`Propagator::extract_with_reason`](crate::Propagator::extract_with_reason) tells, and also
/// keeps what a `TraceState` cannot hold.
///
/// # Errors
///
/// What is wrong with `traceparent`; the caller starts a new trace.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    Ok(read_traceparent(headers)?.map(|parent| {
        let state = read_tracestate(headers)
            .map(|(state, _)| state)
            .unwrap_or_default();
        parent.with_trace_state(state)
    }))
}

/// What the two headers say, without OpenTelemetry's types: reading it allocates nothing when
/// there is one `tracestate` header, or none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RemoteParent {
    /// Who the parent is.
    pub traceparent: Traceparent,
    /// What other systems want carried along; shares the bytes of the header it was read from.
    pub tracestate: Option<TraceStateHeader>,
}

impl RemoteParent {
    /// The remote span context, with those members of `tracestate` that its `TraceState` can hold.
    #[must_use]
    pub fn to_span_context(&self) -> SpanContext {
        let state = self.tracestate.as_ref();
        self.traceparent.with_trace_state(
            state
                .map(TraceStateHeader::to_trace_state)
                .unwrap_or_default(),
        )
    }
}

/// Reads both headers and keeps `tracestate` as it is, checked but not divided, for whoever wants
/// to decide by the `traceparent`, or to pass the two on, before paying for a `TraceState`.
///
/// An invalid `tracestate` is none.
///
/// # Errors
///
/// What is wrong with `traceparent`; the caller starts a new trace.
///
/// # Example
///
/// ```
/// use campanile_propagation::formats::w3c;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// let value = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";
/// headers.insert("traceparent", HeaderValue::from_static(value));
/// headers.insert("tracestate", HeaderValue::from_static("a@b@c=1, d=2"));
///
/// let parent = w3c::read(&headers)?.expect("there is a header");
/// assert_eq!(parent.tracestate.as_ref().map(|state| state.as_str()), Some("a@b@c=1, d=2"));
/// assert_eq!(parent.to_span_context().trace_state().header(), "d=2");
/// # Ok::<(), campanile_propagation::ExtractError>(())
/// ```
pub fn read(headers: &HeaderMap) -> Result<Option<RemoteParent>, ExtractError> {
    let Some(traceparent) = read_traceparent(headers)? else {
        return Ok(None);
    };
    let tracestate = match headers.lookup(&FIELDS[1]) {
        Lookup::Absent => Ok(None),
        Lookup::Lone(value) => TraceStateHeader::of_value(value),
        Lookup::Unknown => join_tracestate(headers).and_then(|list| TraceStateHeader::parse(&list)),
    };
    Ok(Some(RemoteParent {
        traceparent,
        tracestate: tracestate.unwrap_or_default(),
    }))
}

/// Replaces `traceparent` and `tracestate`; an invalid span context leaves neither.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    write(span, None, headers, true);
}

/// The context without what [`Received`] keeps.
pub(crate) fn forget_trace_state(cx: &Context) -> Context {
    match cx.get::<Received>() {
        Some(received) => cx.with_value(Received {
            trace_id: received.trace_id,
            header: None,
            random: received.random,
        }),
        None => cx.clone(),
    }
}

fn read_traceparent<G: Getter + ?Sized>(carrier: &G) -> Result<Option<Traceparent>, ExtractError> {
    match carrier.lookup(&FIELDS[0]) {
        Lookup::Absent => return Ok(None),
        Lookup::Lone(value) => return Traceparent::parse(value.as_bytes()).map(Some),
        Lookup::Unknown => {}
    }
    let mut parent = Ok(None);
    let mut first = true;
    carrier.visit(&FIELDS[0], &mut |value| {
        parent = if first {
            Traceparent::parse(value).map(Some)
        } else {
            Err(ExtractError::TraceparentDuplicate)
        };
        first = false;
    });
    parent
}

type TraceStateAsRead = (TraceState, Option<TraceStateHeader>);

/// Reads all `tracestate` headers, in order, as one list. A lone one is read where it lies.
fn read_tracestate<G: Getter + ?Sized>(carrier: &G) -> Result<TraceStateAsRead, ExtractError> {
    match carrier.lookup(&FIELDS[1]) {
        Lookup::Absent => Ok((TraceState::NONE, None)),
        Lookup::Lone(value) => tracestate::read(value.as_bytes()),
        Lookup::Unknown => tracestate::read(&join_tracestate(carrier)?),
    }
}

fn join_tracestate<G: Getter + ?Sized>(carrier: &G) -> Result<Vec<u8>, ExtractError> {
    let (mut list, mut length) = (Vec::new(), 0_usize);
    carrier.visit(&FIELDS[1], &mut |value| {
        let value = trim(value);
        if value.is_empty() {
            return;
        }
        length += usize::from(length > 0) + value.len();
        if length <= tracestate::MAX_BYTES {
            if !list.is_empty() {
                list.push(b',');
            }
            list.extend_from_slice(value);
        }
    });
    if length > tracestate::MAX_BYTES {
        return Err(ExtractError::TracestateTooLong);
    }
    Ok(list)
}

/// What was received, when the context's span is of the trace it came with.
fn received<'a>(cx: &'a Context, span: &SpanContext) -> Option<&'a Received> {
    cx.get::<Received>()
        .filter(|received| received.trace_id == span.trace_id())
}

/// Sets what there is to send. Where `replacing`, removes what there is not: a header that is set
/// needs no removal before.
#[inline]
fn write<S: Setter + ?Sized>(
    span: &SpanContext,
    received: Option<&Received>,
    carrier: &mut S,
    replacing: bool,
) {
    let parent = Traceparent::of(span).map(|mut parent| {
        if received.is_some_and(|received| received.random) {
            parent.set_random();
        }
        HeaderValue::from_bytes(&parent.to_bytes())
    });
    let state = if let Some(Ok(value)) = parent {
        carrier.set(&FIELDS[0], value);
        match received.and_then(|received| received.header.as_ref()) {
            Some(received) => tracestate::resend(span.trace_state(), received),
            None => tracestate::format(span.trace_state()),
        }
    } else {
        if replacing {
            carrier.remove(&FIELDS[0]);
        }
        None
    };
    match state {
        Some(state) => carrier.set(&FIELDS[1], state),
        None if replacing => carrier.remove(&FIELDS[1]),
        None => {}
    }
}
