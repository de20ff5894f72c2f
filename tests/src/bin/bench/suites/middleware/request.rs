//! Requests that are made anew for each operation, and answers that are read to their end.

use std::convert::Infallible;
use std::pin::pin;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, Version};
use http_body::Body;
use http_body_util::BodyExt as _;
use tower::Service;

/// What a browser behind a proxy sends, the `traceparent` apart.
const ORDINARY: [(&str, &str); 10] = [
    ("host", "shop.example.com"),
    (
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/142.0.0.0 Safari/537.3",
    ),
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "en-US,en;q=0.9"),
    ("cache-control", "no-cache"),
    ("cookie", "session=4f2a; theme=dark"),
    ("x-request-id", "0b7a2c1e-6d1f-4d0e-9c53-2a6f1f0e7b11"),
    ("x-forwarded-for", "203.0.113.7"),
    ("x-forwarded-proto", "https"),
];

/// What tonic sends, the `traceparent` apart.
const GRPC: [(&str, &str); 3] = [
    ("te", "trailers"),
    ("content-type", "application/grpc"),
    ("user-agent", "tonic/0.14.9"),
];

/// A request to copy.
#[derive(Clone, Debug)]
pub(super) struct Template {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
}

impl Template {
    /// A request that a browser sends, ten headers long.
    pub(super) fn http(uri: &'static str) -> Self {
        Self {
            method: Method::GET,
            uri: Uri::from_static(uri),
            version: Version::HTTP_11,
            headers: headers(&ORDINARY),
        }
    }

    /// A call that tonic sends, three headers long.
    pub(super) fn grpc(uri: &'static str) -> Self {
        Self {
            method: Method::POST,
            uri: Uri::from_static(uri),
            version: Version::HTTP_2,
            headers: headers(&GRPC),
        }
    }

    /// The same, one header longer: as it arrives from a caller that traces.
    pub(super) fn traced(mut self, traceparent: &'static str) -> Self {
        self.headers
            .extend(headers(&[("traceparent", traceparent)]));
        self
    }

    /// The headers alone.
    pub(super) fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    /// A request with `body`.
    pub(super) fn request<B>(&self, body: B) -> Request<B> {
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.version_mut() = self.version;
        *request.headers_mut() = self.headers();
        request
    }
}

/// As from an HTTP server, the values are parts of shared buffers.
fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(16);
    for (name, value) in fields {
        let buffer = Bytes::from(format!("{name}: {value}\r\n"));
        let start = name.len() + 2;
        let value = HeaderValue::from_maybe_shared(buffer.slice(start..start + value.len()));
        headers.insert(
            HeaderName::from_static(name),
            value.expect("the values above are header values"),
        );
    }
    headers
}

/// Sends the request and reads the answer to its end.
pub(super) fn exchange<S, B, R>(service: &mut S, request: Request<B>)
where
    S: Service<Request<B>, Response = Response<R>, Error = Infallible>,
    R: Body,
{
    now(async {
        let Ok(response) = service.call(request).await;
        debug_assert!(response.status().is_success(), "the route is found");
        let mut body = pin!(response.into_body());
        while let Some(frame) = body.frame().await {
            drop(frame);
        }
    });
}

/// What the future gives. Nothing here waits for anything, so one poll is enough.
pub(super) fn now<T>(future: impl Future<Output = T>) -> T {
    future
        .now_or_never()
        .expect("the services here answer at once")
}
