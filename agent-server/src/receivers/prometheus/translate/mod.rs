//! From samples to an OTLP request: pure functions, in this order.
//!
//! | file | what |
//! |---|---|
//! | `catalog` | which family a sample belongs to, and as which part |
//! | `collect` | an answer becomes points: labels attached, relabelled, within limits |
//! | `points` | metrics and their points, as far as they are gathered |
//! | `names`, `resource` | what OTLP calls them |
//! | `number`, `histogram`, `exemplar`, `write` | the bytes |
//!
//! What begins when, and what has vanished, is remembered elsewhere (`series`).

mod catalog;
mod collect;
mod exemplar;
mod histogram;
mod names;
mod points;
mod resource;
mod write;

#[cfg(test)]
mod tests;

pub(super) use self::collect::{CollectError, Collector, LabelLimits, Naming, Tally, collect};
pub(super) use self::points::{Metric, Point, Points, Shape, Value};
pub(super) use self::write::{Written, write};
