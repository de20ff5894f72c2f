//! The text of statements: tokens, grammar, tree.
//!
//! What a name means is not known here; [`compile`](super::compile) looks it up.

mod parse;
mod print;
#[cfg(test)]
mod tests;
mod token;
mod tree;

pub(super) use self::parse::{boolean, statement};
pub(super) use self::tree::{
    Argument, Arithmetic, Call, Comparison, Expression, Key, Literal, Name, Node,
};

/// The longest text of one statement, in bytes.
pub(crate) const MAX_LENGTH: usize = 16 << 10;

/// How deep parentheses, calls and lists may nest.
pub(crate) const MAX_DEPTH: usize = 32;
