//! Which requests are traced.
//!
//! A [`Filter`] looks at a request before anything else happens to it. What it refuses has no
//! span, no metric and no headers read or written: it passes as if the layer were not there.
//!
//! ```
//! use campanile_middleware::filter::{self, Filter as _};
//! use campanile_middleware::{RequestView, ServerLayer};
//!
//! let quiet = filter::path("/healthz").or(filter::path_prefix("/assets/"));
//! let layer = ServerLayer::new().with_filter(filter::not(quiet));
//!
//! // Any closure will do; `from_fn` knows what it is given.
//! let layer = layer
//!     .with_filter(|request: &RequestView<'_>| request.path() != "/metrics")
//!     .with_filter(filter::from_fn(|request| request.path() != "/ready"));
//! # let _ = layer;
//! ```
//!
//! Several filters of one layer must all agree. One that panics hurts no request: it accepts. To
//! trace only what asks for it, give the layer [`opted_in`] and mark requests with
//! [`request::Traced`](crate::request::Traced) further out, or apply the layer to single routes.

mod combine;
mod request;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub use self::combine::{And, Not, Or, not};
pub use self::request::{
    extension, from_fn, grpc_health_check, grpc_method, header, host, method, opted_in, path,
    path_glob, path_prefix,
};
use crate::hooks::guarded;
use crate::view::RequestView;

/// Decides which requests are traced. Implemented by closures.
#[must_use = "a filter does nothing until a layer has it"]
pub trait Filter: Send + Sync {
    /// Whether `request` is traced.
    fn accepts(&self, request: &RequestView<'_>) -> bool;

    /// Accepts what both accept.
    fn and<F: Filter>(self, other: F) -> And<Self, F>
    where
        Self: Sized,
    {
        And(self, other)
    }

    /// Accepts what either accepts.
    fn or<F: Filter>(self, other: F) -> Or<Self, F>
    where
        Self: Sized,
    {
        Or(self, other)
    }
}

impl<F> Filter for F
where
    F: Fn(&RequestView<'_>) -> bool + Send + Sync,
{
    fn accepts(&self, request: &RequestView<'_>) -> bool {
        self(request)
    }
}

impl Filter for Box<dyn Filter> {
    fn accepts(&self, request: &RequestView<'_>) -> bool {
        (**self).accepts(request)
    }
}

impl Filter for Arc<dyn Filter> {
    fn accepts(&self, request: &RequestView<'_>) -> bool {
        (**self).accepts(request)
    }
}

/// The filters of a layer, which must all agree.
#[derive(Clone, Default)]
pub(crate) struct Filters(Vec<Arc<dyn Filter>>);

impl Filters {
    pub(crate) fn push(&mut self, filter: impl Filter + 'static) {
        self.0.push(Arc::new(filter));
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(crate) fn accept(&self, request: &RequestView<'_>) -> bool {
        // What a filter that panics would have said nobody knows, and what is traced is seen.
        let accepts = |filter: &Arc<dyn Filter>| guarded(|| filter.accepts(request));
        self.0.iter().all(|filter| accepts(filter).unwrap_or(true))
    }
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filters")
            .field("len", &self.0.len())
            .finish()
    }
}
