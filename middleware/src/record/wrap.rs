//! Which type the body of a response has.

use http_body::Body;

use crate::record::body::TracedBody;

/// Turns the body of a service into the body of the traced service.
///
/// Sealed: the choices are [`Wrapped`] and, with the feature `axum`,
/// [`AxumBody`](crate::AxumBody).
pub trait WrapBody<B>: sealed::Sealed {
    /// The body of the traced service.
    type Body: Body;

    #[doc(hidden)]
    fn traced(body: TracedBody<B>) -> Self::Body;

    #[doc(hidden)]
    fn untraced(body: B) -> Self::Body;
}

/// Every body, whatever its type, is wrapped in a [`TracedBody`]. The default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wrapped;

impl sealed::Sealed for Wrapped {}

impl<B: Body> WrapBody<B> for Wrapped {
    type Body = TracedBody<B>;

    #[inline]
    fn traced(body: TracedBody<B>) -> Self::Body {
        body
    }

    #[inline]
    fn untraced(body: B) -> Self::Body {
        TracedBody::untraced(body)
    }
}

pub(crate) mod sealed {
    /// Nobody else decides about bodies.
    #[expect(
        unnameable_types,
        reason = "a sealed trait is one that nobody can name"
    )]
    pub trait Sealed {}
}
