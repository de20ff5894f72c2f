//! The seam between what is known about a request and where a span is written.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{SpanContext, SpanKind};
use opentelemetry::{Context, Key};

/// Starts spans.
pub(crate) trait Recorder {
    /// A span that was started and has not ended yet.
    type Span: RecordedSpan;

    /// Starts a span as `how` says.
    ///
    /// The recorder decides what to ask of `subject`: an unsampled span needs no attributes.
    fn start(&self, subject: &impl Describe, how: Start<'_>) -> Self::Span;
}

/// How a span starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a> {
    /// Holds the parent, or none for a new root.
    pub(crate) parent: &'a Context,
    /// A span that the new one is linked to, and no child of.
    pub(crate) link: Option<&'a SpanContext>,
    /// When it started.
    pub(crate) time: SystemTime,
}

/// A started span. Ending it is explicit; dropping it is not an end.
pub(crate) trait RecordedSpan: Attributes {
    /// The context that holds the span: what children and propagators see.
    fn context(&self) -> &Context;

    /// Whether anything written to the span is kept.
    fn is_recording(&self) -> bool;

    /// Replaces the name the span was started with.
    fn rename(&mut self, name: Cow<'static, str>);

    /// Sets the status to `Error`, without a description.
    fn set_error(&mut self);

    /// Ends the span.
    fn end(&mut self, time: SystemTime);
}

/// What a span says about a request when it starts.
pub(crate) trait Describe {
    /// Server or client.
    fn kind(&self) -> SpanKind;

    /// The name without anything that has to be built.
    fn short_name(&self) -> &'static str;

    /// The name, as good as it is known when the span starts.
    fn name(&self) -> Cow<'static, str>;

    /// Writes the attributes that are known when the span starts.
    fn attributes(&self, out: &mut impl Attributes);
}

/// Takes attributes. A key is set at most once in a span's life.
pub(crate) trait Attributes {
    /// Sets `key`, a name of the semantic conventions, to `value`.
    fn set(&mut self, key: &'static str, value: Value<'_>);

    /// Sets `key`, a name that configuration has made, to a list of texts.
    fn set_list(&mut self, key: Key, values: Vec<String>);
}

/// An attribute's value, in the cheapest form the caller has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Text that the recorder has to copy.
    Borrowed(&'a str),
    /// A 64-bit integer.
    Int(i64),
    /// Text made for this span.
    Owned(String),
    /// Text that others keep too.
    Shared(Arc<str>),
    /// Text of the program.
    Static(&'static str),
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Borrowed(text),
            Cow::Owned(text) => Self::Owned(text),
        }
    }
}

impl<'a> Value<'a> {
    /// Text of the program, or text made for this span.
    pub(crate) fn lasting(text: Cow<'static, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Static(text),
            Cow::Owned(text) => Self::Owned(text),
        }
    }

    /// Text that is static where `kept` found it in a table, and copied where it did not.
    pub(crate) fn kept(kept: Option<&'static str>, text: &'a str) -> Self {
        kept.map_or(Self::Borrowed(text), Self::Static)
    }
}
