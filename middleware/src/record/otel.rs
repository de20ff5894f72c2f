//! The recorder over any OpenTelemetry `Tracer`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use campanile_propagation::traceparent::RANDOM;
use opentelemetry::trace::{
    Span, SpanBuilder, SpanContext, Status, TraceContextExt as _, Tracer, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue, global};

use crate::record::recorder::{Attributes, Describe, RecordedSpan, Recorder, Value};

/// Room for the attributes of an ordinary request, so that the list does not grow.
const ATTRIBUTES_AT_START: usize = 16;

/// The version of the semantic conventions that the attributes follow.
const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/1.44.0";

/// Starts spans with a tracer. Clones share it.
#[derive(Clone)]
pub(crate) struct TracerRecorder(Arc<dyn StartSpan>);

impl TracerRecorder {
    /// A recorder over the provider that is the global one now.
    pub(crate) fn global() -> Self {
        Self::new(&global::tracer_provider())
    }

    /// A recorder over `provider`.
    pub(crate) fn new<P>(provider: &P) -> Self
    where
        P: TracerProvider,
        P::Tracer: Send + Sync + 'static,
        <P::Tracer as Tracer>::Span: Send + Sync + 'static,
    {
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .with_schema_url(SCHEMA_URL)
            .build();
        Self(Arc::new(provider.tracer_with_scope(scope)))
    }
}

impl fmt::Debug for TracerRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracerRecorder").finish_non_exhaustive()
    }
}

impl Recorder for TracerRecorder {
    type Span = TracerSpan;

    /// Attributes are built before the sampler is asked, because it may look at them, unless the
    /// parent was dropped: then nearly every sampler drops the child, and building would be waste.
    fn start(&self, subject: &impl Describe, parent: &Context) -> TracerSpan {
        let eager = !is_dropped(parent);
        let builder = SpanBuilder::default().with_kind(subject.kind());
        let builder = if eager {
            described(builder, subject)
        } else {
            named(builder, subject)
        };
        let mut span = TracerSpan::new(self.0.start_span(builder, parent), parent);
        if span.is_recording() && !eager {
            span.rename(subject.name());
            subject.attributes(&mut span);
        }
        span
    }
}

/// Whether `parent` holds a valid span that is not sampled.
fn is_dropped(parent: &Context) -> bool {
    let span = parent.span();
    span.span_context().is_valid() && !span.span_context().is_sampled()
}

fn named(builder: SpanBuilder, subject: &impl Describe) -> SpanBuilder {
    SpanBuilder {
        name: Cow::Borrowed(subject.short_name()),
        ..builder
    }
}

fn described(builder: SpanBuilder, subject: &impl Describe) -> SpanBuilder {
    let mut attributes = StartAttributes(Vec::with_capacity(ATTRIBUTES_AT_START));
    subject.attributes(&mut attributes);
    SpanBuilder {
        name: subject.name(),
        attributes: Some(attributes.0),
        ..builder
    }
}

/// A tracer whose span type is hidden, so that the layers have no type parameter for it.
trait StartSpan: Send + Sync {
    /// The context with the new span, or `None` when the tracer made none.
    fn start_span(&self, builder: SpanBuilder, parent: &Context) -> Option<Context>;
}

impl<T> StartSpan for T
where
    T: Tracer + Send + Sync,
    T::Span: Send + Sync + 'static,
{
    fn start_span(&self, builder: SpanBuilder, parent: &Context) -> Option<Context> {
        let span = self.build_with_context(builder, parent);
        if !span.span_context().is_valid() {
            return None;
        }
        Some(match remembered_random(&span, parent) {
            Some(context) => context,
            None => parent.with_span(span),
        })
    }
}

/// The context of a span that the SDK dropped, and whose trace id it forgot to be random.
///
/// The flag says something of the trace id, so it holds for every span of the trace:
/// <https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>
fn remembered_random(span: &impl Span, parent: &Context) -> Option<Context> {
    let (dropped, parent_span) = (span.span_context(), parent.span());
    let random = parent_span.span_context().trace_flags() & RANDOM;
    let forgotten = random == RANDOM
        && !span.is_recording()
        && dropped.trace_flags() & RANDOM != RANDOM
        && dropped.trace_id() == parent_span.span_context().trace_id();
    forgotten.then(|| {
        parent.with_remote_span_context(SpanContext::new(
            dropped.trace_id(),
            dropped.span_id(),
            dropped.trace_flags() | RANDOM,
            dropped.is_remote(),
            dropped.trace_state().clone(),
        ))
    })
}

/// A span inside the context that carries it.
#[derive(Debug)]
pub(crate) struct TracerSpan {
    context: Context,
    started: bool,
    recording: bool,
}

impl TracerSpan {
    /// Without a span (no provider, or one that was shut down) the parent's context still flows.
    fn new(started: Option<Context>, parent: &Context) -> Self {
        match started {
            Some(context) => {
                let recording = context.span().is_recording();
                Self {
                    context,
                    started: true,
                    recording,
                }
            }
            None => Self {
                context: parent.clone(),
                started: false,
                recording: false,
            },
        }
    }
}

impl RecordedSpan for TracerSpan {
    fn context(&self) -> &Context {
        &self.context
    }

    fn is_recording(&self) -> bool {
        self.recording
    }

    fn rename(&mut self, name: Cow<'static, str>) {
        self.context.span().update_name(name);
    }

    fn set_error(&mut self) {
        self.context.span().set_status(Status::error(""));
    }

    fn end(&mut self) {
        if self.started {
            self.context.span().end();
        }
    }
}

impl Attributes for TracerSpan {
    fn set(&mut self, key: &'static str, value: Value<'_>) {
        self.context.span().set_attribute(key_value(key, value));
    }
}

/// The attributes a span is started with.
struct StartAttributes(Vec<KeyValue>);

impl Attributes for StartAttributes {
    fn set(&mut self, key: &'static str, value: Value<'_>) {
        self.0.push(key_value(key, value));
    }
}

fn key_value(key: &'static str, value: Value<'_>) -> KeyValue {
    match value {
        Value::Borrowed(text) => KeyValue::new(key, text.to_owned()),
        Value::Int(number) => KeyValue::new(key, number),
        Value::Owned(text) => KeyValue::new(key, text),
        Value::Static(text) => KeyValue::new(key, text),
    }
}
