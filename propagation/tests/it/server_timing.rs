//! The response header that names the trace.

use campanile_propagation::server_timing;
use http::{HeaderMap, HeaderValue};
use opentelemetry::trace::{SpanContext, TraceState};

use crate::words::{headers, span_context};

const SENT: &str = "trace;desc=00-00000000000000000000000000000001-0000000000000002-01";

#[test]
fn the_metric_describes_the_span_as_traceparent_would() {
    let value = server_timing::header_value(&span_context(TraceState::NONE));
    assert_eq!(value, Some(HeaderValue::from_static(SENT)));
}

#[test]
fn the_metrics_that_are_there_stay() {
    let mut response = headers([("server-timing", "db;dur=53"), ("server-timing", "app")]);
    server_timing::append(&span_context(TraceState::NONE), &mut response);
    let all: Vec<_> = response.get_all("server-timing").iter().collect();
    assert_eq!(all, ["db;dur=53", "app", SENT]);
    assert_eq!(response.len(), 3);
}

#[test]
fn an_invalid_span_context_appends_nothing() {
    let mut response = HeaderMap::new();
    server_timing::append(&SpanContext::NONE, &mut response);
    assert_eq!(response, HeaderMap::new());
    assert_eq!(server_timing::header_value(&SpanContext::NONE), None);
}
