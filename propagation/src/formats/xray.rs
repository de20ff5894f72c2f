//! AWS X-Ray: `x-amzn-trace-id` (`xray`).
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
//!
//! ```
//! use campanile_propagation::formats::xray;
//! use http::{HeaderMap, HeaderValue};
//!
//! let value = "Root=1-abcdef12-1234567890abcdef12345678;Parent=1234567890abcdef;Sampled=1";
//! let mut headers = HeaderMap::new();
//! headers.insert("x-amzn-trace-id", HeaderValue::from_static(value));
//! let span = xray::extract(&headers)?.expect("there is a header");
//! assert!(span.is_remote() && span.is_sampled());
//!
//! xray::inject(&span, &mut headers);
//! assert_eq!(headers["x-amzn-trace-id"], value);
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! What is read of the header: [`crate::amzn_trace_id`]. A `Root` without `Parent`, which load
//! balancers send, gives no span context, as in OpenTelemetry's other X-Ray propagators: there is
//! no span to be a child of. It is not an error either.
//!
//! # What is kept beside the span context
//!
//! `Lineage`, which is sent on while the trace id is the same. An open decision (`Sampled=?`, or
//! none) is deferred as [`crate::sampling`] tells, and sent on as it came as long as it is.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceId, TraceState};

use super::{Format, FormatPropagator, lone, remove_stale};
use crate::amzn_trace_id::{AmznTraceId, Decision, Lineage};
use crate::carrier::{Getter, Setter};
use crate::sampling::{self, Sampling};
use crate::{ExtractError, Extraction};

/// `x-amzn-trace-id`.
pub const X_AMZN_TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// A static, not the constant, is looked up: using a constant makes a name and drops it again.
static FIELDS: [HeaderName; 1] = [X_AMZN_TRACE_ID];

/// The format, for lists of formats.
#[derive(Clone, Copy, Debug, Default)]
pub struct Xray;

/// The format as an OpenTelemetry propagator.
pub type XrayPropagator = FormatPropagator<Xray>;

/// What a span context cannot hold of the header its trace came with.
struct Received {
    trace_id: TraceId,
    decision: Decision,
    lineage: Option<Lineage>,
}

impl Format for Xray {
    fn name(&self) -> &'static str {
        "xray"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        if found.has_span() {
            return;
        }
        let mut lineage_error = None;
        match read(carrier, &mut lineage_error) {
            Ok(Some(header)) => {
                if let Some(span) = span_context(&header) {
                    found.offer_span_with(span, sampling(header.decision));
                    remember(header, found);
                }
            }
            Ok(None) => {}
            Err(error) => found.reject(error),
        }
        if let Some(error) = lineage_error {
            found.reject(error);
        }
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        let span = cx.span();
        let span = span.span_context();
        let received = cx
            .get::<Received>()
            .filter(|received| received.trace_id == span.trace_id());
        write(span, sampling::of(cx, span), received, carrier);
    }
}

/// Reads the remote span context; none where the header has no `Parent`.
///
/// # Errors
///
/// What is wrong with the header; the caller starts a new trace.
pub fn extract(headers: &HeaderMap) -> Result<Option<SpanContext>, ExtractError> {
    Ok(read(headers, &mut None)?.as_ref().and_then(span_context))
}

/// Replaces `x-amzn-trace-id`; an invalid span context leaves none.
pub fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    remove_stale(&Xray, headers);
    let sampling = Sampling::of_flags(span.trace_flags());
    write(span, sampling, None, headers);
}

fn read(
    carrier: &dyn Getter,
    lineage_error: &mut Option<ExtractError>,
) -> Result<Option<AmznTraceId>, ExtractError> {
    let rejected = std::cell::Cell::new(None);
    let header = lone::read(carrier, &FIELDS[0], ExtractError::XrayDuplicate, |value| {
        AmznTraceId::parse(value, &mut |error| rejected.set(Some(error)))
    });
    *lineage_error = rejected.get();
    header
}

fn span_context(header: &AmznTraceId) -> Option<SpanContext> {
    let flags = sampling(header.decision).to_flags();
    let state = TraceState::NONE;
    Some(SpanContext::new(
        header.trace_id,
        header.parent?,
        flags,
        true,
        state,
    ))
}

fn sampling(decision: Decision) -> Sampling {
    match decision {
        Decision::Absent | Decision::Requested => Sampling::Defer,
        Decision::NotSampled => Sampling::Deny,
        Decision::Sampled => Sampling::Accept,
    }
}

/// Keeps what matters, without allocating when nothing does.
fn remember(header: AmznTraceId, found: &mut Extraction<'_>) {
    let asks = header.decision == Decision::Requested;
    if asks || header.lineage.is_some() || found.remembered::<Received>().is_some() {
        found.remember(Received {
            trace_id: header.trace_id,
            decision: header.decision,
            lineage: header.lineage,
        });
    }
}

fn write(
    span: &SpanContext,
    sampling: Sampling,
    received: Option<&Received>,
    carrier: &mut dyn Setter,
) {
    if !span.is_valid() {
        return;
    }
    let decision = match sampling {
        Sampling::Accept | Sampling::Debug => Decision::Sampled,
        Sampling::Deny => Decision::NotSampled,
        Sampling::Defer => match received.map(|received| received.decision) {
            Some(Decision::Requested) => Decision::Requested,
            _ => Decision::Absent,
        },
    };
    let header = AmznTraceId {
        trace_id: span.trace_id(),
        parent: Some(span.span_id()),
        decision,
        lineage: received.and_then(|received| received.lineage.clone()),
    };
    if let Ok(value) = HeaderValue::try_from(header.to_string()) {
        carrier.set(&FIELDS[0], value);
    }
}
