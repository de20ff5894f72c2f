//! A subset of the OpenTelemetry Transformation Language: conditions on telemetry, and statements
//! that change it.
//!
//! ```text
//! attributes["http.route"] == "/health" and status.code != STATUS_CODE_ERROR
//! set(attributes["http.route"], Concat([name, "x"], "/")) where kind == SPAN_KIND_SERVER
//! ```
//!
//! A text is parsed once, when the agent is configured: [`Condition::parse`], [`Statement::parse`].
//! Names, functions and constants are looked up then, and a mistake is a [`ParseError`] with its
//! column. What is left runs on the bytes of OTLP messages ([`Record`]): looking up an attribute
//! and comparing it with a constant allocates nothing, and a change copies one message.
//!
//! The README beside this file is the language's manual.

mod arithmetic;
mod compare;
mod compile;
mod context;
mod editors;
mod error;
mod functions;
mod listed;
mod mode;
mod path;
mod program;
mod record;
mod statement;
mod syntax;
#[cfg(test)]
mod tests;
mod value;
mod wire;

pub use self::context::Context;
pub use self::error::{EvalError, ParseError};
pub(crate) use self::listed::Listed;
pub(crate) use self::mode::{ErrorMode, Failures};
pub use self::record::{Draft, Record};
pub(crate) use self::statement::inferred;
pub use self::statement::{Condition, Statement};
