//! What stands in for axum without the feature: nothing is known.

use std::net::SocketAddr;

use http::{Extensions, Uri};

pub(crate) fn matched_path(_: &Extensions) -> Option<&str> {
    None
}

pub(crate) fn original_uri(_: &Extensions) -> Option<&Uri> {
    None
}

pub(crate) fn peer(_: &Extensions) -> Option<SocketAddr> {
    None
}
