//! One span, read in a single walk.

use super::{Attributes, messages, utf8};
use crate::protobuf::{Fields, Value};

/// `opentelemetry.proto.trace.v1.Span`: scalar fields read, lists left on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// 16 bytes, if valid.
    pub trace_id: &'a [u8],
    /// 8 bytes, if valid.
    pub span_id: &'a [u8],
    /// 8 bytes, or empty for a root.
    pub parent_span_id: &'a [u8],
    /// The W3C `tracestate` of the span.
    pub trace_state: &'a str,
    /// The span's name.
    pub name: &'a str,
    /// `SpanKind`: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    pub kind: u64,
    /// Start in nanoseconds since the Unix epoch.
    pub start_unix_nano: u64,
    /// End in nanoseconds since the Unix epoch.
    pub end_unix_nano: u64,
    /// Attributes that the sender dropped.
    pub dropped_attributes: u64,
    /// Events that the sender dropped.
    pub dropped_events: u64,
    /// Links that the sender dropped.
    pub dropped_links: u64,
    /// `StatusCode`: 0 unset, 1 ok, 2 error.
    pub status_code: u64,
    /// The status description.
    pub status_message: &'a str,
    /// Bits 0 to 7 the W3C trace flags, 0x100 has-is-remote, 0x200 is-remote.
    pub flags: u32,
}

impl<'a> Span<'a> {
    /// Reads the scalar fields of `message`.
    #[must_use]
    pub fn new(message: &'a [u8]) -> Self {
        let mut span = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            span.set(field.number, field.value);
        }
        span
    }

    fn set(&mut self, number: u32, value: Value<'a>) {
        match (number, value) {
            (1, Value::Bytes(bytes)) => self.trace_id = bytes,
            (2, Value::Bytes(bytes)) => self.span_id = bytes,
            (3, Value::Bytes(bytes)) => self.trace_state = utf8(bytes),
            (4, Value::Bytes(bytes)) => self.parent_span_id = bytes,
            (5, Value::Bytes(bytes)) => self.name = utf8(bytes),
            (6, Value::Varint(kind)) => self.kind = kind,
            (7, Value::Fixed64(time)) => self.start_unix_nano = time,
            (8, Value::Fixed64(time)) => self.end_unix_nano = time,
            (10, Value::Varint(count)) => self.dropped_attributes = count,
            (12, Value::Varint(count)) => self.dropped_events = count,
            (14, Value::Varint(count)) => self.dropped_links = count,
            (15, Value::Bytes(status)) => self.set_status(status),
            (16, Value::Fixed32(flags)) => self.flags = flags,
            _ => {}
        }
    }

    fn set_status(&mut self, status: &'a [u8]) {
        for field in Fields::new(status).map_while(Result::ok) {
            match (field.number, field.value) {
                (2, Value::Bytes(message)) => self.status_message = utf8(message),
                (3, Value::Varint(code)) => self.status_code = code,
                _ => {}
            }
        }
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 9)
    }

    /// The events.
    pub fn events(&self) -> impl Iterator<Item = Event<'a>> {
        messages(self.bytes, 11).map(Event::new)
    }

    /// The links.
    pub fn links(&self) -> impl Iterator<Item = Link<'a>> {
        messages(self.bytes, 13).map(Link::new)
    }
}

/// `Span.Event`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Event<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// Nanoseconds since the Unix epoch.
    pub time_unix_nano: u64,
    /// The event's name.
    pub name: &'a str,
    /// Attributes that the sender dropped.
    pub dropped_attributes: u64,
}

impl<'a> Event<'a> {
    fn new(message: &'a [u8]) -> Self {
        let mut event = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            match (field.number, field.value) {
                (1, Value::Fixed64(time)) => event.time_unix_nano = time,
                (2, Value::Bytes(name)) => event.name = utf8(name),
                (4, Value::Varint(count)) => event.dropped_attributes = count,
                _ => {}
            }
        }
        event
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 3)
    }
}

/// `Span.Link`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Link<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// 16 bytes, if valid.
    pub trace_id: &'a [u8],
    /// 8 bytes, if valid.
    pub span_id: &'a [u8],
    /// The W3C `tracestate` of the linked span.
    pub trace_state: &'a str,
    /// Attributes that the sender dropped.
    pub dropped_attributes: u64,
    /// As those of [`Span::flags`], of the linked span.
    pub flags: u32,
}

impl<'a> Link<'a> {
    fn new(message: &'a [u8]) -> Self {
        let mut link = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            match (field.number, field.value) {
                (1, Value::Bytes(id)) => link.trace_id = id,
                (2, Value::Bytes(id)) => link.span_id = id,
                (3, Value::Bytes(state)) => link.trace_state = utf8(state),
                (5, Value::Varint(count)) => link.dropped_attributes = count,
                (6, Value::Fixed32(flags)) => link.flags = flags,
                _ => {}
            }
        }
        link
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 4)
    }
}
