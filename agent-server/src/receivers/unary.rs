//! Unary gRPC calls whose messages are bytes: the one message of a request, read into one piece of
//! memory of its own, and the answer.
//!
//! Written against HTTP/2 bodies directly, because a message that is only passed on costs a library
//! that decodes streams of messages more to frame than it costs us to check. What is wrong with a
//! call is also ours to name here: libraries say OUT_OF_RANGE for a message that is too large,
//! which OTLP clients retry for ever.
//!
//! Specification: <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body::Frame;
use http_body_util::BodyExt as _;
use tonic::Status;

use super::body::{DEADLINE, lease, within};
use super::grpc::{Broken, exhausted};
use super::inflate::{Encoding, InflateError};
use crate::admission::Lease;

/// A compression flag and the length of what follows.
const PREFIX: usize = 5;

/// What is set aside at once for a message that announces its length; the announcement may lie.
const FIRST_ALLOCATION: usize = 1 << 20;

const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const GRPC_ACCEPT_ENCODING: &str = "grpc-accept-encoding";
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// The encodings that messages may have, for the sender of one that has another.
const ACCEPTED: HeaderValue = HeaderValue::from_static("identity,gzip,zstd,snappy,deflate");

/// Reads the one message of a call: at most `limit` bytes before and after inflating, within
/// [`DEADLINE`].
///
/// # Errors
///
/// Whose fault it is, and what to answer.
pub(super) async fn read(request: Request<Body>, limit: usize) -> Result<Bytes, Broken> {
    let encoding = encoding(request.headers())?;
    let lease = lease(&request);
    let whole = within(
        DEADLINE,
        collect(request.into_body(), limit, lease.as_ref()),
    );
    let frame = whole.await.unwrap_or_else(|| {
        let seconds = DEADLINE.as_secs();
        let message = format!("the message did not arrive within {seconds} s");
        Err(Broken::Sent("slow", Status::deadline_exceeded(message)))
    })?;
    unframe(frame, (encoding, lease), limit)
}

/// The encoding of compressed messages of a call.
fn encoding(headers: &HeaderMap) -> Result<Encoding, Broken> {
    let Some(value) = headers.get(GRPC_ENCODING) else {
        return Ok(Encoding::Identity);
    };
    let known = value.to_str().ok().and_then(Encoding::from_name);
    known.ok_or_else(|| {
        let message = format!("the encoding {value:?} is not one of {ACCEPTED:?}");
        let mut status = Status::unimplemented(message);
        let accepted = ACCEPTED.to_str().ok().and_then(|value| value.parse().ok());
        if let Some(accepted) = accepted {
            status.metadata_mut().insert(GRPC_ACCEPT_ENCODING, accepted);
        }
        Broken::Sent("encoding", status)
    })
}

/// Everything that the request's body holds: a frame, if the sender keeps to the protocol.
async fn collect(mut body: Body, limit: usize, lease: Option<&Lease>) -> Result<Vec<u8>, Broken> {
    let mut frame = Vec::new();
    while let Some(part) = body.frame().await {
        let part = part.map_err(|_| Broken::Cut)?;
        // Trailers of a request say nothing.
        let data = part.into_data().unwrap_or_default();
        let here = frame.len() + data.len();
        let first = if frame.is_empty() { &data } else { &frame[..] };
        let whole = length(first).unwrap_or(0).min(limit) + PREFIX;
        if lease.is_some_and(|lease| !lease.cover(here, whole)) {
            return Err(busy("too much is arriving at once"));
        }
        if frame.is_empty() {
            let announced = length(&data).unwrap_or(0).min(FIRST_ALLOCATION);
            frame.reserve_exact(announced.saturating_add(PREFIX).max(data.len()));
        }
        frame.extend_from_slice(&data);
        let announced = length(&frame).unwrap_or(0);
        if announced > limit {
            return Err(too_large(&format!("{announced} bytes, at most {limit}")));
        }
        if frame.len() > announced.saturating_add(PREFIX) {
            return Err(not_one("several"));
        }
    }
    Ok(frame)
}

/// The length of the message, once the prefix is there.
fn length(frame: &[u8]) -> Option<usize> {
    let (_, rest) = frame.split_first()?;
    let length = u32::from_be_bytes(*rest.first_chunk()?);
    usize::try_from(length).ok()
}

/// The message of a frame, inflated if its flag says so.
fn unframe(
    frame: Vec<u8>,
    (encoding, lease): (Encoding, Option<Lease>),
    limit: usize,
) -> Result<Bytes, Broken> {
    let Some((&[flag, ..], message)) = frame.split_first_chunk::<PREFIX>() else {
        return Err(if frame.is_empty() {
            not_one("none")
        } else {
            broken("the frame ends within its prefix")
        });
    };
    if Some(message.len()) != length(&frame) {
        return Err(broken("the frame ends within its message"));
    }
    match (flag, encoding) {
        (0, _) => Ok(Bytes::from(frame).slice(PREFIX..)),
        (1, Encoding::Identity) => Err(broken("the message is compressed, no encoding is named")),
        (1, encoding) => match encoding.inflate_leased(message.to_vec(), limit, lease.as_ref()) {
            Ok(inflated) => Ok(inflated.into()),
            Err(error @ InflateError::Busy) => Err(busy(&error.to_string())),
            Err(error @ InflateError::TooLarge(_)) => Err(too_large(&error.to_string())),
            Err(error @ InflateError::Broken(..)) => Err(broken(error.to_string())),
        },
        _ => Err(broken("the compression flag is neither 0 nor 1")),
    }
}

