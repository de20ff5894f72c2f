//! What is written for one payload.

use std::io;

use bytes::{BufMut, Bytes, BytesMut};
use campanile_wire::otlp::{Signal, json};

use super::config::{Compression, Config, Format};

/// The level of `zstd` itself: twice as small as level 1 is fast.
const LEVEL: i32 = 3;

/// What every message with a length begins with.
pub(super) fn beginning(config: &Config) -> &'static [u8] {
    match config.compression {
        // The first field of every export request.
        Compression::None => &[0x0a],
        // Zstandard's magic number.
        Compression::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
    }
}

/// Writes an export request of `signal` as one record.
///
/// # Errors
///
/// Why it cannot be written that way, ever.
pub(super) fn record(config: &Config, signal: Signal, request: &[u8]) -> Result<Bytes, String> {
    let text = match config.format {
        Format::Json => Some(as_json(signal, request)?),
        Format::Proto => None,
    };
    if !config.is_prefixed() {
        let mut line = text.unwrap_or_default();
        line.push('\n');
        return Ok(Bytes::from(line));
    }
    let message = text.as_ref().map_or(request, String::as_bytes);
    match config.compression {
        Compression::None => prefixed(message),
        Compression::Zstd => {
            let frame = zstd::bulk::compress(message, LEVEL);
            prefixed(&frame.map_err(|error: io::Error| format!("cannot be compressed: {error}"))?)
        }
    }
}

fn as_json(signal: Signal, request: &[u8]) -> Result<String, String> {
    json::encode(signal, request)
        .map_err(|error| format!("the payload cannot be written as JSON: {error}"))
}

/// Four bytes of length, most significant first, and the message.
fn prefixed(message: &[u8]) -> Result<Bytes, String> {
    let length = u32::try_from(message.len())
        .map_err(|_| "the payload is larger than its length prefix allows".to_owned())?;
    let mut record = BytesMut::with_capacity(message.len() + 4);
    record.put_u32(length);
    record.put_slice(message);
    Ok(record.freeze())
}
