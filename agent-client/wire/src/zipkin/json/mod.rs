//! The v2 list in JSON.
//!
//! What is read is what clients write: ids of any length up to the full one, numbers as numbers (in
//! scientific form too) or text, `null` for what is absent, tags of any scalar type. Fields that
//! nobody knows are ignored, except those of v1: a list of v1 would lose most of what it says, and
//! is refused.

mod list;
mod parts;
mod scalar;
mod span;
mod write;

pub(super) use self::list::{Element, Guard, each};
pub(super) use self::parts::{EndpointSeed, Item, Items, foreign};
pub(super) use self::scalar::Scalar;
pub(super) use self::span::{hex, parent};
pub use self::write::{Writer, write};
use super::{Limits, ReadError, Span};

/// Reads a list of spans and shows each to `take`. Nothing, or white space, is an empty list.
///
/// # Errors
///
/// The first thing found wrong; some spans have been shown by then.
pub fn read<'a>(
    text: &'a str,
    limits: &Limits,
    take: impl FnMut(&Span<'a>),
) -> Result<(), ReadError> {
    each(text, limits, Span::default(), take)
}
