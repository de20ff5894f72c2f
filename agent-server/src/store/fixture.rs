//! The words that tests of the store, its pages and its commands are written in.

use campanile_wire::otlp::write::{Scalar, attribute, bytes, fixed64, nested, text, varint};
use campanile_wire::otlp::{Limits, Signal};

use super::{Settings, Store};
use crate::ops::Metrics;
use crate::payload::Payload;

/// A span to be written; numbers are ids.
#[derive(Clone, Debug)]
pub(crate) struct TestSpan {
    pub(crate) trace: u128,
    pub(crate) id: u64,
    pub(crate) parent: u64,
    pub(crate) name: String,
    pub(crate) kind: u64,
    pub(crate) start: u64,
    pub(crate) duration: u64,
    pub(crate) error: bool,
    pub(crate) attributes: Vec<(String, String)>,
}

/// 2026-11-21T20:00:00Z.
pub(crate) const BASE: u64 = 1_795_291_200_000_000_000;

/// A span of one millisecond, internal, without a parent.
pub(crate) fn span(trace: u128, id: u64, name: &str) -> TestSpan {
    TestSpan {
        trace,
        id,
        parent: 0,
        name: name.to_owned(),
        kind: 1,
        start: BASE,
        duration: 1_000_000,
        error: false,
        attributes: Vec::new(),
    }
}

impl TestSpan {
    pub(crate) fn parent(mut self, parent: u64) -> Self {
        self.parent = parent;
        self
    }

    pub(crate) fn at(mut self, offset: u64, duration: u64) -> Self {
        self.start = BASE + offset;
        self.duration = duration;
        self
    }

    pub(crate) fn failed(mut self) -> Self {
        self.error = true;
        self
    }

    pub(crate) fn kind(mut self, kind: u64) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn attribute(mut self, key: &str, value: &str) -> Self {
        self.attributes.push((key.to_owned(), value.to_owned()));
        self
    }

    fn write(&self, out: &mut Vec<u8>) {
        bytes(out, 1, &self.trace.to_be_bytes());
        bytes(out, 2, &self.id.to_be_bytes());
        if self.parent != 0 {
            bytes(out, 4, &self.parent.to_be_bytes());
        }
        text(out, 5, &self.name);
        varint(out, 6, self.kind);
        fixed64(out, 7, self.start);
        fixed64(out, 8, self.start.saturating_add(self.duration));
        for (key, value) in &self.attributes {
            attribute(out, 9, key, Scalar::Text(value));
        }
        nested(out, 11, |out| {
            fixed64(out, 1, self.start);
            text(out, 2, "begun");
        });
        if self.error {
            nested(out, 15, |out| {
                text(out, 2, "it broke");
                varint(out, 3, 2);
            });
        }
    }
}

/// The payload of spans of one service.
pub(crate) fn payload(service: &str, spans: &[TestSpan]) -> Payload {
    let mut request = Vec::new();
    nested(&mut request, 1, |out| {
        nested(out, 1, |out| {
            attribute(out, 1, "service.name", Scalar::Text(service));
        });
        nested(out, 2, |out| {
            nested(out, 1, |out| text(out, 1, "fixture"));
            for span in spans {
                nested(out, 2, |out| span.write(out));
            }
        });
    });
    Payload::parse(Signal::Traces, request.into(), &Limits::default()).expect("well formed")
}

/// An empty store in memory.
pub(crate) fn store() -> Store {
    Store::open(Settings::default(), &Metrics::default()).expect("a store in memory opens")
}
