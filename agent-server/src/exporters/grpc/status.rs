//! What a failed call means: a pure decision.

use std::error::Error as _;

use campanile_wire::otlp::response::retry_delay;
use tonic::{Code, Status};

use crate::component::ExportError;
use crate::exporters::answer::{excerpt, root};

/// Reads the status of a call to `endpoint`.
///
/// A status with a source was made here, because the connection failed: whatever its code, it says
/// nothing about the payload. For the others the table of
/// <https://opentelemetry.io/docs/specs/otlp/#failures> holds.
pub(in crate::exporters) fn error(endpoint: &str, status: &Status) -> ExportError {
    let retry_after = retry_delay(status.details());
    let (code, text) = (status.code(), excerpt(status.message().as_bytes()));
    let mut message = format!("{endpoint} (gRPC): {code:?}: {text}");
    if let Some(source) = status.source() {
        message = format!("{message}: {}", excerpt(root(source).as_bytes()));
    }
    let retryable = match code {
        _ if status.source().is_some() => true,
        Code::Aborted
        | Code::Cancelled
        | Code::DataLoss
        | Code::DeadlineExceeded
        | Code::OutOfRange
        | Code::Unavailable => true,
        Code::ResourceExhausted => retry_after.is_some(),
        _ => false,
    };
    match code {
        _ if retryable => ExportError::Retryable {
            message,
            retry_after,
        },
        // What is in the payload, and how much.
        Code::InvalidArgument | Code::ResourceExhausted => ExportError::Refused { message },
        _ => ExportError::Permanent { message },
    }
}
