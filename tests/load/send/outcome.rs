//! What the agent answers, whatever the protocol.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use campanile_wire::otlp::response::retry_delay;
use http::{HeaderMap, StatusCode};

/// How long to wait where the agent says no time.
const PAUSE: Duration = Duration::from_millis(20);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(1);

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// To be sent again after this time.
    Later(Duration),
    /// Not to be sent again, and why.
    Refused(String),
    /// The agent has it.
    Taken,
}

impl Outcome {
    /// Of the trailers of a gRPC answer, or of its headers when there is nothing else.
    #[must_use]
    pub fn of_grpc(trailers: &HeaderMap) -> Self {
        let text = |name| trailers.get(name).and_then(|value| value.to_str().ok());
        let delay = delay(text("grpc-status-details-bin"));
        match (text("grpc-status"), delay) {
            (Some("0"), _) => Self::Taken,
            // RESOURCE_EXHAUSTED, which is to be sent again only then, and UNAVAILABLE.
            (Some("8" | "14"), Some(delay)) => Self::Later(delay.min(LONGEST)),
            (Some("14"), None) => Self::Later(PAUSE),
            (code, _) => Self::Refused(format!(
                "status {}: {}",
                code.unwrap_or("missing"),
                text("grpc-message").unwrap_or("")
            )),
        }
    }

    /// Of an HTTP status and the seconds in `retry-after`.
    #[must_use]
    pub fn of_http(status: u16, retry_after: Option<u64>) -> Self {
        match status {
            200 | 202 => Self::Taken,
            429 | 502 | 503 | 504 => {
                let delay = retry_after.map_or(PAUSE, Duration::from_secs);
                Self::Later(delay.min(LONGEST))
            }
            _ => Self::Refused(
                StatusCode::from_u16(status)
                    .map_or_else(|_| format!("status {status}"), |status| status.to_string()),
            ),
        }
    }
}

fn delay(details: Option<&str>) -> Option<Duration> {
    // Without padding as gRPC has it, or with it.
    let details = details?.trim_end_matches('=');
    retry_delay(&BASE64_STANDARD_NO_PAD.decode(details).ok()?)
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;
    use campanile_wire::otlp::response::retry_info;

    use super::*;

    fn of_grpc(headers: &[(&'static str, &str)]) -> Outcome {
        let headers = headers.iter().map(|(name, value)| {
            let value = value.parse().expect("a header value");
            (http::HeaderName::from_static(name), value)
        });
        Outcome::of_grpc(&headers.collect())
    }

    #[test]
    fn a_request_is_sent_again_when_the_status_asks_for_it() {
        let hundred = Duration::from_millis(100);
        let details = retry_info(8, "full", hundred);
        for details in [
            BASE64_STANDARD.encode(&details),
            BASE64_STANDARD_NO_PAD.encode(&details),
        ] {
            let details = ("grpc-status-details-bin", details.as_str());
            let later = Outcome::Later(hundred);
            assert_eq!(of_grpc(&[("grpc-status", "8"), details]), later);
            assert_eq!(of_grpc(&[("grpc-status", "14"), details]), later);
        }
        assert_eq!(of_grpc(&[("grpc-status", "0")]), Outcome::Taken);
        assert_eq!(of_grpc(&[("grpc-status", "14")]), Outcome::Later(PAUSE));
        let refused = |text: &str| Outcome::Refused(text.to_owned());
        let invalid = [("grpc-status", "3"), ("grpc-message", "no")];
        assert_eq!(of_grpc(&invalid), refused("status 3: no"));
        assert_eq!(of_grpc(&[("grpc-status", "8")]), refused("status 8: "));
        assert_eq!(of_grpc(&[]), refused("status missing: "));
    }

    #[test]
    fn an_http_request_likewise() {
        assert_eq!(Outcome::of_http(202, None), Outcome::Taken);
        assert_eq!(Outcome::of_http(503, None), Outcome::Later(PAUSE));
        assert_eq!(Outcome::of_http(429, Some(600)), Outcome::Later(LONGEST));
        let refused = Outcome::Refused("400 Bad Request".to_owned());
        assert_eq!(Outcome::of_http(400, None), refused);
    }
}
