//! Filters made of filters.

use crate::filter::Filter;
use crate::view::RequestView;

/// Accepts what `filter` refuses.
pub fn not<F: Filter>(filter: F) -> Not<F> {
    Not(filter)
}

/// Filter returned by [`not`].
#[derive(Clone, Copy, Debug)]
pub struct Not<F>(F);

impl<F: Filter> Filter for Not<F> {
    fn accepts(&self, request: &RequestView<'_>) -> bool {
        !self.0.accepts(request)
    }
}

/// Filter returned by [`Filter::and`].
#[derive(Clone, Copy, Debug)]
pub struct And<A, B>(pub(super) A, pub(super) B);

impl<A: Filter, B: Filter> Filter for And<A, B> {
    fn accepts(&self, request: &RequestView<'_>) -> bool {
        self.0.accepts(request) && self.1.accepts(request)
    }
}

/// Filter returned by [`Filter::or`].
#[derive(Clone, Copy, Debug)]
pub struct Or<A, B>(pub(super) A, pub(super) B);

impl<A: Filter, B: Filter> Filter for Or<A, B> {
    fn accepts(&self, request: &RequestView<'_>) -> bool {
        self.0.accepts(request) || self.1.accepts(request)
    }
}
