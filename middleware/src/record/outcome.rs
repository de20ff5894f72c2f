//! How a request ended.

use std::any;

/// The value of `error.type` when an error has no better name.
const OTHER: &str = "_OTHER";

/// How a request ended. Each request has exactly one outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The response body returned an error of the named type.
    BodyFailed(&'static str),
    /// The future or the body was dropped before the end.
    Cancelled,
    /// The response was delivered to its last byte, or has no byte to deliver.
    Completed,
    /// The service returned an error of the named type.
    Failed(&'static str),
    /// The future or the body panicked, or was dropped by a panic.
    Panicked,
}

/// The name of the error type `E`: bounded, and without asking anything of `E`.
///
/// A boxed error hides its type, so it is `_OTHER`.
pub(crate) fn error_type<E: ?Sized>() -> &'static str {
    let name = any::type_name::<E>();
    if name.contains("dyn ") { OTHER } else { name }
}

/// Tells what kind of error an error is.
///
/// Sealed: [`ByType`] tells it of every error.
pub trait NameError<E>: sealed::Sealed {
    #[doc(hidden)]
    fn name(error: &E) -> &'static str;
}

/// The name of an error is that of its type. The default.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByType;

impl sealed::Sealed for ByType {}

impl<E> NameError<E> for ByType {
    fn name(_: &E) -> &'static str {
        error_type::<E>()
    }
}

pub(crate) mod sealed {
    /// Nobody else names errors.
    #[expect(
        unnameable_types,
        reason = "a sealed trait is one that nobody can name"
    )]
    pub trait Sealed {}
}
