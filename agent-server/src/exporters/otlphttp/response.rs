//! What an answer means: a pure decision.

use std::time::Duration;

use bytes::Bytes;
use campanile_wire::otlp::{Signal, response};
use campanile_wire::protobuf::{Fields, Value};
use http::StatusCode;

use super::config::Encoding;
use crate::component::{ExportError, Exported};
use crate::exporters::answer::{excerpt, exported};

/// An answer as far as it matters.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// What the body is written in.
    pub(super) encoding: Encoding,
    pub(super) retry_after: Option<Duration>,
    /// The body, or its beginning.
    pub(super) body: Bytes,
}

impl Answer {
    /// Whether the payload was taken, and what to do if not: the rules of
    /// <https://opentelemetry.io/docs/specs/otlp/#otlphttp-response>. `url` is where it went.
    pub(super) fn outcome(&self, url: &str, signal: Signal) -> Result<Exported, ExportError> {
        if self.status.is_success() {
            return Ok(match self.encoding {
                Encoding::Json => exported(response::decode_json(signal, &self.body)),
                Encoding::Proto => exported(response::decode(&self.body)),
            });
        }
        let mut message = format!("{url} (HTTP): {}", self.status);
        let text = excerpt(self.text());
        if !text.is_empty() {
            message = format!("{message}: {text}");
        }
        match self.status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Err(ExportError::Retryable {
                message,
                retry_after: self.retry_after,
            }),
            status if status.is_redirection() => Err(ExportError::Permanent {
                message: format!("{message} (redirects are not followed)"),
            }),
            // What is in the payload, and how much.
            StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNPROCESSABLE_ENTITY => Err(ExportError::Refused { message }),
            _ => Err(ExportError::Permanent { message }),
        }
    }

    /// What the destination said: of a `google.rpc.Status` in protobuf its message.
    fn text(&self) -> &[u8] {
        let message = Fields::new(&self.body)
            .map_while(Result::ok)
            .find_map(|field| match field.value {
                Value::Bytes(message) if field.number == 2 => Some(message),
                _ => None,
            });
        match (self.encoding, message) {
            (Encoding::Proto, Some(message)) => message,
            _ => &self.body,
        }
    }
}
