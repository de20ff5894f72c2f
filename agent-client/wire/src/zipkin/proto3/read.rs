//! Reading the list.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::protobuf::{Field, Fields, Value as Wire, WireError};
use crate::zipkin::id::{is_zero, trace_id};
use crate::zipkin::span::{room_for_child, room_for_span};
use crate::zipkin::{Annotation, Endpoint, Kind, Limits, ReadError, Span, Tag, Value};

/// Reads a list of spans and shows each to `take`. No bytes are an empty list.
///
/// # Errors
///
/// The first thing found wrong; some spans have been shown by then.
pub fn read<'a>(
    list: &'a [u8],
    limits: &Limits,
    mut take: impl FnMut(&Span<'a>),
) -> Result<(), ReadError> {
    let mut span = Span::default();
    let mut count = 0;
    for field in Fields::new(list) {
        let field = field.map_err(malformed)?;
        if field.number != 1 {
            continue;
        }
        room_for_span(count, limits)?;
        span.clear();
        let read = bytes(field).and_then(|message| fields(&mut span, message, limits));
        read.map_err(|error| error.within(count))?;
        count += 1;
        take(&span);
    }
    Ok(())
}

fn fields<'a>(span: &mut Span<'a>, message: &'a [u8], limits: &Limits) -> Result<(), ReadError> {
    for field in Fields::new(message) {
        let field = field.map_err(malformed)?;
        match field.number {
            1 => span.trace_id = trace_id(bytes(field)?).ok_or_else(|| invalid(TRACE_ID))?,
            2 => span.parent_id = parent(bytes(field)?)?,
            3 => span.id = id(bytes(field)?)?,
            4 => span.kind = kind(varint(field)?)?,
            5 => span.name = text(field)?,
            6 => span.timestamp = fixed64(field)?,
            7 => span.duration = varint(field)?,
            8 => span.local = endpoint(bytes(field)?)?,
            9 => span.remote = endpoint(bytes(field)?)?,
            10 => {
                room_for_child(span.annotations.len(), limits)?;
                span.annotations.push(annotation(bytes(field)?)?);
            }
            11 => {
                room_for_child(span.tags.len(), limits)?;
                span.tags.push(tag(bytes(field)?)?);
            }
            12 => span.debug = varint(field)? != 0,
            13 => span.shared = varint(field)? != 0,
            _ => {}
        }
    }
    if is_zero(&span.trace_id) {
        return Err(invalid(TRACE_ID));
    }
    if is_zero(&span.id) {
        return Err(invalid(SPAN_ID));
    }
    span.settle();
    Ok(())
}

const TRACE_ID: &str = "trace_id must have 8 or 16 bytes, not all zero";
const SPAN_ID: &str = "id must have 8 bytes, not all zero";
const PARENT_ID: &str = "parent_id must have 8 bytes";

fn id(bytes: &[u8]) -> Result<[u8; 8], ReadError> {
    bytes.try_into().map_err(|_| invalid(SPAN_ID))
}

fn parent(bytes: &[u8]) -> Result<Option<[u8; 8]>, ReadError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let id = bytes.try_into().map_err(|_| invalid(PARENT_ID))?;
    Ok(Some(id))
}

fn kind(number: u64) -> Result<Option<Kind>, ReadError> {
    match number {
        0 => Ok(None),
        _ => match Kind::from_number(number) {
            Some(kind) => Ok(Some(kind)),
            None => Err(invalid("kind must be 0 to 4")),
        },
    }
}

fn endpoint(message: &[u8]) -> Result<Endpoint<'_>, ReadError> {
    let mut endpoint = Endpoint::default();
    for field in Fields::new(message) {
        let field = field.map_err(malformed)?;
        match field.number {
            1 => endpoint.service_name = text(field)?,
            2 => endpoint.ipv4 = address(bytes(field)?),
            3 => endpoint.ipv6 = address(bytes(field)?),
            // An int32 is sign-extended on the wire.
            4 => endpoint.port = varint(field)?.cast_signed(),
            _ => {}
        }
    }
    Ok(endpoint)
}

/// The text of an address; what has another length is shown in hexadecimal.
fn address(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.is_empty() {
        return Cow::Borrowed("");
    }
    let four = <[u8; 4]>::try_from(bytes).map(|bytes| Ipv4Addr::from(bytes).to_string());
    let sixteen = <[u8; 16]>::try_from(bytes).map(|bytes| Ipv6Addr::from(bytes).to_string());
    let text = four.or(sixteen);
    text.unwrap_or_else(|_| const_hex::encode(bytes)).into()
}

fn annotation(message: &[u8]) -> Result<Annotation<'_>, ReadError> {
    let mut annotation = Annotation::default();
    for field in Fields::new(message) {
        let field = field.map_err(malformed)?;
        match field.number {
            1 => annotation.timestamp = fixed64(field)?,
            2 => annotation.value = text(field)?,
            _ => {}
        }
    }
    Ok(annotation)
}

/// An entry of the map.
fn tag(message: &[u8]) -> Result<Tag<'_>, ReadError> {
    let mut key = Cow::Borrowed("");
    let mut value = Cow::Borrowed("");
    for field in Fields::new(message) {
        let field = field.map_err(malformed)?;
        match field.number {
            1 => key = text(field)?,
            2 => value = text(field)?,
            _ => {}
        }
    }
    Ok(Tag {
        key,
        value: Value::Text(value),
    })
}

fn bytes(field: Field<'_>) -> Result<&[u8], ReadError> {
    match field.value {
        Wire::Bytes(bytes) => Ok(bytes),
        _ => Err(wire_type(field)),
    }
}

fn text(field: Field<'_>) -> Result<Cow<'_, str>, ReadError> {
    let text = str::from_utf8(bytes(field)?);
    text.map(Cow::Borrowed)
        .map_err(|_| invalid(format!("the text in field {} is not utf-8", field.number)))
}

fn varint(field: Field<'_>) -> Result<u64, ReadError> {
    match field.value {
        Wire::Varint(value) => Ok(value),
        _ => Err(wire_type(field)),
    }
}

fn fixed64(field: Field<'_>) -> Result<u64, ReadError> {
    match field.value {
        Wire::Fixed64(value) => Ok(value),
        _ => Err(wire_type(field)),
    }
}

fn wire_type(field: Field<'_>) -> ReadError {
    invalid(format!("field {} has the wrong wire type", field.number))
}

fn malformed(error: WireError) -> ReadError {
    invalid(format!("malformed protobuf: {error}"))
}

fn invalid(reason: impl Into<String>) -> ReadError {
    ReadError::Invalid(reason.into())
}
