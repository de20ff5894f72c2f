//! What is written for one payload.

use bytes::{BufMut, Bytes, BytesMut};
use campanile_wire::otlp::json;

use super::config::Format;
use crate::payload::Payload;

/// Writes `payload` in `format`.
///
/// # Errors
///
/// Why it cannot be written that way, ever.
pub(super) fn record(payload: &Payload, format: Format) -> Result<Bytes, String> {
    match format {
        Format::Json => json::encode(payload.signal(), payload.bytes())
            .map(|mut line| {
                line.push('\n');
                Bytes::from(line)
            })
            .map_err(|error| format!("the payload cannot be written as JSON: {error}")),
        Format::Proto => {
            let length = u32::try_from(payload.size())
                .map_err(|_| "the payload is larger than its length prefix allows".to_owned())?;
            let mut record = BytesMut::with_capacity(payload.size() + 4);
            record.put_u32(length);
            record.put_slice(payload.bytes());
            Ok(record.freeze())
        }
    }
}
