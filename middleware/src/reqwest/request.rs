//! Starts the span of a `reqwest` request.

use http::{Extensions, Uri};
use reqwest::{Body, Request};

use crate::client::ClientSettings;
use crate::client::service::{self, Outgoing};
use crate::record::Tracked;

/// Starts the span of `request`, beside which lie `extensions`, and which was sent `before`.
pub(crate) fn open(
    settings: &ClientSettings,
    request: &mut Request,
    extensions: &mut Extensions,
    before: u32,
) -> Option<Tracked> {
    let (method, version) = (request.method().clone(), request.version());
    // What does not parse here is refused by reqwest too, before anything is sent.
    let uri: Uri = request.url().as_str().parse().unwrap_or_default();
    let bytes = request.body().and_then(Body::as_bytes);
    let body_size = bytes.map(|bytes| bytes.len() as u64);
    let outgoing = Outgoing {
        method: &method,
        uri: &uri,
        version,
        headers: request.headers_mut(),
        extensions,
        body_size,
    };
    service::open(settings, outgoing, before)
}
