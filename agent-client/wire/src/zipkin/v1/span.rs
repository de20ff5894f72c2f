//! A span as Zipkin v1 has it.

use std::borrow::Cow;

use crate::zipkin::{Endpoint, Value};

/// A span of Zipkin v1, borrowed from what it was read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span<'a> {
    /// The trace; ids of 64 bits are its lower half.
    pub trace_id: [u8; 16],
    /// The span.
    pub id: [u8; 8],
    /// The span that caused this one.
    pub parent_id: Option<[u8; 8]>,
    /// What was done.
    pub name: Cow<'a, str>,
    /// The start in microseconds since the Unix epoch; 0 when absent.
    pub timestamp: u64,
    /// Microseconds; 0 when absent.
    pub duration: u64,
    /// Whether the trace is to be kept whatever the sampler says.
    pub debug: bool,
    /// What happened when.
    pub annotations: Vec<Annotation<'a>>,
    /// What else is known.
    pub binary_annotations: Vec<BinaryAnnotation<'a>>,
}

/// Something that happened at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotation<'a> {
    /// Microseconds since the Unix epoch.
    pub timestamp: u64,
    /// What happened.
    pub value: Cow<'a, str>,
    /// Who has recorded it.
    pub endpoint: Option<Endpoint<'a>>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct BinaryAnnotation<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
    /// Who has recorded it; of an address, the address.
    pub endpoint: Option<Endpoint<'a>>,
}

impl Span<'_> {
    /// Forgets everything but the memory of its lists.
    pub(super) fn clear(&mut self) {
        let mut annotations = std::mem::take(&mut self.annotations);
        let mut binary_annotations = std::mem::take(&mut self.binary_annotations);
        annotations.clear();
        binary_annotations.clear();
        *self = Self {
            annotations,
            binary_annotations,
            ..Self::default()
        };
    }
}

/// Ports are 16 bits that some write as if they had a sign.
pub(super) fn unsigned_port(port: i64) -> i64 {
    match port {
        -0x8000..0 => port + 0x1_0000,
        port => port,
    }
}
