//! Which URI was asked for, and by whom, as the server around us recorded it.

use std::net::SocketAddr;

use http::{Extensions, Request, Uri};

use crate::request::Peer;
use crate::{axum, tonic};

/// The URI of `request` before nested routers shortened it.
pub(crate) fn original_uri<B>(request: &Request<B>) -> &Uri {
    axum::original_uri(request.extensions()).unwrap_or_else(|| request.uri())
}

/// The other end of the connection.
///
/// Forwarding headers are not looked at: anybody can send them.
pub(crate) fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    let told = extensions.get().map(|Peer(address)| *address);
    told.or_else(|| axum::peer(extensions))
        .or_else(|| tonic::peer(extensions))
}
