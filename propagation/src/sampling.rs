//! What the sender decided about sampling, beyond the sampled flag.
//!
//! A [`SpanContext`] says "sampled" or "not sampled". Some formats say more:
//!
//! | the sender says | for example | the span context | [`requested`] |
//! |---|---|---|---|
//! | record it | `b3: {trace}-{span}-1` | sampled | [`Sampling::Accept`] |
//! | do not | `b3: {trace}-{span}-0` | not sampled | [`Sampling::Deny`] |
//! | record it whatever it costs | `b3: {trace}-{span}-d` | sampled | [`Sampling::Debug`] |
//! | you decide | `b3: {trace}-{span}` | not sampled | [`Sampling::Defer`] |
//! | do not, and there is no trace yet | `b3: 0` | none | [`Sampling::Deny`] |
//! | debug, and there is no trace yet | `b3: d`, `jaeger-debug-id: x` | none | [`Sampling::Debug`] |
//!
//! What the flag cannot hold is kept in the `Context`, never in the flags byte, whose bits belong
//! to W3C Trace Context:
//!
//! - Debug holds while the trace id is unchanged, so also for the spans made in between.
//! - Deferred holds for the very span context that was received: the first span made from it has
//!   decided.
//! - A decision without a trace holds for the root of the new trace and everything below it, where
//!   the parent has no span context. A span context that any format finds puts it aside.
//!
//! When a context is injected, B3, Jaeger, X-Ray and Datadog say this again, also where a sampler
//! did not obey, in the words they have: debug is "sampled" in X-Ray and Datadog, deferred is "not
//! sampled" in Jaeger. Cloud Trace says deferred. Of the rest it, and the other formats of all of
//! it, say the sampled flag.
//!
//! # What a sampler can see
//!
//! OpenTelemetry's own samplers know only the flag: `ParentBased` drops what was deferred, and
//! asks its root sampler about a trace that was denied before it had an id. A sampler that shall
//! obey asks here; its parent context is the one that was extracted:
//!
//! ```
//! use campanile_propagation::sampling::{Sampling, requested};
//! use opentelemetry::trace::{Link, SpanKind, TraceId};
//! use opentelemetry::{Context, KeyValue};
//! use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, ShouldSample};
//!
//! #[derive(Clone, Debug)]
//! struct Obedient(Sampler);
//!
//! impl ShouldSample for Obedient {
//!     fn should_sample(
//!         &self,
//!         parent: Option<&Context>,
//!         trace_id: TraceId,
//!         name: &str,
//!         kind: &SpanKind,
//!         attributes: &[KeyValue],
//!         links: &[Link],
//!     ) -> SamplingResult {
//!         let mut result =
//!             self.0.should_sample(parent, trace_id, name, kind, attributes, links);
//!         match parent.and_then(requested) {
//!             Some(Sampling::Accept | Sampling::Debug) => {
//!                 result.decision = SamplingDecision::RecordAndSample;
//!             }
//!             Some(Sampling::Deny) => result.decision = SamplingDecision::Drop,
//!             Some(Sampling::Defer) | None => {} // ours to decide
//!         }
//!         result
//!     }
//! }
//! ```

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId};

/// A decision about sampling.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Sampling {
    /// Record it.
    Accept,
    /// Record it, whatever limits say: somebody is looking for this trace.
    Debug,
    /// The receiver decides.
    Defer,
    /// Do not record it.
    Deny,
}

impl Sampling {
    /// The decision that the sampled flag tells: [`Accept`](Self::Accept) or [`Deny`](Self::Deny).
    #[must_use]
    pub fn of_flags(flags: TraceFlags) -> Self {
        if flags.is_sampled() {
            Self::Accept
        } else {
            Self::Deny
        }
    }

    /// The trace flags that come nearest. Debug implies sampled; deferred is not sampled (yet).
    #[must_use]
    pub fn to_flags(self) -> TraceFlags {
        TraceFlags::default().with_sampled(matches!(self, Self::Accept | Self::Debug))
    }
}

/// What is known of the decision for the context's span, or for the root of a new trace where it
/// has none; `None` when nobody has decided.
#[must_use]
pub fn requested(cx: &Context) -> Option<Sampling> {
    let span = cx.span();
    let span = span.span_context();
    if span.is_valid() {
        Some(of(cx, span))
    } else {
        alone(cx)
    }
}

/// What a format remembers beside the sampled flag.
#[derive(Clone, Copy)]
pub(crate) enum Received {
    Nothing,
    Alone(Sampling),
    Beside(TraceId, SpanId, Sampling),
}

/// The decision for a valid span context, of which `cx` may know more than its flag tells.
pub(crate) fn of(cx: &Context, span: &SpanContext) -> Sampling {
    match cx.get::<Received>() {
        Some(Received::Alone(sampling)) => *sampling,
        Some(Received::Beside(trace_id, span_id, sampling))
            if *trace_id == span.trace_id()
                && (*sampling == Sampling::Debug || *span_id == span.span_id()) =>
        {
            *sampling
        }
        _ => Sampling::of_flags(span.trace_flags()),
    }
}

/// The decision that came without a trace.
pub(crate) fn alone(cx: &Context) -> Option<Sampling> {
    match cx.get::<Received>() {
        Some(Received::Alone(sampling)) => Some(*sampling),
        _ => None,
    }
}

/// What to remember for a span context that is extracted over `cx`: nothing where its flag says
/// it all and nothing else was remembered.
pub(crate) fn beside(span: &SpanContext, sampling: Sampling, cx: &Context) -> Option<Received> {
    match sampling {
        Sampling::Debug | Sampling::Defer => {
            Some(Received::Beside(span.trace_id(), span.span_id(), sampling))
        }
        Sampling::Accept | Sampling::Deny => cx.get::<Received>().map(|_| Received::Nothing),
    }
}

/// The context with a decision that came without a trace, unless it has a span or there is no
/// decision.
pub(crate) fn with_alone(cx: Context, sampling: Sampling) -> Context {
    if sampling == Sampling::Defer || cx.span().span_context().is_valid() {
        cx
    } else {
        cx.with_value(Received::Alone(sampling))
    }
}

/// The context without a decision that came without a trace; `None` where there is no such.
pub(crate) fn without_alone(cx: &Context) -> Option<Context> {
    match cx.get::<Received>() {
        Some(Received::Alone(_)) => Some(cx.with_value(Received::Nothing)),
        _ => None,
    }
}

/// The context in which only the sampled flag decides.
pub(crate) fn forget(cx: &Context) -> Context {
    match cx.get::<Received>() {
        Some(_) => cx.with_value(Received::Nothing),
        None => cx.clone(),
    }
}
