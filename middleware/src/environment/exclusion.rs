//! URLs that are not traced.

use std::sync::Arc;

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
        self.0
            .iter()
            .any(|pattern| match pattern.split_once("://") {
                Some((_, rest)) => url(request).is_some_and(|url| glob::matches(rest, &url)),
                None => glob::matches(pattern, request.path()),
            })
    }
}

/// Host, port and path, as far as the request tells its host. A server does not see by which
/// scheme it was called, so patterns of URLs are compared without it.
fn url(request: &RequestView<'_>) -> Option<String> {
    let asked = HostPort::of(request.uri(), request.headers())?;
    let (open, close) = asked.brackets();
    let port = asked.port.map(|port| format!(":{port}"));
    let port = port.as_deref().unwrap_or_default();
    Some([open, asked.host, close, port, request.path()].concat())
}
