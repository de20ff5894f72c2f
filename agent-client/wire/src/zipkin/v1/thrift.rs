//! The list in Thrift: the binary protocol, without a message around it.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::span::unsigned_port;
use super::{Annotation, BinaryAnnotation, Span, convert};
use crate::thrift::{Kind, List, Protocol, Reader, ThriftError};
use crate::zipkin::span::{room_for_child, room_for_span};
use crate::zipkin::{self, Endpoint, Limits, ReadError, Value};

/// Reads a list of spans, converts each and shows what it tells of to `take`. No bytes are an
/// empty list.
///
/// # Errors
///
/// The first thing found wrong; some spans have been shown by then.
pub fn read_thrift<'a>(
    list: &'a [u8],
    limits: &Limits,
    mut take: impl FnMut(&zipkin::Span<'a>),
) -> Result<(), ReadError> {
    if list.is_empty() {
        return Ok(());
    }
    let mut reader = Reader::new(Protocol::Binary, list);
    let len = structs(reader.list()?)?;
    let mut span = Span::default();
    for index in 0..len {
        room_for_span(index, limits)?;
        span.clear();
        let read = fields(&mut span, &mut reader, limits);
        let converted = read.and_then(|()| convert(&span, &mut take));
        converted.map_err(|error| error.within(index))?;
    }
    if reader.rest().is_empty() {
        Ok(())
    } else {
        Err(invalid("there is something behind the list"))
    }
}

/// The length of a list of structs.
fn structs(list: List) -> Result<usize, ReadError> {
    match list {
        List { len: 0, .. } => Ok(0),
        List {
            kind: Kind::Struct,
            len,
        } => Ok(len),
        _ => Err(invalid("a list that should be of structs is not")),
    }
}

fn fields<'a>(
    span: &mut Span<'a>,
    reader: &mut Reader<'a>,
    limits: &Limits,
) -> Result<(), ReadError> {
    let (mut low, mut high) = (0, 0);
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match (field.id, field.kind) {
            (1, Kind::I64) => low = reader.i64()?,
            (3, Kind::Binary) => span.name = reader.text()?.into(),
            (4, Kind::I64) => span.id = reader.i64()?.to_be_bytes(),
            (5, Kind::I64) => span.parent_id = Some(reader.i64()?.to_be_bytes()),
            (6, Kind::List) => {
                for _ in 0..structs(reader.list()?)? {
                    room_for_child(span.annotations.len(), limits)?;
                    span.annotations.push(annotation(reader)?);
                }
            }
            (8, Kind::List) => {
                for _ in 0..structs(reader.list()?)? {
                    room_for_child(span.binary_annotations.len(), limits)?;
                    span.binary_annotations.push(binary_annotation(reader)?);
                }
            }
            (9, Kind::Bool) => span.debug = reader.bool()?,
            (10, Kind::I64) => span.timestamp = micros(reader)?,
            (11, Kind::I64) => span.duration = micros(reader)?,
            (12, Kind::I64) => high = reader.i64()?,
            (_, kind) => reader.skip(kind)?,
        }
    }
    if low == 0 && high == 0 {
        return Err(invalid("the trace id is zero or missing"));
    }
    if span.id == [0; 8] {
        return Err(invalid("the id is zero or missing"));
    }
    let id = u128::from(high.cast_unsigned()) << 64 | u128::from(low.cast_unsigned());
    span.trace_id = id.to_be_bytes();
    Ok(())
}

fn annotation<'a>(reader: &mut Reader<'a>) -> Result<Annotation<'a>, ThriftError> {
    let mut annotation = Annotation::default();
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match (field.id, field.kind) {
            (1, Kind::I64) => annotation.timestamp = micros(reader)?,
            (2, Kind::Binary) => annotation.value = reader.text()?.into(),
            (3, Kind::Struct) => annotation.endpoint = endpoint(reader)?,
            (_, kind) => reader.skip(kind)?,
        }
    }
    Ok(annotation)
}

fn binary_annotation<'a>(reader: &mut Reader<'a>) -> Result<BinaryAnnotation<'a>, ThriftError> {
    let mut key = "";
    let mut bytes = &[][..];
    let mut kind = STRING;
    let mut host = None;
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match (field.id, field.kind) {
            (1, Kind::Binary) => key = reader.text()?,
            (2, Kind::Binary) => bytes = reader.bytes()?,
            (3, Kind::I32) => kind = reader.i32()?,
            (4, Kind::Struct) => host = endpoint(reader)?,
            (_, kind) => reader.skip(kind)?,
        }
    }
    Ok(BinaryAnnotation {
        key: key.into(),
        value: value(kind, bytes),
        endpoint: host,
    })
}

const STRING: i32 = 6;

/// The value of a binary annotation; bytes that are not of the type they should be stay bytes.
fn value(kind: i32, bytes: &[u8]) -> Value<'_> {
    let typed = match kind {
        0 => match bytes {
            [0] => Some(Value::Bool(false)),
            [1] => Some(Value::Bool(true)),
            _ => None,
        },
        2 => bytes
            .try_into()
            .ok()
            .map(|bytes| Value::Int(i16::from_be_bytes(bytes).into())),
        3 => bytes
            .try_into()
            .ok()
            .map(|bytes| Value::Int(i32::from_be_bytes(bytes).into())),
        4 => bytes
            .try_into()
            .ok()
            .map(|bytes| Value::Int(i64::from_be_bytes(bytes))),
        5 => bytes
            .try_into()
            .ok()
            .map(|bytes| Value::Double(f64::from_be_bytes(bytes))),
        STRING => str::from_utf8(bytes)
            .ok()
            .map(|text| Value::Text(text.into())),
        _ => None,
    };
    typed.unwrap_or(Value::Bytes(Cow::Borrowed(bytes)))
}

/// An endpoint; one that says nothing is absent.
fn endpoint<'a>(reader: &mut Reader<'a>) -> Result<Option<Endpoint<'a>>, ThriftError> {
    let mut endpoint = Endpoint::default();
    let mut open = reader.structure()?;
    while let Some(field) = reader.field(&mut open)? {
        match (field.id, field.kind) {
            (1, Kind::I32) => endpoint.ipv4 = ipv4(reader.i32()?.cast_unsigned()),
            (2, Kind::I16) => endpoint.port = unsigned_port(reader.i16()?.into()),
            (3, Kind::Binary) => endpoint.service_name = reader.text()?.into(),
            (4, Kind::Binary) => endpoint.ipv6 = ipv6(reader.bytes()?),
            (_, kind) => reader.skip(kind)?,
        }
    }
    Ok(Some(endpoint).filter(|endpoint| !endpoint.is_empty()))
}

fn ipv4(bits: u32) -> Cow<'static, str> {
    match bits {
        0 => Cow::Borrowed(""),
        bits => Ipv4Addr::from(bits).to_string().into(),
    }
}

/// The text of an address; what has another length is shown in hexadecimal.
fn ipv6(bytes: &[u8]) -> Cow<'static, str> {
    match <[u8; 16]>::try_from(bytes) {
        Ok(octets) => Ipv6Addr::from(octets).to_string().into(),
        Err(_) => const_hex::encode(bytes).into(),
    }
}

fn micros(reader: &mut Reader<'_>) -> Result<u64, ThriftError> {
    Ok(u64::try_from(reader.i64()?).unwrap_or(0))
}

fn invalid(reason: &str) -> ReadError {
    ReadError::Invalid(reason.to_owned())
}

impl From<ThriftError> for ReadError {
    fn from(error: ThriftError) -> Self {
        Self::Invalid(format!("malformed thrift: {error}"))
    }
}
