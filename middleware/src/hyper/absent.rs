//! What stands in for hyper-util without the feature: nothing is known.

use std::net::SocketAddr;

use http::Extensions;

pub(crate) fn peer(_: &Extensions) -> Option<SocketAddr> {
    None
}
