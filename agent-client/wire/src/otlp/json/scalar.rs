//! One JSON scalar as the protobuf value of a field's kind.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::{Error, Unexpected};

use super::timestamp;
use crate::otlp::schema::Kind;
use crate::protobuf::put_varint;

/// A JSON value that is neither list nor object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    Bool(bool),
    Float(f64),
    Null,
    Signed(i64),
    Text(&'a str),
    Unsigned(u64),
}

impl<'a> Token<'a> {
    fn unexpected(self) -> Unexpected<'a> {
        match self {
            Token::Bool(value) => Unexpected::Bool(value),
            Token::Float(value) => Unexpected::Float(value),
            Token::Null => Unexpected::Unit,
            Token::Signed(value) => Unexpected::Signed(value),
            Token::Text(value) => Unexpected::Str(value),
            Token::Unsigned(value) => Unexpected::Unsigned(value),
        }
    }
}

/// A protobuf value without its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scalar<'a> {
    Bytes(Cow<'a, [u8]>),
    Fixed32(u32),
    Fixed64(u64),
    Varint(u64),
}

impl Scalar<'_> {
    /// Whether proto3 leaves the value out of a singular field.
    pub(super) fn is_default(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Fixed32(value) => *value == 0,
            Self::Fixed64(value) | Self::Varint(value) => *value == 0,
        }
    }

    /// Appends the value.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => {
                put_varint(out, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
            Self::Fixed32(value) => out.extend_from_slice(&value.to_le_bytes()),
            Self::Fixed64(value) => out.extend_from_slice(&value.to_le_bytes()),
            Self::Varint(value) => put_varint(out, *value),
        }
    }
}

/// Reads `token` as a value of `kind`; `null` is the default value.
pub(super) fn read<E: Error>(kind: Kind, token: Token<'_>) -> Result<Scalar<'_>, E> {
    if matches!(token, Token::Null) {
        return Ok(default(kind));
    }
    convert(kind, token).ok_or_else(|| E::invalid_value(token.unexpected(), &expected(kind)))
}

fn default(kind: Kind) -> Scalar<'static> {
    match kind.wire_type() {
        0 => Scalar::Varint(0),
        1 => Scalar::Fixed64(0),
        5 => Scalar::Fixed32(0),
        _ => Scalar::Bytes(Cow::Borrowed(&[])),
    }
}

fn convert(kind: Kind, token: Token<'_>) -> Option<Scalar<'_>> {
    match (kind, token) {
        (Kind::Bool, Token::Bool(value)) => Some(Scalar::Varint(value.into())),
        (Kind::Bytes, Token::Text(text)) => base64(text).map(|bytes| Scalar::Bytes(bytes.into())),
        (Kind::Hex, Token::Text(text)) => hex(text).map(|bytes| Scalar::Bytes(bytes.into())),
        (Kind::String, Token::Text(text)) => Some(Scalar::Bytes(text.as_bytes().into())),
        (Kind::Double, token) => double(token).map(|value| Scalar::Fixed64(value.to_bits())),
        (Kind::Enum, Token::Text(_)) => None,
        (Kind::Named(names), Token::Text(text)) if !text.starts_with(['-', '+']) => {
            let found = names.iter().position(|name| *name == text);
            let number = found
                .map(|number| number as i128)
                .or_else(|| text.parse().ok());
            self::number(kind, number?)
        }
        (Kind::Timestamp, Token::Text(text)) => {
            timestamp::encoded(text).map(|bytes| Scalar::Bytes(bytes.into()))
        }
        (Kind::Bool | Kind::Bytes | Kind::Hex | Kind::String | Kind::Timestamp, _) => None,
        (Kind::Map(_) | Kind::Message(_) | Kind::Wrapper(_), _) => None,
        (kind, token) => number(kind, integer(token)?),
    }
}

fn number(kind: Kind, value: i128) -> Option<Scalar<'static>> {
    Some(match kind {
        Kind::Enum | Kind::Int32 | Kind::Named(_) => {
            Scalar::Varint(sign_extended(value.try_into().ok()?))
        }
        Kind::Int64 => Scalar::Varint(i64::try_from(value).ok()?.cast_unsigned()),
        Kind::Sint32 => Scalar::Varint(zigzag(value.try_into().ok()?)),
        Kind::Uint32 => Scalar::Varint(u32::try_from(value).ok()?.into()),
        Kind::Uint64 => Scalar::Varint(value.try_into().ok()?),
        Kind::Fixed32 => Scalar::Fixed32(value.try_into().ok()?),
        Kind::Fixed64 => Scalar::Fixed64(value.try_into().ok()?),
        Kind::Sfixed64 => Scalar::Fixed64(i64::try_from(value).ok()?.cast_unsigned()),
        Kind::Bool | Kind::Bytes | Kind::Double | Kind::Hex | Kind::String => return None,
        Kind::Map(_) | Kind::Message(_) | Kind::Timestamp | Kind::Wrapper(_) => return None,
    })
}

