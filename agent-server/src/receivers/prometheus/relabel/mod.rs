//! Relabelling: a list of steps that change labels, or drop what has them.
//!
//! # Limits
//!
//! Expressions are those of the `regex` crate: RE2's syntax, linear time, at most 1 MiB compiled.
//! `\d`, `\s` and `\w` match all of Unicode, which RE2's do not.

mod md5;
mod rule;
#[cfg(test)]
mod tests;

use regex::{Regex, RegexBuilder};

pub(super) use self::rule::Rules;

/// Compiled sizes that are accepted.
const MAX_COMPILED: usize = 1 << 20;

/// Compiles an expression that matches from beginning to end.
pub(super) fn compile(expression: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?s:{expression})$"))
        .size_limit(MAX_COMPILED)
        .build()
}

/// What is wrong with an expression, in one line.
pub(super) fn explain(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("is an expression of more than {limit} bytes when compiled")
        }
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let last = last.strip_prefix("error: ").unwrap_or(last);
            format!("is not a valid expression: {last}")
        }
    }
}
