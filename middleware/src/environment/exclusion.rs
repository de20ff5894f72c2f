//! URLs that are not traced.

use std::sync::Arc;

use crate::describe::http::scheme;
use crate::describe::{HostPort, glob};
use crate::filter::Filter;
use crate::view::RequestView;

/// Patterns of paths and of URLs. Accepts what any of them matches.
#[derive(Clone, Debug)]
pub(super) struct Exclusion(Arc<[String]>);

impl Exclusion {
    pub(super) fn new(patterns: Vec<String>) -> Self {
        Self(patterns.into())
    }
}

impl Filter for Exclusion {
    fn accepts(&self, request: &RequestView<'_>) -> bool {
        self.0.iter().any(|pattern| {
            if pattern.contains("://") {
                url(request).is_some_and(|url| glob::matches(pattern, &url))
            } else {
                glob::matches(pattern, request.path())
            }
        })
    }
}

/// The URL without credentials and query, as far as the request tells its host.
fn url(request: &RequestView<'_>) -> Option<String> {
    let asked = HostPort::of(request.uri(), request.headers())?;
    let port = asked.port.map(|port| format!(":{port}"));
    let parts = [
        scheme(request.uri()),
        "://",
        asked.host,
        port.as_deref().unwrap_or_default(),
        request.path(),
    ];
    Some(parts.concat())
}
