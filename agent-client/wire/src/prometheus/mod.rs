//! OTLP metrics as Prometheus has them: names, labels and samples.
//!
//! | module | what |
//! |---|---|
//! | `name`, `unit` | what a metric is called |
//! | `label`, `resource` | which labels its series have |
//! | `point`, `draft`, `translate` | a walk over a request that yields families and points |
//! | `classic`, `native` | exponential histograms, for formats with and without a word for them |
//! | `sample`, `exemplar` | the samples and exemplars of a point |
//! | [`text`] | the pull page: text 0.0.4 and OpenMetrics 1.0 |
//! | [`remote`] | remote write 1.0 |
//!
//! Specification:
//! <https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/>.
//!
//! What differs from the published translators, so that nothing gets lost:
//!
//! - An attribute whose label is taken by what the translation adds (`job`, `instance`, `le`,
//!   `quantile`, `otel_scope_name`, ...) becomes `exported_job`, as a scraper names it.
//! - A label never begins with an underscore: `_x` becomes `key_x`, `__name__` `key__name__`.
//! - The count of a histogram is the sum of its buckets where it has buckets.
//!
//! Min and max of histograms have no place in Prometheus and are left out.

mod classic;
mod draft;
mod exemplar;
mod label;
mod name;
mod native;
mod point;
pub mod remote;
mod resource;
mod sample;
#[cfg(test)]
mod tests;
pub mod text;
mod translate;
mod unit;

pub use self::exemplar::Exemplar;
pub use self::label::Labels;
pub use self::name::{Kind, Naming, is_label_name, is_metric_name, sanitized};
pub use self::native::{Native, NativeBuckets, native};
pub use self::point::{
    Classic, Exponential, ExponentialBuckets, Family, Point, PointValue, Summary,
};
pub use self::sample::{STALE, Sample, samples};
pub use self::translate::{Loss, MAX_BUCKETS, Settings, Sink, translate};
