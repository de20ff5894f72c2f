//! Trace context and baggage in headers: strict, total, without a runtime.
//!
//! A [`Propagator`] reads a request's headers into an [`opentelemetry::Context`] and writes a
//! context into the headers of the next request, in one or more header formats:
//!
//! ```
//! use campanile_propagation::Propagator;
//! use http::{HeaderMap, HeaderValue};
//! use opentelemetry::{Context, trace::TraceContextExt};
//!
//! let propagator = Propagator::w3c(); // `Propagator::from_env()` obeys OTEL_PROPAGATORS
//! let mut incoming = HeaderMap::new();
//! incoming.insert(
//!     "traceparent",
//!     HeaderValue::from_static("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
//! );
//!
//! let cx = propagator.extract(&incoming, &Context::new());
//! assert!(cx.span().span_context().is_sampled());
//!
//! let mut outgoing = HeaderMap::new();
//! propagator.inject(&cx, &mut outgoing);
//! assert_eq!(outgoing, incoming);
//! ```
//!
//! The formats are the modules of [`formats`]; `OTEL_PROPAGATORS` knows them as `tracecontext`,
//! `baggage`, `b3`, `b3multi`, `jaeger`, `ottrace`, `gcp`, `datadog`, `opencensus` and `xray`. What
//! a sender says about sampling beyond the sampled flag (debug, deferred, "not this one") is told
//! by [`sampling`].
//!
//! # Three ways in
//!
//! - [`Propagator::extract`] and [`Propagator::inject`] over [`http::HeaderMap`]: the fast path.
//! - [`Propagator::extract_from`] and [`Propagator::inject_into`] over any [`carrier`]: header
//!   maps, plain string maps, and tonic's `MetadataMap` (feature `tonic`).
//! - As an [`opentelemetry::propagation::TextMapPropagator`], which [`Propagator`] is, and each
//!   format on its own too ([`formats::w3c::TraceContextPropagator`] and so on).
//!
//! # What is promised
//!
//! - Extraction is total: any bytes give a context; what was refused is reported as an
//!   [`ExtractError`], never logged, and costs bounded work.
//! - Injection never panics and never sends a header that its own reader would refuse: what
//!   could break out of its field is encoded or left out.
//! - What nobody changed is sent on byte for byte, also what OpenTelemetry's own types cannot
//!   hold. [`tracestate`] and [`mod@baggage`] say how.
//! - Stale headers of every configured format are removed before injecting.
//!
//! # In the response
//!
//! [`server_timing`] tells a caller which trace its request became part of, where it is asked to.
//!
//! # Cost
//!
//! Instructions and allocations of one operation, beside `opentelemetry_sdk` 0.33.1 (B3:
//! `opentelemetry-zipkin` 0.33.0), whose propagators always make a `Context`:
//!
//! | | the format's own function | [`Propagator`], with a `Context` | peer |
//! |---|---|---|---|
//! | extract `traceparent` | 815 / 0 | 1,277 / 1 | 3,530 / 2 |
//! | extract `traceparent` and `tracestate` (2 members) | 1,285 / 0 | 3,750 / 6 | 6,735 / 11 |
//! | inject `traceparent` | 904 / 1 | 999 / 1 | 4,520 / 6 |
//! | extract `baggage` (4 members) | 856 / 0 | 10,492 / 16 | 13,149 / 19 |
//! | extract `b3` | 567 / 0 | 1,001 / 1 | 2,804 / 4 |
//! | inject `b3` | 1,269 / 1 | 1,395 / 1 | 8,094 / 16 |
//!
//! The functions are [`formats::w3c::read`], [`formats::w3c::inject`],
//! [`formats::baggage::extract`], [`formats::b3::extract`] and
//! [`formats::b3::inject`]. They keep lists as the header value they came in, checked and not
//! divided; what a `Context` adds are OpenTelemetry's own types, which samplers, SDK spans and
//! `cx.baggage()` expect to be filled.
//!
//! # Limits
//!
//! `tracestate`: 32 members ([`tracestate::MAX_MEMBERS`]). Baggage, in any format: 64 members and
//! 8192 bytes ([`baggage::MAX_MEMBERS`], [`baggage::MAX_BYTES`]).
//!
//! [`x-amzn-trace-id`](amzn_trace_id::MAX_BYTES): 1024 bytes.
//! [`x-datadog-tags`](formats::datadog::MAX_TAGS_BYTES): 512 bytes.
//! [`grpc-tags-bin`](opencensus::MAX_TAGS_BYTES): 8192 bytes of keys and values.

pub mod amzn_trace_id;
mod b3;
pub mod baggage;
pub mod carrier;
#[doc = include_str!("docs/differences.md")]
pub mod differences {}
mod composite;
mod datadog;
mod environment;
mod error;
mod extraction;
pub mod formats;
mod hex;
mod list;
#[cfg(feature = "tonic")]
pub mod metadata;
pub mod opencensus;
mod others;
pub mod sampling;
pub mod server_timing;
pub mod traceparent;
pub mod tracestate;
pub mod trust;
mod whitespace;

pub use composite::Propagator;
pub use environment::{OTEL_PROPAGATORS, UnknownFormat};
pub use error::ExtractError;
pub use extraction::Extraction;

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
