//! Writing the list.

use crate::otlp::json::text::Text;
use crate::zipkin::id::is_zero;
use crate::zipkin::{Endpoint, Span};

/// Writes a list of spans, in the form that every reader takes: text tags, and a trace id of 16
/// digits where its upper half is zero.
#[must_use]
pub fn write<'s>(spans: impl IntoIterator<Item = &'s Span<'s>>) -> String {
    let mut out = Writer::default();
    for span in spans {
        out.push(span);
    }
    out.finish()
}

/// A list under construction, so that spans need not exist at the same time.
#[derive(Debug)]
pub struct Writer(Text);

impl Default for Writer {
    fn default() -> Self {
        let mut text = Text::with_capacity(4 << 10);
        text.open('[');
        Self(text)
    }
}

impl Writer {
    /// Appends a span.
    pub fn push(&mut self, span: &Span<'_>) {
        let out = &mut self.0;
        out.separate();
        out.open('{');
        out.key("traceId");
        match span.trace_id.split_at(8) {
            (high, low) if is_zero(high) => out.hex(low),
            _ => out.hex(&span.trace_id),
        }
        if let Some(parent) = span.parent_id {
            out.key("parentId");
            out.hex(&parent);
        }
        out.key("id");
        out.hex(&span.id);
        if let Some(kind) = span.kind {
            out.key("kind");
            out.quoted(kind.name());
        }
        text(out, "name", &span.name);
        number(out, "timestamp", span.timestamp);
        number(out, "duration", span.duration);
        endpoint(out, "localEndpoint", &span.local);
        endpoint(out, "remoteEndpoint", &span.remote);
        annotations(out, span);
        tags(out, span);
        flag(out, "debug", span.debug);
        flag(out, "shared", span.shared);
        out.close('}');
    }

    /// Bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no span has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }

    /// The list.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.0.close(']');
        self.0.finish()
    }
}

fn annotations(out: &mut Text, span: &Span<'_>) {
    if span.annotations.is_empty() {
        return;
    }
    out.key("annotations");
    out.open('[');
    for annotation in &span.annotations {
        out.separate();
        out.open('{');
        out.key("timestamp");
        out.plain(annotation.timestamp);
        out.key("value");
        out.string(&annotation.value);
        out.close('}');
    }
    out.close(']');
}

fn tags(out: &mut Text, span: &Span<'_>) {
    if span.tags.is_empty() {
        return;
    }
    out.key("tags");
    out.open('{');
    for tag in &span.tags {
        out.separate();
        out.string(&tag.key);
        out.colon();
        out.string(&tag.value.to_text());
    }
    out.close('}');
}

fn endpoint(out: &mut Text, key: &str, endpoint: &Endpoint<'_>) {
    if endpoint.is_empty() {
        return;
    }
    out.key(key);
    out.open('{');
    text(out, "serviceName", &endpoint.service_name);
    text(out, "ipv4", &endpoint.ipv4);
    text(out, "ipv6", &endpoint.ipv6);
    if endpoint.port != 0 {
        out.key("port");
        out.plain(endpoint.port);
    }
    out.close('}');
}

fn text(out: &mut Text, key: &str, value: &str) {
    if !value.is_empty() {
        out.key(key);
        out.string(value);
    }
}

fn number(out: &mut Text, key: &str, value: u64) {
    if value != 0 {
        out.key(key);
        out.plain(value);
    }
}

fn flag(out: &mut Text, key: &str, value: bool) {
    if value {
        out.key(key);
        out.plain(value);
    }
}
