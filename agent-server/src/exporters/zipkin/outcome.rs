//! What an answer means: a pure decision.

use std::time::Duration;

use http::StatusCode;

use crate::component::{ExportError, Exported};
use crate::exporters::answer::excerpt;

/// Whether `url`, which has answered with `status` and a body that begins with `body`, has taken
/// the spans, and what to do if not.
///
/// Unlike other destinations, Zipkin answers 500 when its storage fails: that passes.
pub(super) fn outcome(
    url: &str,
    status: StatusCode,
    body: &[u8],
    retry_after: Option<Duration>,
) -> Result<Exported, ExportError> {
    if status.is_success() {
        return Ok(Exported::default());
    }
    let mut message = format!("{url} (HTTP): {status}");
    let text = excerpt(body);
    if !text.is_empty() {
        message = format!("{message}: {text}");
    }
    match status {
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::INTERNAL_SERVER_ERROR
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Err(ExportError::Retryable {
            message,
            retry_after,
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
