//! Writing the points of metrics that connectors derive.

use std::time::Duration;

use campanile_wire::otlp::write;
use campanile_wire::protobuf::{Fields, Value, put_bytes, put_varint};

/// The field of a `NumberDataPoint` that holds an attribute: how the keys of series hold theirs.
pub(super) const ATTRIBUTE: u32 = 7;

/// The two times of a point, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// Since when it counts.
    pub(super) start: u64,
    /// When it was read.
    pub(super) now: u64,
}

/// A moment, by the calendar and by a clock that nobody sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Now {
    /// Nanoseconds since 1970.
    pub(super) unix: u64,
    /// Since the connector was built.
    pub(super) at: Duration,
}

/// One span out of those that a point counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exemplar {
    pub(super) unix: u64,
    pub(super) value: f64,
    pub(super) trace_id: [u8; 16],
    pub(super) span_id: [u8; 8],
}

impl Exemplar {
    /// Writes it as field `number` of a point.
    pub(super) fn write(&self, point: &mut Vec<u8>, number: u32) {
        write::nested(point, number, |out| {
            write::fixed64(out, 2, self.unix);
            double(out, 3, self.value);
            write::bytes(out, 4, &self.span_id);
            write::bytes(out, 5, &self.trace_id);
        });
    }
}

/// Writes a double, zero too.
pub(super) fn double(out: &mut Vec<u8>, number: u32, value: f64) {
    put_varint(out, u64::from(number) << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Writes the attributes that `key` holds as field `number` of a point.
pub(super) fn attributes(point: &mut Vec<u8>, number: u32, key: &[u8]) {
    if number == ATTRIBUTE {
        point.extend_from_slice(key);
        return;
    }
    for field in Fields::new(key).map_while(Result::ok) {
        if let Value::Bytes(attribute) = field.value {
            put_bytes(point, number, attribute);
        }
    }
}

/// Writes the point of a counter.
pub(super) fn counter(out: &mut Vec<u8>, value: u64, key: &[u8], times: Times) {
    let value = i64::try_from(value).unwrap_or(i64::MAX);
    write::nested(out, 1, |point| {
        write::fixed64(point, 2, times.start);
        write::fixed64(point, 3, times.now);
        // Zero is written too: the value is a oneof.
        put_varint(point, 6 << 3 | 1);
        point.extend_from_slice(&value.to_le_bytes());
        attributes(point, ATTRIBUTE, key);
    });
}

/// Writes a metric whose data, in field `field`, `fill` writes; nothing if it writes no points.
pub(super) fn metric(
    scope: &mut Vec<u8>,
    names: [&str; 3],
    field: u32,
    fill: impl FnOnce(&mut Vec<u8>),
    end: impl FnOnce(&mut Vec<u8>),
) {
    let [name, about, unit] = names;
    let begin = scope.len();
    let mut any = false;
    write::nested(scope, 2, |metric| {
        write::text(metric, 1, name);
        write::text(metric, 2, about);
        write::text(metric, 3, unit);
        write::nested(metric, field, |data| {
            let before = data.len();
            fill(data);
            any = data.len() > before;
            end(data);
        });
    });
    if !any {
        scope.truncate(begin);
    }
}
