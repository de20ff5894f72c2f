//! A unary gRPC call whose request is sent as it lies in memory.
//!
//! Libraries copy a message into a buffer of their own to frame it, which for batches of megabytes
//! costs more than everything else that is done to them here. This one sends the prefix and then
//! the pieces of the payload.
//!
//! Specification: <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::header::{CONTENT_TYPE, TE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use tonic::body::Body;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tower::Service as _;

use crate::exporters::answer::MAX_ANSWER;

/// A compression flag and the length of what follows.
const PREFIX: usize = 5;

/// The message of a request: its pieces in order.
#[derive(Debug)]
pub(in crate::exporters) struct Message {
    /// The value of `grpc-encoding`, if the pieces are compressed.
    pub(in crate::exporters) encoding: Option<&'static str>,
    /// The pieces.
    pub(in crate::exporters) chunks: Vec<Bytes>,
}

/// Calls `path`, and returns the message of the answer.
///
/// # Errors
///
/// The status of the call. It has a source when the connection failed.
pub(in crate::exporters) async fn call(
    mut channel: Channel,
    path: &'static str,
    headers: &HeaderMap,
    message: Message,
) -> Result<Bytes, Status> {
    let request = request(path, headers, message)?;
    poll_fn(|context| channel.poll_ready(context))
        .await
        .map_err(|error| Status::from_error(error.into()))?;
    let response = channel.call(request).await;
    read(response.map_err(|error| Status::from_error(error.into()))?).await
}

fn request(
    path: &'static str,
    headers: &HeaderMap,
    message: Message,
) -> Result<Request<Body>, Status> {
    let encoding = message.encoding;
    let mut request = Request::post(path)
        .body(Body::new(message.body()?))
        .map_err(|error| Status::internal(error.to_string()))?;
    let target = request.headers_mut();
    target.clone_from(headers);
    target.insert(TE, HeaderValue::from_static("trailers"));
    let value = HeaderValue::from_static("application/grpc");
    target.insert(CONTENT_TYPE, value);
    if let Some(encoding) = encoding {
        target.insert("grpc-encoding", HeaderValue::from_static(encoding));
    }
    Ok(request)
}

impl Message {
    fn body(self) -> Result<Pieces, Status> {
        let size: usize = self.chunks.iter().map(Bytes::len).sum();
        let length = u32::try_from(size)
            .map_err(|_| Status::invalid_argument("a message is larger than 4 GiB"))?;
        let mut prefix = BytesMut::with_capacity(PREFIX);
        prefix.put_u8(u8::from(self.encoding.is_some()));
        prefix.put_u32(length);
        let mut pieces = self.chunks;
        pieces.insert(0, prefix.freeze());
        Ok(Pieces {
            left: (PREFIX + size) as u64,
            pieces: pieces.into_iter(),
        })
    }
}

/// The body of a request.
#[derive(Debug)]
struct Pieces {
    left: u64,
    pieces: std::vec::IntoIter<Bytes>,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let piece = self.pieces.next();
        if let Some(piece) = &piece {
            self.left -= piece.len() as u64;
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

async fn read(response: Response<Body>) -> Result<Bytes, Status> {
    let (head, mut body) = response.into_parts();
    if let Some(status) = Status::from_header_map(&head.headers) {
        ok(status)?;
    } else if head.status != StatusCode::OK {
        return Err(of_http(head.status));
    }
    let mut message = BytesMut::new();
    let mut status = None;
    while let Some(frame) = body.frame().await {
        match frame?.into_data() {
            Ok(data) if message.len() + data.len() > MAX_ANSWER => {
                return Err(Status::internal("the answer is too large"));
            }
            Ok(data) => message.extend_from_slice(&data),
            Err(frame) => {
                let trailers = frame.into_trailers().unwrap_or_default();
                status = Status::from_header_map(&trailers);
            }
        }
        if body.is_end_stream() {
            break;
        }
    }
    ok(status.unwrap_or_else(|| Status::unknown("the answer ends without a status")))?;
    // No encoding was offered, so what comes is as it is.
    let start = message.len().min(PREFIX);
    Ok(message.freeze().slice(start..))
}

fn ok(status: Status) -> Result<(), Status> {
    match status.code() {
        Code::Ok => Ok(()),
        _ => Err(status),
    }
}

/// The status that an answer stands for that is HTTP and not gRPC, from something in between
/// ([table](https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md)).
fn of_http(status: StatusCode) -> Status {
    let code = match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        // What stands in between has a limit of its own, which halves may pass.
        413 => Code::ResourceExhausted,
        429 | 502..=504 => Code::Unavailable,
        _ => Code::Unknown,
    };
    Status::new(code, format!("the answer is HTTP {status}, not gRPC"))
}
