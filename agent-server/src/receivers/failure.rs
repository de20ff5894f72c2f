//! Why an HTTP request was not taken, and the answer that says so.

use axum::response::{IntoResponse as _, Response};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use tonic::Code;

use super::body::BodyError;
use super::inflate::InflateError;
use super::intake::Refused;
use crate::component::Refusal;

/// Why a request was not taken, and how to say so.
#[derive(Debug)]
pub(super) struct Failure {
    /// The status of the answer.
    pub(super) status: StatusCode,
    /// The same as a gRPC code, for protocols that put one into the body.
    pub(super) code: Code,
    /// What is wrong, and what to do about it where that is known.
    pub(super) message: String,
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

    /// A request for what is not served at `path`.
    pub(super) fn not_found(path: &str) -> Self {
        let message = format!("there is nothing at {path}");
        Self::new(None, StatusCode::NOT_FOUND, Code::NotFound, message)
    }

    /// A request with another method than POST.
    pub(super) fn method(path: &str, method: &http::Method) -> Self {
        let message = format!("{path} takes POST, not {method}");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::new(Some("method"), status, Code::Unimplemented, message)
    }

    /// A request in a content type or encoding that is not accepted.
    pub(super) fn unsupported(reason: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(Some(reason), status, Code::InvalidArgument, message)
    }

    /// Sets the answer's fields that belong to its status.
    pub(super) fn head(&self, headers: &mut HeaderMap) {
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
    }

    /// The answer in plain text, for protocols without a form of their own.
    pub(super) fn plain(&self) -> Response {
        const TEXT: [(http::HeaderName, &str); 1] = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
        let mut response = (self.status, TEXT, format!("{}\n", self.message)).into_response();
        self.head(response.headers_mut());
        response
    }

    fn too_large(reason: Option<&'static str>, message: String) -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self::new(reason, status, Code::ResourceExhausted, message)
    }

    /// There is no room: try again after so many seconds, and not sooner than in one.
    fn exhausted(message: String, seconds: u64) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            code: Code::ResourceExhausted,
            ..Self::unavailable(message, seconds)
        }
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
            // Counted by the listener.
            BodyError::Busy => Self::exhausted(message, 1),
            BodyError::Slow(_) => {
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
            // Counted by the listener.
            InflateError::Busy => Self::exhausted(message, 1),
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
                        Self::exhausted(message, u64::try_from(seconds).unwrap_or(1))
                    }
                    Refusal::Rejected(_) => Self::invalid(None, message),
                    Refusal::ShuttingDown => Self::unavailable(message, 1),
                }
            }
        }
    }
}
