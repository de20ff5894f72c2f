//! One metric.
//!
//! The kind of data follows the values; the type of the descriptor says whether numbers are a sum
//! and how distributions are meant. A metric whose points hold values of several kinds becomes
//! several metrics of one name.

mod distribution;
mod labels;
mod layout;
mod metric;
mod point;
mod summary;
#[cfg(test)]
mod tests;

pub(super) use self::labels::Budget;
pub(super) use self::layout::read;
pub(super) use self::metric::put;
