//! From samples to an OTLP request: pure functions, in this order.
//!
//! | file | what |
//! |---|---|
//! | `catalog` | which family a sample belongs to, and as which part |
//! | `collect` | labels are attached and changed, limits kept |
//! | `gather`, `points` | metrics and their points, as far as they are gathered |
//! | `names`, `resource` | what OTLP calls them |
//! | `histogram`, `exemplar`, `write` | the bytes |
//!
//! What begins when, and what has vanished, is remembered elsewhere (`series`).

mod catalog;
mod collect;
mod exemplar;
mod gather;
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
