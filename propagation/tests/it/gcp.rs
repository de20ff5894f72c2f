//! Google Cloud Trace: a decimal span id, and options that may be missing.

use campanile_propagation::formats::gcp;
use campanile_propagation::sampling::{Sampling, requested};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::trace::SpanContext;

use crate::words::{child, extract_as, headers, inject_as, propagator, reason, value};

const TRACE: &str = "105445aa7843bc8bf206b12000100000";

fn header(rest: &str) -> HeaderMap {
    headers([("x-cloud-trace-context", format!("{TRACE}/{rest}"))])
}

#[test]
fn without_options_the_decision_is_deferred_until_somebody_has_decided() {
    let cx = extract_as("gcp", &header("123"));
    assert_eq!(requested(&cx), Some(Sampling::Defer));
    assert_eq!(inject_as("gcp", &cx), header("123"));
    assert_eq!(inject_as("gcp", &child(&cx, Clone::clone)), header("7;o=0"));
    let sent = inject_as("b3", &cx);
    assert_eq!(value(&sent, "b3").map(str::len), Some(49));
}

#[test]
fn the_greatest_and_the_smallest_span_id_fit() {
    for id in ["18446744073709551615;o=1", "1;o=0"] {
        assert_eq!(
            inject_as("gcp", &extract_as("gcp", &header(id))),
            header(id)
        );
    }
}

#[test]
fn an_invalid_span_context_removes_what_is_stale_and_sends_nothing() {
    let mut sent = header("1;o=1");
    gcp::inject(&SpanContext::NONE, &mut sent);
    assert_eq!(sent, HeaderMap::new());
    let mut sent = header("1;o=1");
    propagator("gcp").inject(&Context::new(), &mut sent);
    assert_eq!(sent, HeaderMap::new());
}

#[test]
fn every_way_to_be_wrong_has_its_reason() {
    let mut twice = header("1;o=1");
    twice.append("x-cloud-trace-context", "x".parse().expect("a value"));
    let whole = |text: &str| headers([("x-cloud-trace-context", text)]);
    let cases = [
        (twice, "cloud_trace_duplicate"),
        (header("1;o="), "cloud_trace_invalid_options"),
        (header("1;o=+1"), "cloud_trace_invalid_options"),
        (header("1;p=1"), "cloud_trace_invalid_options"),
        (header("1;"), "cloud_trace_invalid_options"),
        (header(""), "cloud_trace_invalid_span_id"),
        (header("0;o=1"), "cloud_trace_invalid_span_id"),
        (header("+1;o=1"), "cloud_trace_invalid_span_id"),
        (
            whole("00000000000000000000000000000000/1"),
            "cloud_trace_invalid_trace_id",
        ),
        (whole("1/1"), "cloud_trace_invalid_trace_id"),
        (whole(TRACE), "cloud_trace_malformed"),
        (header(&format!("{:0168}", 1)), "cloud_trace_too_long"),
    ];
    for (incoming, expected) in cases {
        assert_eq!(reason("gcp", &incoming), Some(expected), "{incoming:?}");
        assert_eq!(
            gcp::extract(&incoming).map_err(|error| error.reason()),
            Err(expected)
        );
    }
    let longest = header(&format!("{:0167}", 1));
    assert_eq!(reason("gcp", &longest), None);
}
