//! Fields that several messages have.

use campanile_wire::otlp::write::{nested, varint};
use campanile_wire::protobuf::{Fields, Value, put_bytes, put_varint};

/// Appends a `TruncatableString`, even an empty one.
pub(super) fn put_text(out: &mut Vec<u8>, number: u32, text: &str, truncated: i32) {
    nested(out, number, |out| {
        if !text.is_empty() {
            put_bytes(out, 1, text.as_bytes());
        }
        put_int32(out, 2, truncated);
    });
}

/// Appends a `Timestamp`, even that of the epoch: an absent one would be made up by its reader.
pub(super) fn put_time(out: &mut Vec<u8>, number: u32, unix_nano: u64) {
    nested(out, number, |out| {
        varint(out, 1, unix_nano / 1_000_000_000);
        varint(out, 2, unix_nano % 1_000_000_000);
    });
}

/// Appends an int32, unless it is zero.
pub(super) fn put_int32(out: &mut Vec<u8>, number: u32, value: i32) {
    varint(out, number, i64::from(value).cast_unsigned());
}

/// Appends a varint, zero or not: in a oneof or a wrapper presence is the value.
pub(super) fn put_present(out: &mut Vec<u8>, number: u32, value: u64) {
    put_varint(out, u64::from(number) << 3);
    put_varint(out, value);
}

/// Appends a double, zero or not.
pub(super) fn put_double(out: &mut Vec<u8>, number: u32, value: f64) {
    put_varint(out, u64::from(number) << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

/// A count in a signed field.
pub(super) fn count(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The number in field `number` of a message, or 0.
pub(super) fn number_in(message: &[u8], number: u32) -> u64 {
    let fields = Fields::new(message).map_while(Result::ok);
    let found = fields.filter(|field| field.number == number).last();
    match found.map(|field| field.value) {
        Some(Value::Varint(value)) => value,
        Some(Value::Fixed32(value)) => value.into(),
        _ => 0,
    }
}
