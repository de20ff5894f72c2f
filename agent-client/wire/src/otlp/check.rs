//! The deep validation of an export request: would every field of it decode?

use super::schema::{self, Kind, Message};
use super::{Counts, Limits, ScanError, Signal, scan};
use crate::protobuf::{Fields, Packed, Value, WireError};

/// How deep messages may nest, the request itself being at 1.
///
/// A span attribute lies at 6 and every list within a value takes two more, so 64 leaves room for
/// values nested 29 lists deep. Decoders of other languages stop at 100.
pub const MAX_DEPTH: usize = 64;

/// Why a request does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// Messages nest deeper than [`MAX_DEPTH`].
    #[error("messages nest deeper than {MAX_DEPTH}")]
    Depth,
    /// The framing is wrong or a limit is exceeded.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A string is not UTF-8.
    #[error("the string in field {0} is not utf-8")]
    Utf8(u32),
    /// A field has another wire type than its type demands.
    #[error("field {0} has the wrong wire type")]
    WireType(u32),
    /// Not the protobuf wire format.
    #[error("malformed protobuf: {0}")]
    Wire(#[from] WireError),
}

/// Checks that every field of an export request of `signal` decodes, and its `limits`.
///
/// With no limits the verdict is that of a complete protobuf decoder, except that messages may
/// nest [`MAX_DEPTH`] deep, where decoders allow more, and groups (which OTLP does not have) 32.
///
/// # Errors
///
/// The first thing found wrong.
pub fn check(signal: Signal, request: &[u8], limits: &Limits) -> Result<(), CheckError> {
    scan_deep(signal, request, limits).map(drop)
}

/// [`scan`]s an export request of `signal` and, when that passes, [`check`]s it.
///
/// The scan is about a fifth of the cost; a request over its limits is refused for that price.
///
/// # Errors
///
/// The first thing found wrong.
pub fn scan_deep(signal: Signal, request: &[u8], limits: &Limits) -> Result<Counts, CheckError> {
    let counts = scan(signal, request, limits)?;
    message(schema::request(signal), request, 1)?;
    Ok(counts)
}

/// Checks the fields of one message that lies at `depth`.
pub(super) fn message(
    message: &'static Message,
    bytes: &[u8],
    depth: usize,
) -> Result<(), CheckError> {
    if depth > MAX_DEPTH {
        return Err(CheckError::Depth);
    }
    for found in Fields::new(bytes) {
        let found = found?;
        let Some(field) = message.field(found.number) else {
            continue;
        };
        match (field.kind, found.value) {
            (Kind::Message(inner), Value::Bytes(bytes)) => self::message(inner, bytes, depth + 1)?,
            (Kind::String, Value::Bytes(text)) => {
                str::from_utf8(text).map_err(|_| CheckError::Utf8(field.number))?;
            }
            (kind, Value::Bytes(list)) if field.is_packed() => {
                for element in Packed::new(kind.wire_type(), list) {
                    element?;
                }
            }
            (kind, value) if kind.accepts(value) => {}
            _ => return Err(CheckError::WireType(field.number)),
        }
    }
    Ok(())
}
