//! OTLP over HTTP, as protobuf or JSON.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

use std::io::Write;

use bytes::Bytes;
use campanile_wire::otlp::{Signal, json, response};
use flate2::write::GzEncoder;
use http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT,
};
use http::uri::PathAndQuery;
use http::{Method, Request, StatusCode};
use http_body_util::Full;

use super::answer::{Answer, one_line, partly, taken};
use super::http::{Connection, Response};
use super::otlp::Carrier;
use crate::environment::{Compression, Destination, Endpoint};
use crate::protocol::Protocol;
use crate::retry::{self, Outage, Verdict};

#[derive(Debug)]
pub(crate) struct Http {
    connection: Connection,
    endpoint: Endpoint,
    /// What every request carries.
    headers: HeaderMap,
    compression: Compression,
    is_json: bool,
}

impl Carrier for Http {
    async fn export(&mut self, signal: Signal, message: Bytes) -> Result<Answer, Outage> {
        let body = match self.body(signal, message) {
            Ok(body) => body,
            Err(why) => return Ok(Answer::GaveUp(why)),
        };
        let path = self.endpoint.http_path(signal.http_path());
        let response = self.connection.send(self.request(path, body)).await?;
        self.judge(signal, &response)
    }
}

impl Http {
    pub(super) fn new(destination: &Destination) -> Self {
        let is_json = destination.protocol == Protocol::OtlpHttpJson;
        let endpoint = destination.endpoint();
        Self {
            connection: Connection::new(destination),
            headers: headers(destination, &endpoint, is_json),
            endpoint,
            compression: destination.compression,
            is_json,
        }
    }

    fn request(&self, path: PathAndQuery, body: Vec<u8>) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(body.into()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = path.into();
        *request.headers_mut() = self.headers.clone();
        request
    }

    fn body(&self, signal: Signal, message: Bytes) -> Result<Vec<u8>, String> {
        let message = if self.is_json {
            let json = json::encode(signal, &message).map_err(|error| error.to_string())?;
            json.into_bytes()
        } else {
            message.into()
        };
        compress(self.compression, message).map_err(|error| error.to_string())
    }

    fn judge(&self, signal: Signal, response: &Response) -> Result<Answer, Outage> {
        let status = response.status;
        if status.is_success() {
            return Ok(if self.is_json {
                partly(response::decode_json(signal, &response.body).unwrap_or_default())
            } else {
                taken(&response.body)
            });
        }
        let why = self.describe(response);
        match verdict(status, response.headers.get(RETRY_AFTER)) {
            Verdict::Again(pause) => Err(Outage {
                pause,
                of_signal: true,
                ..Outage::new(why)
            }),
            Verdict::GiveUp => Ok(Answer::GaveUp(why)),
        }
    }

    /// The status and what the body says, which is a `google.rpc.Status` or plain text.
    fn describe(&self, response: &Response) -> String {
        let status = response.status;
        if status.is_redirection() {
            // Spans and the headers with them are for the one who was named.
            let target = response.headers.get(http::header::LOCATION);
            let target = target.and_then(|target| target.to_str().ok());
            return format!("{status}, not followed: {}", one_line(target.unwrap_or("")));
        }
        let message = response::status_message(&response.body);
        let text = message.unwrap_or_else(|| String::from_utf8_lossy(&response.body).into_owned());
        format!("{status}: {}", one_line(&text))
            .trim_end_matches(": ")
            .to_owned()
    }
}

fn headers(destination: &Destination, endpoint: &Endpoint, is_json: bool) -> HeaderMap {
    let mut headers = destination.headers.map().clone();
    let content_type = if is_json {
        "application/json"
    } else {
        "application/x-protobuf"
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(USER_AGENT, HeaderValue::from_static(super::USER_AGENT));
    let encoding = match destination.compression {
        Compression::None => None,
        Compression::Gzip => Some("gzip"),
        #[cfg(feature = "zstd")]
        Compression::Zstd => Some("zstd"),
    };
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let origin = endpoint.origin();
    let host = origin
        .authority()
        .map_or("", |authority| authority.as_str());
    if let Ok(host) = HeaderValue::from_str(host) {
        headers.insert(HOST, host);
    }
    headers
}

fn compress(compression: Compression, message: Vec<u8>) -> std::io::Result<Vec<u8>> {
    match compression {
        Compression::None => Ok(message),
        Compression::Gzip => {
            let out = Vec::with_capacity(message.len() / 4);
            let mut encoder = GzEncoder::new(out, flate2::Compression::fast());
            encoder.write_all(&message)?;
            encoder.finish()
        }
        #[cfg(feature = "zstd")]
        Compression::Zstd => zstd::encode_all(message.as_slice(), 1),
    }
}

/// <https://opentelemetry.io/docs/specs/otlp/#failures-1>
fn verdict(status: StatusCode, retry_after: Option<&HeaderValue>) -> Verdict {
    match status.as_u16() {
        429 | 502 | 503 | 504 => Verdict::Again(retry_after.and_then(retry::after)),
        _ => Verdict::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderValue, StatusCode};

    use super::verdict;
    use crate::retry::Verdict;

    #[test]
    fn every_status_is_judged_as_the_specification_says() {
        for status in [429, 502, 503, 504] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(verdict(status, None), Verdict::Again(None), "{status}");
            let after = HeaderValue::from_static("7");
            let again = Verdict::Again(Some(Duration::from_secs(7)));
            assert_eq!(verdict(status, Some(&after)), again, "{status}");
        }
        for status in [301, 307, 400, 401, 403, 404, 408, 413, 415, 500, 501] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(verdict(status, None), Verdict::GiveUp, "{status}");
        }
    }
}