fn busy(message: &str) -> Broken {
    Broken::Busy(exhausted(message.to_owned(), Duration::from_secs(1)))
}

fn not_one(found: &str) -> Broken {
    broken(format!("a call carries one message, this one {found}"))
}

fn broken(message: impl Into<String>) -> Broken {
    Broken::Sent("grpc", Status::invalid_argument(message))
}

fn too_large(message: &str) -> Broken {
    let message = format!("message too large: {message}");
    Broken::Sent("too_large", Status::resource_exhausted(message))
}

/// A successful answer that holds `message`.
pub(super) fn answer(message: &[u8]) -> Response {
    let mut frame = Vec::with_capacity(PREFIX + message.len());
    frame.push(0);
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(message);
    let body = Answer {
        message: Some(frame.into()),
        ended: false,
    };
    let mut response = Response::new(Body::new(body));
    let value = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

/// The body of a successful answer: a message and the status in trailers.
struct Answer {
    message: Option<Bytes>,
    ended: bool,
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(message) = self.message.take() {
            return Poll::Ready(Some(Ok(Frame::data(message))));
        }
        if std::mem::replace(&mut self.ended, true) {
            return Poll::Ready(None);
        }
        let mut trailers = HeaderMap::with_capacity(1);
        trailers.insert(GRPC_STATUS, HeaderValue::from_static("0"));
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tonic::Code;
    use tonic_types::StatusExt as _;

    use super::*;
    use crate::receivers::testing::leases;

    fn call(encoding: &str, parts: &[&[u8]]) -> Request<Body> {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| Ok::<_, Infallible>(Bytes::copy_from_slice(part)))
            .collect();
        Request::builder()
            .header(GRPC_ENCODING, encoding)
            .body(Body::from_stream(stream::iter(parts)))
            .expect("a request")
    }

    async fn fate(encoding: &str, parts: &[&[u8]]) -> Result<Bytes, (&'static str, Code)> {
        let read = read(call(encoding, parts), 10).await;
        read.map_err(|broken| match broken {
            Broken::Busy(_) => ("busy", Code::ResourceExhausted),
            Broken::Cut => ("cut", Code::Cancelled),
            Broken::Sent(reason, status) => (reason, status.code()),
        })
    }

    #[tokio::test]
    async fn a_message_is_read_however_its_frame_is_cut() {
        let frame = b"\0\0\0\0\x05hello";
        for at in 0..frame.len() {
            let (head, tail) = frame.split_at(at);
            let message = fate("identity", &[head, tail]).await;
            assert_eq!(message.as_deref(), Ok(&b"hello"[..]), "cut at {at}");
        }
    }

    #[tokio::test]
    async fn a_message_keeps_no_read_buffer_alive() {
        let buffer = Bytes::from([b"\0\0\0\0\x05hello", &[7; 1 << 16][..]].concat());
        let body = Body::from(buffer.slice(..10));
        let message = read(Request::new(body), 10).await.expect("a message");
        drop(message.clone());
        assert!(buffer.is_unique() && message.is_unique());
    }

    #[tokio::test]
    async fn what_is_no_single_message_is_an_invalid_argument() {
        let cases: [(&str, &[&[u8]]); 7] = [
            ("identity", &[]),
            ("identity", &[b"\0\0\0"]),
            ("identity", &[b"\0\0\0\0\x05hell"]),
            ("identity", &[b"\0\0\0\0\x01a", b"\0\0\0\0\x01b"]),
            ("identity", &[b"\x01\0\0\0\x01a"]),
            ("identity", &[b"\x02\0\0\0\x01a"]),
            ("gzip", &[b"\x01\0\0\0\x05hello"]),
        ];
        for (encoding, parts) in cases {
            let fate = fate(encoding, parts).await;
            assert_eq!(fate, Err(("grpc", Code::InvalidArgument)), "{parts:?}");
        }
    }

    #[tokio::test]
    async fn a_message_beyond_the_limit_is_refused_before_it_arrives() {
        let fate = fate("identity", &[b"\0\0\0\0\x0b"]).await;
        assert_eq!(fate, Err(("too_large", Code::ResourceExhausted)));
    }

    #[tokio::test]
    async fn an_encoding_that_is_not_known_is_unimplemented_and_the_known_ones_are_named() {
        let read = read(call("lz4", &[]), 10).await;
        let Err(Broken::Sent("encoding", status)) = read else {
            panic!("{read:?}");
        };
        assert_eq!(status.code(), Code::Unimplemented);
        let accepted = status.metadata().get(GRPC_ACCEPT_ENCODING);
        assert_eq!(
            accepted.map(|value| value.as_bytes()),
            Some(ACCEPTED.as_bytes())
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_does_not_arrive_is_given_up() {
        let never = stream::pending::<Result<Bytes, Infallible>>();
        let request = Request::new(Body::from_stream(never));
        let read = read(request, 10).await;
        assert!(matches!(read, Err(Broken::Sent("slow", _))), "{read:?}");
    }

    #[tokio::test]
    async fn what_arrives_beyond_the_agent_s_memory_is_told_to_come_back_in_a_second() {
        let (one, other) = leases(20);
        assert!(other.grow(15));
        let mut request = call("identity", &[b"\0\0\0\0\x05hello"]);
        request.extensions_mut().insert(one);
        let read = read(request, 10).await;
        let Err(Broken::Busy(status)) = read else {
            panic!("{read:?}");
        };
        assert_eq!(status.code(), Code::ResourceExhausted);
        let info = status.get_details_retry_info().expect("RetryInfo");
        assert_eq!(info.retry_delay, Some(Duration::from_secs(1)));
    }
}
