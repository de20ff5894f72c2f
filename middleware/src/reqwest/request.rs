//! Starts the span of a `reqwest` request.

use http::{Extensions, Uri};
use reqwest::Request;

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
    let outgoing = Outgoing {
        method: &method,
        uri: &uri,
        version,
        headers: request.headers_mut(),
        extensions,
    };
    service::open(settings, outgoing, before)
}
