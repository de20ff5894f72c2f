//! The status of a call, and to whom it is an error.

use ::http::{HeaderMap, StatusCode};
use opentelemetry_semantic_conventions::attribute::RPC_RESPONSE_STATUS_CODE;

use crate::describe::Side;

/// The key of the status name. Conventions after 1.44 rename it, so it stands here only.
pub(crate) const STATUS_CODE: &str = RPC_RESPONSE_STATUS_CODE;

/// Header or trailer with the status as a decimal number.
pub(crate) const GRPC_STATUS: &str = "grpc-status";

/// A status of [the gRPC protocol](https://grpc.io/docs/guides/status-codes/).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Aborted,
    AlreadyExists,
    Cancelled,
    DataLoss,
    DeadlineExceeded,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    NotFound,
    Ok,
    OutOfRange,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    Unknown,
}

impl Status {
    /// The status in headers or trailers, if there is one. A number nobody defined is `UNKNOWN`.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(GRPC_STATUS)?;
        Some(Self::parse(value.as_bytes()))
    }

    fn parse(number: &[u8]) -> Self {
        match number {
            b"0" => Self::Ok,
            b"1" => Self::Cancelled,
            b"3" => Self::InvalidArgument,
            b"4" => Self::DeadlineExceeded,
            b"5" => Self::NotFound,
            b"6" => Self::AlreadyExists,
            b"7" => Self::PermissionDenied,
            b"8" => Self::ResourceExhausted,
            b"9" => Self::FailedPrecondition,
            b"10" => Self::Aborted,
            b"11" => Self::OutOfRange,
            b"12" => Self::Unimplemented,
            b"13" => Self::Internal,
            b"14" => Self::Unavailable,
            b"15" => Self::DataLoss,
            b"16" => Self::Unauthenticated,
            _ => Self::Unknown,
        }
    }

    /// The number of the protocol.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Ok => 0,
            Self::Cancelled => 1,
            Self::Unknown => 2,
            Self::InvalidArgument => 3,
            Self::DeadlineExceeded => 4,
            Self::NotFound => 5,
            Self::AlreadyExists => 6,
            Self::PermissionDenied => 7,
            Self::ResourceExhausted => 8,
            Self::FailedPrecondition => 9,
            Self::Aborted => 10,
            Self::OutOfRange => 11,
            Self::Unimplemented => 12,
            Self::Internal => 13,
            Self::Unavailable => 14,
            Self::DataLoss => 15,
            Self::Unauthenticated => 16,
        }
    }

    /// What a response without a status means, by
    /// [the mapping of HTTP codes](https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md).
    pub(crate) fn from_http(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::Internal,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::Unimplemented,
            429 | 502 | 503 | 504 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }

    /// What a server meant that answered by plain HTTP what looked like a call: anybody can send
    /// one to a server that serves none. Only 5xx is an error of such a server.
    pub(crate) fn of_plain(status: StatusCode) -> Self {
        match status.as_u16() {
            ..400 => Self::Ok,
            400 => Self::InvalidArgument,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 => Self::NotFound,
            429 => Self::ResourceExhausted,
            502..=504 => Self::Unavailable,
            _ if status.is_client_error() => Self::FailedPrecondition,
            _ => Self::Internal,
        }
    }

    /// The name that the conventions record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Aborted => "ABORTED",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::Cancelled => "CANCELLED",
            Self::DataLoss => "DATA_LOSS",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Internal => "INTERNAL",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::NotFound => "NOT_FOUND",
            Self::Ok => "OK",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// Whether only a service that knows the method gives this answer. The others may come from
    /// whoever stands before it: a router, a guard, a limit, a deadline.
    pub(crate) fn is_of_service(self) -> bool {
        !matches!(
            self,
            Self::Cancelled
                | Self::DeadlineExceeded
                | Self::PermissionDenied
                | Self::ResourceExhausted
                | Self::Unauthenticated
                | Self::Unavailable
                | Self::Unimplemented
                | Self::Unknown
        )
    }

    /// Whether whoever stands before a service gives this answer, whatever was called.
    pub(crate) fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::PermissionDenied
                | Self::ResourceExhausted
                | Self::Unauthenticated
                | Self::Unavailable
                | Self::Unimplemented
        )
    }

    /// Whether the status is an error: to a client all but `OK`, to a server only those that speak
    /// of the server, not of its caller.
    pub(crate) fn is_error(self, side: Side) -> bool {
        match self {
            Self::DataLoss
            | Self::DeadlineExceeded
            | Self::Internal
            | Self::Unavailable
            | Self::Unimplemented
            | Self::Unknown => true,
            Self::Ok => false,
            _ => side == Side::Client,
        }
    }
}
