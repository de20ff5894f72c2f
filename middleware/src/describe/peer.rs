//! The other end of the connection that a response came over.

use std::net::SocketAddr;

use ::http::response;
use opentelemetry_semantic_conventions::attribute::{NETWORK_PEER_ADDRESS, NETWORK_PEER_PORT};

use crate::describe::Side;
use crate::hyper;
use crate::record::{Attributes, Value};

/// Writes the peer that a client's response tells of. A server knew it from the start.
#[inline]
pub(crate) fn write_of_response(side: Side, head: &response::Parts, out: &mut impl Attributes) {
    if side == Side::Client
        && let Some(peer) = hyper::peer(&head.extensions)
    {
        write(peer, out);
    }
}

/// Writes a peer.
pub(crate) fn write(peer: SocketAddr, out: &mut impl Attributes) {
    let address = peer.ip().to_canonical().to_string();
    out.set(NETWORK_PEER_ADDRESS, Value::Owned(address));
    out.set(NETWORK_PEER_PORT, Value::Int(peer.port().into()));
}
