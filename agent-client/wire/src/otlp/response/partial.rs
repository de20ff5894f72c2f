//! `Export<Signal>ServiceResponse`, the same bytes for every signal.

use crate::otlp::json::{JsonError, decode_message, encode_message};
use crate::otlp::write::{nested, text, varint};
use crate::otlp::{Signal, schema};
use crate::protobuf::{Fields, Value, WireError};

/// What was not accepted of a request that otherwise was.
///
/// Nothing rejected and a message is a warning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialSuccess {
    /// Spans, data points or log records that were not accepted.
    pub rejected: u64,
    /// Why, for a person to read.
    pub message: String,
}

/// Encodes the response as protobuf: no bytes for a full success.
#[must_use]
pub fn encode(partial: &Option<PartialSuccess>) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(partial) = partial {
        nested(&mut out, 1, |out| {
            // The field is an int64.
            varint(out, 1, partial.rejected.min(i64::MAX.cast_unsigned()));
            text(out, 2, &partial.message);
        });
    }
    out
}

/// Encodes the response to a request of `signal` as JSON: `{}` for a full success.
///
/// # Panics
///
/// Never: the bytes that are translated were written here.
#[must_use]
pub fn encode_json(signal: Signal, partial: &Option<PartialSuccess>) -> String {
    encode_message(schema::response(signal), &encode(partial))
        .expect("what was just encoded is well formed")
}

/// Decodes a protobuf response.
///
/// A partial success that says nothing is a full success, as the specification has it, and a
/// negative count is none.
///
/// # Errors
///
/// The bytes are not protobuf.
pub fn decode(response: &[u8]) -> Result<Option<PartialSuccess>, WireError> {
    let mut partial = PartialSuccess::default();
    for field in Fields::new(response) {
        let field = field?;
        if let (1, Value::Bytes(message)) = (field.number, field.value) {
            merge(&mut partial, message)?;
        }
    }
    Ok((partial != PartialSuccess::default()).then_some(partial))
}

fn merge(partial: &mut PartialSuccess, message: &[u8]) -> Result<(), WireError> {
    for field in Fields::new(message) {
        let field = field?;
        match (field.number, field.value) {
            (1, Value::Varint(count)) => {
                partial.rejected = u64::try_from(count.cast_signed()).unwrap_or(0);
            }
            (2, Value::Bytes(text)) => {
                partial.message = String::from_utf8_lossy(text).into_owned();
            }
            _ => {}
        }
    }
    Ok(())
}

/// Decodes a JSON response to a request of `signal`; see [`decode`].
///
/// # Errors
///
/// The text is not the JSON form of such a response.
///
/// # Panics
///
/// Never: the bytes that are decoded were written here.
pub fn decode_json(signal: Signal, response: &[u8]) -> Result<Option<PartialSuccess>, JsonError> {
    let bytes = decode_message(schema::response(signal), response)?;
    Ok(decode(&bytes).expect("what was just encoded is well formed"))
}
