//! `google.rpc.Status`, and the retry delay among its details.

use std::time::Duration;

use crate::otlp::view::messages;
use crate::otlp::write::{nested, text, varint};
use crate::protobuf::{Fields, Value};

/// The type URL of `google.rpc.RetryInfo` in an `Any`. Readers compare what follows the slash.
const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

/// Encodes `google.rpc.Status{code, message}`: the body of an HTTP error.
///
/// `code` is a gRPC status code, 3 for `INVALID_ARGUMENT`.
#[must_use]
pub fn rpc_status(code: i32, message: &str) -> Vec<u8> {
    let mut out = Vec::new();
    varint(&mut out, 1, i64::from(code).cast_unsigned());
    text(&mut out, 2, message);
    out
}

/// Encodes the same as JSON.
#[must_use]
pub fn rpc_status_json(code: i32, message: &str) -> String {
    let message = serde_json::Value::from(message);
    format!(r#"{{"code":{code},"message":{message}}}"#)
}

/// Encodes `google.rpc.Status{code, message, details: [RetryInfo{delay}]}`: the content of the
/// metadata `grpc-status-details-bin` that asks the sender to come back after `delay`.
///
/// `code` and `message` must be those of the gRPC status itself: gRPC for Go reports a mismatch as
/// INTERNAL, which no OTLP client tries again.
#[must_use]
pub fn retry_info(code: i32, message: &str, delay: Duration) -> Vec<u8> {
    let mut out = rpc_status(code, message);
    nested(&mut out, 3, |any| {
        text(any, 1, RETRY_INFO);
        nested(any, 2, |retry_info| {
            nested(retry_info, 1, |duration| {
                varint(duration, 1, delay.as_secs().min(i64::MAX.cast_unsigned()));
                varint(duration, 2, delay.subsec_nanos().into());
            });
        });
    });
    out
}

/// Finds the retry delay in a `google.rpc.Status`, the content of `grpc-status-details-bin` or the
/// body of an HTTP error.
///
/// `None` when there is none, or one that makes no sense.
#[must_use]
pub fn retry_delay(status: &[u8]) -> Option<Duration> {
    messages(status, 3).find_map(|any| {
        let (_, name) = str::from_utf8(messages(any, 1).last()?)
            .ok()?
            .rsplit_once('/')?;
        let retry_info = (name == "google.rpc.RetryInfo").then(|| messages(any, 2).last())??;
        duration(messages(retry_info, 1).last()?)
    })
}

/// Reads a `google.protobuf.Duration` that is not negative.
fn duration(message: &[u8]) -> Option<Duration> {
    let mut seconds = 0;
    let mut nanos = 0;
    for field in Fields::new(message) {
        let field = field.ok()?;
        match (field.number, field.value) {
            (1, Value::Varint(value)) => seconds = value,
            (2, Value::Varint(value)) => nanos = value,
            _ => {}
        }
    }
    let seconds = u64::try_from(seconds.cast_signed()).ok()?;
    let nanos = u32::try_from(nanos).ok().filter(|n| *n < 1_000_000_000)?;
    Some(Duration::new(seconds, nanos))
}
/// Reads the message of a `google.rpc.Status` in the body of an HTTP error, be it protobuf or
/// JSON; `None` if it is neither or says nothing.
#[must_use]
pub fn status_message(body: &[u8]) -> Option<String> {
    if body.first() == Some(&b'{') {
        let status: serde_json::Value = serde_json::from_slice(body).ok()?;
        return Some(status.get("message")?.as_str()?.to_owned());
    }
    let mut message = None;
    for field in Fields::new(body) {
        let field = field.ok()?;
        match (field.number, field.value) {
            (2, Value::Bytes(text)) => message = Some(std::str::from_utf8(text).ok()?.to_owned()),
            (1, Value::Varint(_)) | (3, Value::Bytes(_)) => {}
            // Text that happens to be framed like a message.
            _ => return None,
        }
    }
    message
}
