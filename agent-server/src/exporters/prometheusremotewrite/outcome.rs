//! What an answer means: a pure decision.

use std::time::Duration;

use http::StatusCode;

use crate::component::ExportError;
use crate::exporters::answer::excerpt;

/// Whether the destination took a request, and what to do if not: the rules of
/// <https://prometheus.io/docs/specs/prw/remote_write_spec/#retries-backoff>. `url` is where it
/// went, `body` the beginning of the answer.
pub(super) fn outcome(
    url: &str,
    status: StatusCode,
    retry_after: Option<Duration>,
    body: &[u8],
) -> Result<(), ExportError> {
    if status.is_success() {
        return Ok(());
    }
    let mut message = format!("{url} (remote write): {status}");
    let text = excerpt(body);
    if !text.is_empty() {
        message = format!("{message}: {text}");
    }
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(ExportError::Retryable {
            message,
            retry_after,
        });
    }
    match status {
        // What is in the payload, and how much. Of a request that holds an old sample, Prometheus
        // says 400 and takes the rest; the rest may come again.
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNPROCESSABLE_ENTITY => Err(ExportError::Refused { message }),
        status if status.is_redirection() => Err(ExportError::Permanent {
            message: format!("{message} (redirects are not followed)"),
        }),
        _ => Err(ExportError::Permanent { message }),
    }
}
