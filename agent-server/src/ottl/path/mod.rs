//! Paths: which field of which message, and what is below it.

mod field;
mod resolve;
mod tables;

pub(super) use self::field::{DATA, Field, Number, Shape};
pub(super) use self::resolve::resolve;
pub(super) use super::syntax::Key;

use super::context::Context;

/// A path whose names have been looked up.
#[derive(Clone, Debug)]
pub(super) struct Path {
    /// The message it is in.
    pub(super) context: Context,
    pub(super) field: Field,
    pub(super) keys: Vec<Key>,
}