/// Negative 32-bit integers take ten bytes on the wire, as if they had 64 bits.
fn sign_extended(value: i32) -> u64 {
    i64::from(value).cast_unsigned()
}

fn zigzag(value: i32) -> u64 {
    ((value << 1) ^ (value >> 31)).cast_unsigned().into()
}

/// An integer given as a number or text; the standard mapping also allows `1.0` and `1e3`.
fn integer(token: Token<'_>) -> Option<i128> {
    match token {
        Token::Float(value) => integral(value),
        Token::Signed(value) => Some(value.into()),
        Token::Text(text) => text.parse().ok().or_else(|| integral(decimal(text)?)),
        Token::Unsigned(value) => Some(value.into()),
        Token::Bool(_) | Token::Null => None,
    }
}

fn integral(value: f64) -> Option<i128> {
    // Every integer type of protobuf lies far within 2^65, where the cast is exact.
    (value.fract() == 0.0 && value.abs() < 3.7e19).then_some(value as i128)
}

fn double(token: Token<'_>) -> Option<f64> {
    match token {
        Token::Float(value) => Some(value),
        Token::Signed(value) => Some(value as f64),
        Token::Text("NaN") => Some(f64::NAN),
        Token::Text("Infinity") => Some(f64::INFINITY),
        Token::Text("-Infinity") => Some(f64::NEG_INFINITY),
        Token::Text(text) => decimal(text),
        Token::Unsigned(value) => Some(value as f64),
        Token::Bool(_) | Token::Null => None,
    }
}

/// A finite number in text. What the standard library reads beyond that (`inf`, `nan`) is none.
fn decimal(text: &str) -> Option<f64> {
    let plain = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    if !text.bytes().all(plain) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Bytes in hex digits of either case, without the `0x` that the decoder would skip.
fn hex(text: &str) -> Option<Vec<u8>> {
    let plain = !text.starts_with("0x");
    plain.then(|| const_hex::decode(text).ok()).flatten()
}

/// Bytes in either alphabet of RFC 4648, padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
    let engine = if text.contains(['-', '_']) {
        URL_SAFE
    } else {
        STANDARD
    };
    engine.decode(text).ok()
}

/// What a value of `kind` looks like in JSON, for errors.
pub(super) fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "true or false",
        Kind::Bytes => "bytes as a base64 string",
        Kind::Double => "a number, \"NaN\", \"Infinity\" or \"-Infinity\"",
        Kind::Enum => "an enum value as an integer (names are not part of OTLP/JSON)",
        Kind::Fixed32 | Kind::Uint32 => "an unsigned 32-bit integer",
        Kind::Fixed64 | Kind::Uint64 => "an unsigned 64-bit integer as a string or a number",
        Kind::Hex => "an id as a string of hex digits, two a byte",
        Kind::Int32 | Kind::Sint32 => "a 32-bit integer",
        Kind::Int64 | Kind::Sfixed64 => "a 64-bit integer as a string or a number",
        Kind::Map(_) | Kind::Message(_) => "an object",
        Kind::Named(_) => "the name of an enum value, or its number",
        Kind::String => "a string",
        Kind::Timestamp => "a time such as \"2018-12-13T14:51:00.5Z\"",
        Kind::Wrapper(_) => "a bare value",
    }
}
