//! Responses and errors, in the request's content type.

use axum::response::{IntoResponse as _, Response};
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::response::{encode, encode_json, rpc_status, rpc_status_json};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use tonic::Code;

use super::body::BodyError;
use super::inflate::InflateError;
use super::intake::Refused;
use crate::component::Refusal;

/// A body format of OTLP over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `application/json`
    Json,
    /// `application/x-protobuf`
    Protobuf,
}

impl Format {
    /// The format that the request's `Content-Type` names; its parameters do not matter.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let essence = value.split(';').next()?.trim();
        [Self::Json, Self::Protobuf]
            .into_iter()
            .find(|format| essence.eq_ignore_ascii_case(format.content_type()))
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Protobuf => "application/x-protobuf",
        }
    }

    /// The answer to a request that was taken: a response without `partial_success`.
    pub(super) fn accepted(self, signal: Signal) -> Response {
        let body = match self {
            Self::Json => encode_json(signal, &None).into_bytes(),
            Self::Protobuf => encode(&None),
        };
        ([(CONTENT_TYPE, self.content_type())], body).into_response()
    }

    /// The answer to a request that was not: a `google.rpc.Status`.
    pub(super) fn failed(self, failure: &Failure) -> Response {
        let body = match self {
            Self::Json => rpc_status_json(failure.code.into(), &failure.message).into_bytes(),
            Self::Protobuf => rpc_status(failure.code.into(), &failure.message),
        };
        let mut response =
            (failure.status, [(CONTENT_TYPE, self.content_type())], body).into_response();
        if let Some(seconds) = failure.retry_after {
            let value = HeaderValue::from(seconds);
            response.headers_mut().insert(RETRY_AFTER, value);
        }
        if failure.status == StatusCode::METHOD_NOT_ALLOWED {
            let value = HeaderValue::from_static("POST");
            response.headers_mut().insert(ALLOW, value);
        }
        response
    }
}

/// Why a request was not taken, and how to say so.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    code: Code,
    message: String,
    /// Seconds after which to try again.
    retry_after: Option<u64>,
    /// The reason to count; `None` where the intake has counted already.
    pub(super) reason: Option<&'static str>,
}

impl Failure {
    /// A failure for `reason`.
    pub(super) fn new(
        reason: Option<&'static str>,
        status: StatusCode,
        code: Code,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
            reason,
        }
    }

    /// A request whose data is not valid.
    pub(super) fn invalid(reason: Option<&'static str>, message: String) -> Self {
        Self::new(
            reason,
            StatusCode::BAD_REQUEST,
            Code::InvalidArgument,
            message,
        )
    }

    fn too_large(reason: Option<&'static str>, message: String) -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(reason, status, Code::ResourceExhausted, message)
    }

    /// Try again after so many seconds, and not sooner than in one.
    fn unavailable(message: String, seconds: u64) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self {
            retry_after: Some(seconds.max(1)),
            ..Self::new(None, status, Code::Unavailable, message)
        }
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let message = error.to_string();
        match error {
            BodyError::Broken(_) => Self::invalid(None, message),
            BodyError::Slow => {
                let status = StatusCode::REQUEST_TIMEOUT;
                Self::new(Some("slow"), status, Code::DeadlineExceeded, message)
            }
            BodyError::TooLarge(_) => Self::too_large(Some("too_large"), message),
        }
    }
}

impl From<InflateError> for Failure {
    fn from(error: InflateError) -> Self {
        let message = error.to_string();
        match error {
            InflateError::Broken(..) => Self::invalid(Some("inflate"), message),
            InflateError::TooLarge(_) => Self::too_large(Some("too_large"), message),
        }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(message) => Self::invalid(None, message),
            Refused::TooLarge(message) => Self::too_large(None, message),
            Refused::Pipeline(refusal) => {
                let message = refusal.to_string();
                match refusal {
                    Refusal::Overloaded { retry_after } => {
                        let seconds = retry_after.as_millis().div_ceil(1_000);
                        Self::unavailable(message, u64::try_from(seconds).unwrap_or(1))
                    }
                    Refusal::Rejected(_) => Self::invalid(None, message),
                    Refusal::ShuttingDown => Self::unavailable(message, 1),
                }
            }
        }
    }
}
