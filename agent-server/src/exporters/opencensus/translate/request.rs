//! A payload as the messages of one stream.

use bytes::Bytes;
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::view::{self, AnyValue, resource_metrics, resource_spans};
use campanile_wire::otlp::write::nested;

use super::origin::Origin;
use super::{metrics, span};
use crate::payload::Payload;

/// The size from which on a message is full; readers take four times as much.
const FULL_BYTES: usize = 1 << 20;
/// The number of items at which a message is full.
const FULL_ITEMS: usize = 10_000;

/// The messages that hold what `payload` holds.
pub(in super::super) fn messages(payload: &Payload) -> Vec<Bytes> {
    let mut messages = Vec::new();
    match payload.signal() {
        Signal::Metrics => {
            for resource in resource_metrics(payload.bytes()) {
                let origin = Origin::new(resource.resource(), resource.schema_url());
                let mut message = Message::new(&origin, &mut messages);
                for scoped in resource.scope_metrics() {
                    let scope = Scope::new(scoped.scope(), scoped.schema_url());
                    for metric in scoped.metrics() {
                        message.add(|out| metrics::put(out, &metric, &scope));
                    }
                }
                message.end();
            }
        }
        _ => {
            for resource in resource_spans(payload.bytes()) {
                let origin = Origin::new(resource.resource(), resource.schema_url());
                let own_codes = origin.writes_own_codes;
                let mut message = Message::new(&origin, &mut messages);
                for scoped in resource.scope_spans() {
                    let scope = Scope::new(scoped.scope(), scoped.schema_url());
                    for span in scoped.spans() {
                        message.add(|out| {
                            span::put(out, &span, &scope, own_codes);
                            true
                        });
                    }
                }
                message.end();
            }
        }
    }
    messages
}

/// An instrumentation scope as attributes of what it produced.
pub(super) struct Scope<'a> {
    /// The attributes.
    pub(super) attributes: Vec<(String, AnyValue<'a>)>,
}

impl<'a> Scope<'a> {
    /// The attributes for what the scope says of itself.
    pub(super) fn new(scope: view::Scope<'a>, schema_url: &'a str) -> Self {
        let texts = [
            ("otel.scope.name", scope.name()),
            ("otel.scope.version", scope.version()),
            ("otel.scope.schema_url", schema_url),
        ];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let texts = texts.map(|(key, text)| (key.to_owned(), AnyValue::Text(text)));
        let own = scope.attributes().iter();
        let own = own.map(|(key, value)| (format!("otel.scope.attribute.{key}"), value));
        let dropped = i64::try_from(scope.dropped_attributes()).unwrap_or(i64::MAX);
        let dropped = (dropped != 0).then(|| {
            let key = "otel.scope.dropped_attributes_count".to_owned();
            (key, AnyValue::Int(dropped))
        });
        Self {
            attributes: texts.chain(own).chain(dropped).collect(),
        }
    }
}

/// A message under construction. Every one says who sends it: a stream keeps what was said last,
/// and two payloads never have to agree.
struct Message<'m> {
    origin: &'m Origin,
    done: &'m mut Vec<Bytes>,
    out: Vec<u8>,
    items: usize,
}

impl<'m> Message<'m> {
    fn new(origin: &'m Origin, done: &'m mut Vec<Bytes>) -> Self {
        let mut message = Self {
            origin,
            done,
            out: Vec::new(),
            items: 0,
        };
        message.begin();
        message
    }

    fn begin(&mut self) {
        let Self { origin, out, .. } = self;
        nested(out, 1, |out| out.extend_from_slice(&origin.node));
        // Present even when it is empty: it takes the place of the last one.
        nested(out, 3, |out| out.extend_from_slice(&origin.resource));
    }

    /// Adds what `put` writes, unless it says that there was nothing.
    fn add(&mut self, put: impl FnOnce(&mut Vec<u8>) -> bool) {
        let mark = self.out.len();
        let mut present = false;
        nested(&mut self.out, 2, |out| present = put(out));
        if !present {
            self.out.truncate(mark);
            return;
        }
        self.items += 1;
        if self.out.len() >= FULL_BYTES || self.items >= FULL_ITEMS {
            self.flush();
            self.begin();
        }
    }

    fn flush(&mut self) {
        let full = std::mem::take(&mut self.out);
        self.done.push(full.into());
        self.items = 0;
    }

    fn end(mut self) {
        if self.items > 0 {
            self.flush();
        }
    }
}
