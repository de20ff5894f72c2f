//! One request and its answer.

use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use reqwest::{Client, Url};

use super::{Http, ScrapeError, reason};
use crate::receivers::inflate::Encoding;

/// What is set aside at once for an answer that announces its length; the announcement may lie.
const FIRST_ALLOCATION: u64 = 1 << 20;

/// A request.
#[derive(Clone, Debug)]
pub(in crate::receivers::prometheus) struct Request {
    pub(in crate::receivers::prometheus) client: Client,
    /// The URL to ask.
    pub(in crate::receivers::prometheus) url: Url,
    /// The `Host` header, where it is not that of the URL.
    pub(in crate::receivers::prometheus) host: Option<HeaderValue>,
    pub(in crate::receivers::prometheus) accept: HeaderValue,
    /// How long the agent waits, or when it comes again: a header that tells the other side.
    pub(in crate::receivers::prometheus) seconds: (HeaderName, HeaderValue),
    pub(in crate::receivers::prometheus) compression: bool,
    /// Bytes that the answer may have.
    pub(in crate::receivers::prometheus) limit: usize,
}

/// An answer, still compressed.
#[derive(Debug)]
pub(in crate::receivers::prometheus) struct Fetched {
    body: Vec<u8>,
    content_type: Option<String>,
    encoding: Encoding,
    limit: usize,
}

impl Request {
    fn headers(&self, authorization: Option<HeaderValue>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, self.accept.clone());
        headers.insert(self.seconds.0.clone(), self.seconds.1.clone());
        let encodings = if self.compression { "gzip" } else { "identity" };
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encodings));
        if let Some(host) = &self.host {
            headers.insert(HOST, host.clone());
        }
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        headers
    }
}

/// Sends `request` and reads the answer.
///
/// # Errors
///
/// When there is no answer with status 200, or it is too large.
pub(in crate::receivers::prometheus) async fn fetch(
    http: &Http,
    request: &Request,
) -> Result<Fetched, ScrapeError> {
    let broken = |error| ScrapeError::Connection(reason(error));
    let headers = request.headers(http.authorization().await?);
    let sending = request.client.get(request.url.clone()).headers(headers);
    let mut response = sending.send().await.map_err(broken)?;
    if response.status() != StatusCode::OK {
        return Err(ScrapeError::Status(response.status()));
    }
    let limit = request.limit;
    let announced = response.content_length().unwrap_or(0);
    if announced > limit as u64 {
        return Err(ScrapeError::TooLarge(limit));
    }
    let text = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    let content_type = text(CONTENT_TYPE);
    let encoding = text(CONTENT_ENCODING).unwrap_or_default();
    let encoding = Encoding::from_name(&encoding).ok_or(ScrapeError::Inflate)?;
    let first = usize::try_from(announced.min(FIRST_ALLOCATION)).unwrap_or(0);
    let mut body = Vec::with_capacity(first);
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if chunk.len() > limit - body.len() {
            return Err(ScrapeError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched {
        body,
        content_type,
        encoding,
        limit,
    })
}

impl Fetched {
    /// The content type.
    pub(in crate::receivers::prometheus) fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Bytes that came over the network.
    pub(in crate::receivers::prometheus) fn size(&self) -> usize {
        self.body.len()
    }

    /// The answer, decompressed.
    pub(in crate::receivers::prometheus) fn text(self) -> Result<String, ScrapeError> {
        let body = self.encoding.inflate(self.body, self.limit)?;
        String::from_utf8(body).map_err(|_| ScrapeError::Utf8)
    }
}
