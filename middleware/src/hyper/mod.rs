//! What hyper-util's clients leave in the extensions of a response.

use std::net::SocketAddr;

use http::Extensions;
use hyper_util::client::legacy::connect::HttpInfo;

/// The other end of the connection that the response came over.
pub(crate) fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get::<HttpInfo>().map(HttpInfo::remote_addr)
}
