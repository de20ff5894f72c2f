//! The recorder over any OpenTelemetry `Tracer`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use campanile_propagation::traceparent::RANDOM;
use opentelemetry::trace::{
    Link, Span, SpanBuilder, SpanContext, Status, TraceContextExt as _, Tracer, TracerProvider,
};
use opentelemetry::{Array, Context, InstrumentationScope, Key, KeyValue, StringValue, global};

use crate::record::recorder::{Attributes, Describe, RecordedSpan, Recorder, Start, Value};

/// Room for the attributes of an ordinary request, so that the list does not grow.
const ATTRIBUTES_AT_START: usize = 16;

/// How long a text may be that a client has made: a span is kept until it is sent, and headers and
/// paths may have hundreds of kilobytes.
const MAX_TEXT_BYTES: usize = 4096;

/// The version of the semantic conventions that spans and metrics follow.
const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/1.44.0";

/// Who records: this crate, its version, and the conventions that it follows.
pub(crate) fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(SCHEMA_URL)
        .build()
}

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
        Self(Arc::new(provider.tracer_with_scope(scope())))
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
    fn start(&self, subject: &impl Describe, how: Start<'_>) -> TracerSpan {
        if is_dropped(how.parent) {
            return self.start_below_dropped(subject, how);
        }
        let mut attributes = StartAttributes(Vec::with_capacity(ATTRIBUTES_AT_START));
        subject.attributes(&mut attributes);
        let builder = SpanBuilder {
            name: subject.name(),
            attributes: Some(attributes.0),
            span_kind: Some(subject.kind()),
            start_time: Some(how.time),
            links: links(how),
            ..SpanBuilder::default()
        };
        self.0.start_span(builder, how.parent)
    }
}

impl TracerRecorder {
    /// Asks the sampler without building anything, and builds only if the span records after all.
    fn start_below_dropped(&self, subject: &impl Describe, how: Start<'_>) -> TracerSpan {
        let builder = SpanBuilder {
            name: Cow::Borrowed(subject.short_name()),
            span_kind: Some(subject.kind()),
            start_time: Some(how.time),
            links: links(how),
            ..SpanBuilder::default()
        };
        let mut span = self.0.start_span(builder, how.parent);
        if span.is_recording() {
            span.rename(subject.name());
            subject.attributes(&mut span);
        }
        span
    }
}

fn links(how: Start<'_>) -> Option<Vec<Link>> {
    let linked = how.link?.clone();
    Some(vec![Link::new(linked, Vec::new(), 0)])
}

/// Whether `parent` holds a valid span that is not sampled.
fn is_dropped(parent: &Context) -> bool {
    let span = parent.span();
    span.span_context().is_valid() && !span.span_context().is_sampled()
}

/// A tracer whose span type is hidden, so that the layers have no type parameter for it.
trait StartSpan: Send + Sync {
    fn start_span(&self, builder: SpanBuilder, parent: &Context) -> TracerSpan;
}

impl<T> StartSpan for T
where
    T: Tracer + Send + Sync,
    T::Span: Send + Sync + 'static,
{
    fn start_span(&self, builder: SpanBuilder, parent: &Context) -> TracerSpan {
        let span = self.build_with_context(builder, parent);
        if span.is_recording() {
            return TracerSpan {
                context: parent.with_span(span),
                recording: true,
            };
        }
        TracerSpan {
            context: dropped(span.span_context(), parent),
            recording: false,
        }
    }
}

/// The context of a span that is not recorded: its ids and the decision have to be passed on, the
/// span itself not. Without a tracer there is only the parent.
///
/// Its id is a new one also below a parent that was dropped: W3C's conformance suite insists that
/// each participant in a trace has an id of its own.
fn dropped(span: &SpanContext, parent: &Context) -> Context {
    if !span.is_valid() {
        return parent.clone();
    }
    let parent_span = parent.span();
    let above = parent_span.span_context();
    let same = span.trace_id() == above.trace_id();
    // SDKs give a span that they drop no flags, but the random flag speaks of the trace id:
    // <https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>
    let random = if same && above.trace_flags() & RANDOM == RANDOM {
        span.trace_flags() | RANDOM
    } else {
        span.trace_flags()
    };
    parent.with_remote_span_context(SpanContext::new(
        span.trace_id(),
        span.span_id(),
        random,
        span.is_remote(),
        span.trace_state().clone(),
    ))
}

/// A span inside the context that carries it.
#[derive(Debug)]
pub(crate) struct TracerSpan {
    context: Context,
    recording: bool,
}

impl TracerSpan {
    /// The context alone, of a span that is not recorded.
    #[inline]
    pub(crate) fn into_context(self) -> Context {
        self.context
    }
}

impl RecordedSpan for TracerSpan {
    #[inline]
    fn context(&self) -> &Context {
        &self.context
    }

    #[inline]
    fn is_recording(&self) -> bool {
        self.recording
    }

    fn rename(&mut self, name: Cow<'static, str>) {
        self.context.span().update_name(name);
    }

    fn set_error(&mut self) {
        self.context.span().set_status(Status::error(""));
    }

    fn end(&mut self, time: SystemTime) {
        if self.recording {
            self.context.span().end_with_timestamp(time);
        }
    }
}

impl Attributes for TracerSpan {
    fn set(&mut self, key: &'static str, value: Value<'_>) {
        self.context.span().set_attribute(key_value(key, value));
    }

    fn set_list(&mut self, key: Key, values: Vec<String>) {
        self.context.span().set_attribute(list(key, values));
    }
}

/// The attributes a span is started with.
struct StartAttributes(Vec<KeyValue>);

impl Attributes for StartAttributes {
    // The kind of value is known where it is written, and choosing among them is most of the cost.
    #[inline(always)]
    fn set(&mut self, key: &'static str, value: Value<'_>) {
        self.0.push(key_value(key, value));
    }

    fn set_list(&mut self, key: Key, values: Vec<String>) {
        self.0.push(list(key, values));
    }
}

#[inline(always)]
fn key_value(key: &'static str, value: Value<'_>) -> KeyValue {
    match value {
        Value::Borrowed(text) => KeyValue::new(key, cut(text).to_owned()),
        Value::Int(number) => KeyValue::new(key, number),
        Value::Owned(mut text) => {
            text.truncate(cut(&text).len());
            KeyValue::new(key, text)
        }
        Value::Shared(text) => KeyValue::new(key, text),
        Value::Static(text) => KeyValue::new(key, text),
    }
}

/// Text as long as an attribute may be.
#[inline]
fn cut(text: &str) -> &str {
    if text.len() <= MAX_TEXT_BYTES {
        return text;
    }
    let boundary = (0..=MAX_TEXT_BYTES)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    text.get(..boundary.unwrap_or_default()).unwrap_or_default()
}

fn list(key: Key, values: Vec<String>) -> KeyValue {
    let values = values.into_iter().map(StringValue::from).collect();
    KeyValue::new(key, opentelemetry::Value::Array(Array::String(values)))
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT_BYTES, cut};

    #[test]
    fn a_long_text_is_cut_between_two_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"x".repeat(MAX_TEXT_BYTES + 1)).len(), MAX_TEXT_BYTES);
        let text = format!("x{}", "\u{e9}".repeat(MAX_TEXT_BYTES));
        assert_eq!(cut(&text).len(), MAX_TEXT_BYTES - 1);
    }
}
