//! What to do with the context of a sender who is not trusted.
//!
//! Each function takes a context that was extracted and gives one that claims less; nothing else
//! in it changes.
//!
//! ```
//! use campanile_propagation::{Propagator, trust};
//! use http::{HeaderMap, HeaderValue};
//! use opentelemetry::{Context, baggage::BaggageExt};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert("baggage", HeaderValue::from_static("admin=true"));
//! let cx = Propagator::w3c().extract(&headers, &Context::new());
//! assert!(trust::without_baggage(&cx).baggage().is_empty());
//! ```

use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags, TraceState};

/// The context without baggage, and without the header it was read from: baggage that is added
/// later is all that is sent, also where it happens to equal what was received.
#[must_use]
pub fn without_baggage(cx: &Context) -> Context {
    crate::formats::baggage::forget(cx).with_cleared_baggage()
}

/// The context without the remote `tracestate`, what OpenTelemetry's type cannot hold included.
#[must_use]
pub fn without_trace_state(cx: &Context) -> Context {
    let cleared = crate::formats::w3c::forget_trace_state(cx);
    with_span_context(&cleared, |span| {
        let flags = span.trace_flags();
        SpanContext::new(
            span.trace_id(),
            span.span_id(),
            flags,
            span.is_remote(),
            TraceState::NONE,
        )
    })
}

/// The context with the remote sampling decision set to `sampled`, whatever the sender decided.
/// The random flag stays; a decision that [`sampling`](crate::sampling) tells beside the flag
/// (debug, deferred, or one that came without a trace) is forgotten, and so is Datadog's priority.
#[must_use]
pub fn with_sampling(cx: &Context, sampled: bool) -> Context {
    let cx = crate::formats::datadog::forget_priority(&crate::sampling::forget(cx));
    with_span_context(&cx, |span| {
        let flags: TraceFlags = span.trace_flags().with_sampled(sampled);
        let state = span.trace_state().clone();
        SpanContext::new(
            span.trace_id(),
            span.span_id(),
            flags,
            span.is_remote(),
            state,
        )
    })
}

/// Replaces a remote span context; a context whose span is local or missing stays as it is.
fn with_span_context(cx: &Context, change: impl Fn(&SpanContext) -> SpanContext) -> Context {
    let changed = {
        let span = cx.span();
        let span = span.span_context();
        (span.is_remote() && span.is_valid()).then(|| change(span))
    };
    match changed {
        Some(changed) => cx.with_remote_span_context(changed),
        None => cx.clone(),
    }
}
