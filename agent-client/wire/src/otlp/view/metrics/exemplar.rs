//! Exemplars.

use super::super::Attributes;
use super::Number;
use crate::protobuf::{Fields, Value};

/// `opentelemetry.proto.metrics.v1.Exemplar`: one measurement out of many, and the span in which it
/// was made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exemplar<'a> {
    /// The whole message.
    pub bytes: &'a [u8],
    /// When it was measured, in nanoseconds since the Unix epoch.
    pub time_unix_nano: u64,
    /// What was measured.
    pub value: Option<Number>,
    /// 8 bytes, if valid; empty outside a span.
    pub span_id: &'a [u8],
    /// 16 bytes, if valid; empty outside a trace.
    pub trace_id: &'a [u8],
}

impl<'a> Exemplar<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        let mut exemplar = Self {
            bytes: message,
            ..Self::default()
        };
        for field in Fields::new(message).map_while(Result::ok) {
            match (field.number, field.value) {
                (2, Value::Fixed64(time)) => exemplar.time_unix_nano = time,
                (3, Value::Fixed64(bits)) => {
                    exemplar.value = Some(Number::Double(f64::from_bits(bits)));
                }
                (4, Value::Bytes(id)) => exemplar.span_id = id,
                (5, Value::Bytes(id)) => exemplar.trace_id = id,
                (6, Value::Fixed64(bits)) => exemplar.value = Some(Number::Int(bits.cast_signed())),
                _ => {}
            }
        }
        exemplar
    }

    /// Attributes of the measurement that the point does not have.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.bytes, 7)
    }
}
