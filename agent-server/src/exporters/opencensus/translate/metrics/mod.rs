//! One metric: its descriptor, and a time series for every point.

mod distribution;
mod exponential;
mod labels;
mod metric;
mod point;
mod summary;

pub(super) use self::metric::put;
