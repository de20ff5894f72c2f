//! The trace in the response: `server-timing: trace;desc=00-<trace id>-<span id>-<flags>`.
//!
//! The draft of W3C Trace Context Level 3 tells the caller so which trace its request became part
//! of; browsers have it in `PerformanceServerTiming`. Nothing sends it unless asked:
//!
//! ```
//! use campanile_propagation::{formats::w3c, server_timing};
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut request = HeaderMap::new();
//! let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! request.insert("traceparent", HeaderValue::from_static(parent));
//! let span = w3c::extract(&request)?.expect("there is a header"); // in a server: its own span
//!
//! let mut response = HeaderMap::new();
//! server_timing::append(&span, &mut response);
//! assert_eq!(response["server-timing"], format!("trace;desc={parent}"));
//! # Ok::<(), campanile_propagation::ExtractError>(())
//! ```
//!
//! <https://w3c.github.io/trace-context/#trace-context-http-response-headers-format>
//!
//! # Responses to other origins
//!
//! A browser shows the header to a page of another origin only if the response allows it: with
//! `access-control-expose-headers: server-timing` to code that reads the response's headers, and
//! with `timing-allow-origin` in `PerformanceServerTiming`. Both say who may see what, so neither
//! is set here: it belongs to the service's CORS rules.
//!
//! # Limits
//!
//! The ids and the sampling decision become visible to every caller. Where callers are not
//! trusted to know them, do not send the header.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::trace::SpanContext;

use crate::traceparent::{LENGTH, Traceparent};

/// `server-timing`.
pub const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The name of the metric and of its parameter.
const METRIC: &[u8; 11] = b"trace;desc=";

/// The value for the span that served the request; `None` for an invalid span context.
#[must_use]
pub fn header_value(span: &SpanContext) -> Option<HeaderValue> {
    let mut value = [0; METRIC.len() + LENGTH];
    let (metric, parent) = value.split_at_mut(METRIC.len());
    metric.copy_from_slice(METRIC);
    parent.copy_from_slice(&Traceparent::of(span)?.to_bytes());
    HeaderValue::from_bytes(&value).ok()
}

/// Appends the header beside the `server-timing` headers that are there, which stay as they are;
/// an invalid span context appends none, and neither does a map that can hold no more headers.
pub fn append(span: &SpanContext, headers: &mut HeaderMap) {
    if let Some(value) = header_value(span) {
        let _ = headers.try_append(SERVER_TIMING, value);
    }
}
