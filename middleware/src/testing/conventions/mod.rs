//! Compares spans and metrics with the semantic conventions for HTTP and gRPC.
//!
//! What the conventions list (keys, types, requirement levels, metrics, units, buckets) is
//! generated from their own model; what they say in words is written here. So a test need not
//! repeat them:
//!
//! ```
//! use campanile_middleware::testing::conventions::Check;
//! use opentelemetry::KeyValue;
//! use opentelemetry::trace::{SpanKind, Tracer as _, TracerProvider as _};
//! use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
//!
//! let exporter = InMemorySpanExporter::default();
//! let provider = SdkTracerProvider::builder()
//!     .with_simple_exporter(exporter.clone())
//!     .build();
//! let tracer = provider.tracer("app");
//! // In a real test a layer does this.
//! drop(
//!     tracer
//!         .span_builder("GET")
//!         .with_kind(SpanKind::Server)
//!         .with_attributes([
//!             KeyValue::new("http.request.method", "GET"),
//!             KeyValue::new("http.response.status_code", 200),
//!             KeyValue::new("url.path", "/users/7"),
//!         ])
//!         .start(&tracer),
//! );
//!
//! let spans = exporter.get_finished_spans().unwrap();
//! let violations = Check::new().spans(&spans);
//! assert_eq!(violations.len(), 1);
//! assert_eq!(
//!     violations[0].to_string(),
//!     "span `GET` (Server): `url.scheme` is missing: it is required",
//! );
//! ```
//!
//! Metrics are read the same way:
//!
//! ```
//! use campanile_middleware::testing::conventions::Check;
//! use opentelemetry::KeyValue;
//! use opentelemetry::metrics::MeterProvider as _;
//! use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
//!
//! let exporter = InMemoryMetricExporter::default();
//! let reader = PeriodicReader::builder(exporter.clone()).build();
//! let provider = SdkMeterProvider::builder().with_reader(reader).build();
//! let meter = provider.meter("app");
//! let active = meter.i64_up_down_counter("http.server.active_requests").build();
//! let attributes = [
//!     KeyValue::new("http.request.method", "GET"),
//!     KeyValue::new("url.scheme", "https"),
//! ];
//! active.add(1, &attributes);
//! provider.force_flush().unwrap();
//!
//! let metrics = exporter.get_finished_metrics().unwrap();
//! let violations = Check::new().metrics(&metrics[0]);
//! assert_eq!(
//!     violations[0].to_string(),
//!     "metric `http.server.active_requests`: the unit is ``, should be `{request}`",
//! );
//! ```
//!
//! # What is allowed on request
//!
//! Whatever the conventions leave to users is a violation until the check is told:
//!
//! ```
//! use campanile_middleware::testing::conventions::Check;
//!
//! let check = Check::new()
//!     .allow_opt_in("http.request.header.x-request-id")
//!     .known_methods(["GET", "POST", "PURGE"]);
//! assert!(check.spans([]).is_empty());
//! ```
//!
//! # Which spans are checked
//!
//! A span with an attribute `rpc.*` is checked as gRPC, any other with `http.*` or `url.*` as HTTP.
//! Of all other spans those of kind server and client are [`Problem::Unrecognized`]: leave out the
//! spans of other protocols, such as databases. Metrics are known by their names; those outside of
//! `http.*` and `rpc.*` are not looked at.
//!
//! # Limits
//!
//! A finished span does not tell everything: not whether a route was available, whether a response
//! was received before its client gave up, or whether something failed besides a response of 500,
//! which `error.type` may then name. Such attributes may be there or not. Nor does it tell what was
//! there at its start, which [`Check::start`] compares. RPC means gRPC: other systems have rules of
//! their own.

mod check;
mod check_attributes;
mod check_metric;
mod check_span;
mod facts;
mod group;
mod http;
mod network;
mod points;
mod report;
mod rpc;
mod secrets;
mod table;
#[cfg(test)]
mod tests;
mod violation;

pub use self::check::Check;
pub use self::table::VERSION;
pub use self::violation::{Problem, Violation};
