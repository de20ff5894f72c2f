//! The messages of the OpenCensus agent protocol that have a JSON form, as static tables.
//!
//! A test compares every table with `tests/vectors/schema/opencensus-proto-0.4.1.json`.

mod common;
mod metrics;
#[cfg(test)]
mod tests;
mod trace;

pub(super) use self::metrics::EXPORT_METRICS_SERVICE_REQUEST;
pub(super) use self::trace::EXPORT_TRACE_SERVICE_REQUEST;
