//! The gRPC side of an answer: statuses, and whose fault a broken call is.

use std::error::Error as _;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::component::Refusal;
use crate::serve;

/// The limit in bytes that `max_recv_msg_size_mib` stands for: 0 is gRPC's own default, 4 MiB.
pub(super) fn message_limit(max_recv_msg_size_mib: u32) -> usize {
    let mib = match max_recv_msg_size_mib {
        0 => 4,
        mib => mib,
    };
    usize::try_from(u64::from(mib) << 20).unwrap_or(usize::MAX)
}

/// Whether a request says that it is gRPC with protobuf: not gRPC-Web, not another encoding.
pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    matches!(
        essence.map(str::trim),
        Some("application/grpc" | "application/grpc+proto")
    )
}

/// The encoding of the request, if it is one that is not accepted.
pub(super) fn foreign_encoding(headers: &HeaderMap) -> bool {
    headers
        .get("grpc-encoding")
        .is_some_and(|value| !matches!(value.as_bytes(), b"gzip" | b"identity"))
}

/// The answer to a request that is not gRPC, as the gRPC specification has it.
pub(super) fn not_grpc(message: &'static str) -> Response {
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response()
}

/// The answer to a method that is not served.
pub(super) fn unimplemented(message: impl Into<String>) -> Response {
    Status::unimplemented(message).into_http::<Body>()
}

/// What a sender is told when the pipeline did not take its data.
///
/// RESOURCE_EXHAUSTED with the time to wait where there is no room, which OTLP clients take as an
/// invitation to come back; UNAVAILABLE at the end; INVALID_ARGUMENT for what will not pass.
pub(super) fn refused(refusal: &Refusal) -> Status {
    match refusal {
        Refusal::Overloaded { retry_after } => exhausted(refusal.to_string(), *retry_after),
        Refusal::Rejected(_) => Status::invalid_argument(refusal.to_string()),
        Refusal::ShuttingDown => Status::unavailable("the agent is shutting down"),
    }
}

/// There is no room: come back after so long.
pub(super) fn exhausted(message: String, retry_after: Duration) -> Status {
    let details = ErrorDetails::with_retry_info(Some(retry_after));
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

/// Why a call could not be read.
#[derive(Debug)]
pub(super) enum Broken {
    /// There is no memory for it now; the listener has counted it.
    Busy(Status),
    /// The connection or the stream ended; nobody is left to be told.
    Cut,
    /// The sender sent what is not acceptable: the reason to count and the answer.
    Sent(&'static str, Status),
}

/// The reasons that [`blame`] counts.
pub(super) const REASONS: [&str; 3] = ["grpc", "slow", "too_large"];

/// Tells broken connections from broken messages, and gives the latter the status that the
/// protocol wants: tonic says OUT_OF_RANGE for a message that is too large, which OTLP clients
/// retry for ever, and INTERNAL for what the sender got wrong.
pub(super) fn blame(status: &Status) -> Broken {
    match status.code() {
        // Only the deadline of a message says so; whoever is slow may connect anew.
        Code::DeadlineExceeded => Broken::Sent("slow", Status::unavailable(status.message())),
        // What hyper and h2 report carries its source; what the codec found wrong does not.
        _ if status.source().is_some() => Broken::Cut,
        Code::OutOfRange | Code::ResourceExhausted => {
            let message = format!("message too large: {}", status.message());
            Broken::Sent("too_large", Status::resource_exhausted(message))
        }
        _ => {
            let message = format!("unreadable message: {}", status.message());
            Broken::Sent("grpc", Status::invalid_argument(message))
        }
    }
}

/// The listener's limits: 0 streams stand for the default.
pub(super) fn settings(max_concurrent_streams: u32) -> serve::Settings {
    match max_concurrent_streams {
        0 => serve::Settings::default(),
        max_concurrent_streams => serve::Settings {
            max_concurrent_streams,
            ..serve::Settings::default()
        },
    }
}
