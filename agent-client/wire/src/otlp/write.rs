//! Writing OTLP, or any protobuf, field by field into one buffer.
//!
//! A translator appends each field once; nothing is built in between. As proto3 has it, empty and
//! zero values are not written, except inside a oneof ([`Scalar`]), where presence is the value.

use crate::protobuf::{put_bytes, put_varint, varint_len};

/// Appends the message that `body` writes as field `number`.
pub fn nested(out: &mut Vec<u8>, number: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let start = begin(out, number);
    body(out);
    end(out, start);
}

/// Starts the length-delimited field `number`; [`end`] takes the returned position.
pub(crate) fn begin(out: &mut Vec<u8>, number: u32) -> usize {
    put_varint(out, u64::from(number) << 3 | 2);
    // Most lengths take one byte; a longer body moves over by what its length takes more.
    out.push(0);
    out.len()
}

/// Ends the field whose body starts at `start` by filling in its length.
pub(crate) fn end(out: &mut Vec<u8>, start: usize) {
    let length = out.len() - start;
    let mut rest = length;
    let mut extra = 0;
    while rest >= 0x80 {
        rest >>= 7;
        extra += 1;
    }
    if extra > 0 {
        out.resize(out.len() + extra, 0);
        out.copy_within(start..start + length, start + extra);
    }
    let mut rest = length;
    for byte in &mut out[start - 1..start - 1 + extra] {
        *byte = (rest & 0x7f) as u8 | 0x80;
        rest >>= 7;
    }
    out[start - 1 + extra] = rest as u8;
}

/// Appends text, unless it is empty.
pub fn text(out: &mut Vec<u8>, number: u32, value: &str) {
    bytes(out, number, value.as_bytes());
}

/// Appends bytes, unless they are empty.
pub fn bytes(out: &mut Vec<u8>, number: u32, value: &[u8]) {
    if !value.is_empty() {
        put_bytes(out, number, value);
    }
}

/// Appends a varint, unless it is zero.
pub fn varint(out: &mut Vec<u8>, number: u32, value: u64) {
    if value != 0 {
        put_varint(out, u64::from(number) << 3);
        put_varint(out, value);
    }
}

/// Appends a fixed64, unless it is zero.
pub fn fixed64(out: &mut Vec<u8>, number: u32, value: u64) {
    if value != 0 {
        put_varint(out, u64::from(number) << 3 | 1);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Appends a fixed32, unless it is zero.
pub fn fixed32(out: &mut Vec<u8>, number: u32, value: u32) {
    if value != 0 {
        put_varint(out, u64::from(number) << 3 | 5);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// An attribute value that holds no other values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// A truth value.
    Bool(bool),
    /// Raw bytes.
    Bytes(&'a [u8]),
    /// A double.
    Double(f64),
    /// A signed integer.
    Int(i64),
    /// Text.
    Text(&'a str),
}

/// Appends the `KeyValue` of one attribute as field `number`. Its lengths are known beforehand, so
/// that nothing moves.
pub fn attribute(out: &mut Vec<u8>, number: u32, key: &str, value: Scalar<'_>) {
    let value_len = scalar_len(value);
    let key_len = if key.is_empty() {
        0
    } else {
        field_len(key.len())
    };
    put_varint(out, u64::from(number) << 3 | 2);
    put_varint(out, (key_len + field_len(value_len)) as u64);
    text(out, 1, key);
    put_varint(out, 2 << 3 | 2);
    put_varint(out, value_len as u64);
    scalar(out, value);
}

/// Bytes of a length-delimited field with a number below 16.
const fn field_len(len: usize) -> usize {
    1 + varint_len(len as u64) + len
}

/// Bytes of the fields of an `AnyValue`.
const fn scalar_len(value: Scalar<'_>) -> usize {
    match value {
        Scalar::Bool(_) => 2,
        Scalar::Bytes(value) => field_len(value.len()),
        Scalar::Double(_) => 9,
        Scalar::Int(value) => 1 + varint_len(value.cast_unsigned()),
        Scalar::Text(value) => field_len(value.len()),
    }
}

/// Appends the fields of an `AnyValue`.
pub fn scalar(out: &mut Vec<u8>, value: Scalar<'_>) {
    match value {
        Scalar::Bool(value) => {
            put_varint(out, 2 << 3);
            put_varint(out, u64::from(value));
        }
        Scalar::Bytes(value) => put_bytes(out, 7, value),
        Scalar::Double(value) => {
            put_varint(out, 4 << 3 | 1);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Scalar::Int(value) => {
            put_varint(out, 3 << 3);
            put_varint(out, value.cast_unsigned());
        }
        Scalar::Text(value) => put_bytes(out, 1, value.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp::view::{AnyValue, Attributes};

    #[test]
    fn an_attribute_reads_back_as_it_was_written() {
        let mut out = Vec::new();
        let long = "x".repeat(300);
        attribute(&mut out, 9, "text", Scalar::Text(&long));
        attribute(&mut out, 9, "zero", Scalar::Int(0));
        attribute(&mut out, 9, "negative", Scalar::Int(-7));
        attribute(&mut out, 9, "false", Scalar::Bool(false));
        attribute(&mut out, 9, "double", Scalar::Double(0.5));
        attribute(&mut out, 9, "large", Scalar::Int(1 << 40));
        attribute(&mut out, 9, "bytes", Scalar::Bytes(&[1; 200]));
        attribute(&mut out, 9, "", Scalar::Text(""));
        let read = Attributes::new(&out, 9);
        assert_eq!(
            read.find("text").and_then(AnyValue::as_text),
            Some(long.as_str())
        );
        assert_eq!(read.find("zero").and_then(AnyValue::as_int), Some(0));
        assert_eq!(read.find("negative").and_then(AnyValue::as_int), Some(-7));
        assert!(matches!(read.find("false"), Some(AnyValue::Bool(false))));
        assert!(matches!(read.find("double"), Some(AnyValue::Double(0.5))));
        assert_eq!(read.find("large").and_then(AnyValue::as_int), Some(1 << 40));
        assert!(matches!(read.find("bytes"), Some(AnyValue::Bytes(b)) if b == [1; 200]));
        assert_eq!(read.find("").and_then(AnyValue::as_text), Some(""));
    }

    #[test]
    fn a_nested_message_of_any_length_has_its_length_before_it() {
        for length in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000] {
            let body: Vec<u8> = (0..length).map(|index| index as u8).collect();
            let mut nested_body = vec![0xff];
            nested(&mut nested_body, 3, |out| out.extend_from_slice(&body));
            let mut expected = vec![0xff];
            put_bytes(&mut expected, 3, &body);
            assert!(nested_body == expected, "{length}");
        }
    }
}
