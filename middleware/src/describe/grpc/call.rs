//! How a call is recognized, its method, and its deadline.

use std::time::Duration;

use ::http::{HeaderMap, Uri, header};

/// The value of `rpc.system.name`, and the name of a span whose method is unknown.
pub(crate) const SYSTEM: &str = "grpc";

/// Whether the headers are those of a gRPC request.
///
/// `application/grpc-web` is not: its status is inside the body, so it is traced as HTTP.
#[inline]
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.as_bytes().strip_prefix(b"application/grpc"))
        .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

/// The fully qualified method `package.Service/Method` in the path of `uri`.
pub(crate) fn method(uri: &Uri) -> Option<&str> {
    let name = uri.path().strip_prefix('/')?;
    let (service, method) = name.split_once('/')?;
    let complete = !service.is_empty() && !method.is_empty() && !method.contains('/');
    complete.then_some(name)
}

/// How long the caller waits: `grpc-timeout`, at most eight digits and a unit
/// ([Requests](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests)).
pub(crate) fn deadline(headers: &HeaderMap) -> Option<Duration> {
    let (unit, digits) = headers.get("grpc-timeout")?.as_bytes().split_last()?;
    let valid = (1..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let amount: u64 = std::str::from_utf8(digits)
        .ok()
        .filter(|_| valid)?
        .parse()
        .ok()?;
    match unit {
        b'H' => Some(Duration::from_secs(amount * 60 * 60)),
        b'M' => Some(Duration::from_secs(amount * 60)),
        b'S' => Some(Duration::from_secs(amount)),
        b'm' => Some(Duration::from_millis(amount)),
        b'u' => Some(Duration::from_micros(amount)),
        b'n' => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}
