//! Reading one field. The last one counts, as protobuf has it.

use campanile_wire::protobuf::{Field, Fields, Value as Wire};

fn last<'a, T>(message: &'a [u8], number: u32, read: impl Fn(Wire<'a>) -> Option<T>) -> Option<T> {
    let fields = Fields::new(message).map_while(Result::ok);
    let found = fields.filter(|field: &Field<'_>| field.number == number);
    found.filter_map(|field| read(field.value)).last()
}

/// The bytes of a field, empty when absent.
pub(in super::super) fn bytes(message: &[u8], number: u32) -> &[u8] {
    last(message, number, |value| match value {
        Wire::Bytes(bytes) => Some(bytes),
        _ => None,
    })
    .unwrap_or_default()
}

/// The text of a field, empty when absent.
pub(in super::super) fn text(message: &[u8], number: u32) -> &str {
    str::from_utf8(bytes(message, number)).unwrap_or_default()
}

/// The varint of a field.
pub(in super::super) fn varint(message: &[u8], number: u32) -> Option<u64> {
    last(message, number, |value| match value {
        Wire::Varint(number) => Some(number),
        _ => None,
    })
}

/// The fixed64 of a field.
pub(in super::super) fn fixed64(message: &[u8], number: u32) -> Option<u64> {
    last(message, number, |value| match value {
        Wire::Fixed64(bits) => Some(bits),
        _ => None,
    })
}

/// The double of a field.
pub(in super::super) fn double(message: &[u8], number: u32) -> Option<f64> {
    fixed64(message, number).map(f64::from_bits)
}

/// The fixed32 of a field.
pub(in super::super) fn fixed32(message: &[u8], number: u32) -> Option<u32> {
    last(message, number, |value| match value {
        Wire::Fixed32(bits) => Some(bits),
        _ => None,
    })
}

/// Every message in field `number`.
pub(in super::super) fn all(message: &[u8], number: u32) -> impl Iterator<Item = &[u8]> {
    let fields = Fields::new(message).map_while(Result::ok);
    fields.filter_map(move |field| match field.value {
        Wire::Bytes(bytes) if field.number == number => Some(bytes),
        _ => None,
    })
}

/// The elements of an `ArrayValue`, each an `AnyValue`.
pub(in super::super) fn items(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    all(list, 1)
}

/// The keys and `AnyValue`s of the `KeyValue`s in field `number`.
pub(in super::super) fn entries(
    message: &[u8],
    number: u32,
) -> impl Iterator<Item = (&str, &[u8])> {
    all(message, number).map(key_value)
}

/// The `AnyValue` of the first entry with this key.
pub(in super::super) fn find<'a>(message: &'a [u8], number: u32, key: &str) -> Option<&'a [u8]> {
    let mut entries = entries(message, number);
    entries.find(|(found, _)| *found == key).map(|(_, any)| any)
}

/// The key and `AnyValue` of a `KeyValue`.
pub(super) fn key_value(entry: &[u8]) -> (&str, &[u8]) {
    let mut key = "";
    let mut value = &[][..];
    for field in Fields::new(entry).map_while(Result::ok) {
        match (field.number, field.value) {
            (1, Wire::Bytes(bytes)) => key = str::from_utf8(bytes).unwrap_or_default(),
            (2, Wire::Bytes(bytes)) => value = bytes,
            _ => {}
        }
    }
    (key, value)
}
