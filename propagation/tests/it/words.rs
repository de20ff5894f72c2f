//! The words the tests are written in.

use std::collections::HashMap;

use campanile_propagation::Propagator;
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Injector, TextMapPropagator};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

pub(crate) const SAMPLED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A header map with repeated names as given.
pub(crate) fn headers<N: AsRef<str>, V: AsRef<[u8]>>(
    entries: impl IntoIterator<Item = (N, V)>,
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in entries {
        let name = HeaderName::from_bytes(name.as_ref().as_bytes()).expect("a header name");
        headers.append(
            name,
            HeaderValue::from_bytes(value.as_ref()).expect("a header value"),
        );
    }
    headers
}

/// The same as a plain map, which can hold repeated names only joined.
pub(crate) fn text_map(headers: &HeaderMap) -> HashMap<String, String> {
    let mut map = HashMap::new();
    for name in headers.keys() {
        let values: Vec<&str> = headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().expect("ASCII"))
            .collect();
        Injector::set(&mut map, name.as_str(), values.join(","));
    }
    map
}

pub(crate) fn extract(headers: &HeaderMap) -> Context {
    Propagator::w3c().extract(headers, &Context::new())
}

/// What is sent for a context, over headers; checks that a text map gets the same.
pub(crate) fn inject(cx: &Context) -> HeaderMap {
    let mut headers = HeaderMap::new();
    Propagator::w3c().inject(cx, &mut headers);
    let mut map = HashMap::new();
    Propagator::w3c().inject_context(cx, &mut map);
    assert_eq!(map, text_map(&headers));
    headers
}

/// The value of a header that must be there once at most.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    assert!(
        headers.get_all(name).iter().count() < 2,
        "{name} was sent twice"
    );
    headers
        .get(name)
        .map(|value| value.to_str().expect("ASCII"))
}

/// What is sent of the `tracestate` received, when nobody touched it.
pub(crate) fn tracestate_of(received: &[&str]) -> Option<String> {
    let mut incoming = headers([("traceparent", SAMPLED)]);
    for value in received {
        incoming.append("tracestate", value.parse().expect("a header value"));
    }
    value(&inject(&extract(&incoming)), "tracestate").map(str::to_owned)
}

/// A child of the context's span, as an SDK makes it: same trace, flags and `TraceState`.
pub(crate) fn child(cx: &Context, change: impl FnOnce(&TraceState) -> TraceState) -> Context {
    let span = {
        let span = cx.span();
        let parent = span.span_context();
        let state = change(parent.trace_state());
        let flags = parent.trace_flags();
        SpanContext::new(parent.trace_id(), SpanId::from(7), flags, false, state)
    };
    cx.with_remote_span_context(span)
}

pub(crate) fn span_context(state: TraceState) -> SpanContext {
    SpanContext::new(
        TraceId::from(1),
        SpanId::from(2),
        TraceFlags::SAMPLED,
        false,
        state,
    )
}

/// The propagator of the formats with these names.
pub(crate) fn propagator(names: &str) -> Propagator {
    let (propagator, unknown) = Propagator::from_names(names);
    assert_eq!(unknown, []);
    propagator
}

pub(crate) fn extract_as(names: &str, headers: &HeaderMap) -> Context {
    propagator(names).extract(headers, &Context::new())
}

/// What is sent by these formats; checks that every other way to send gives the same.
pub(crate) fn inject_as(names: &str, cx: &Context) -> HeaderMap {
    let propagator = propagator(names);
    let mut headers = HeaderMap::new();
    propagator.inject(cx, &mut headers);
    let (mut plain, mut text) = (HashMap::new(), HashMap::new());
    propagator.inject_into(cx, &mut plain);
    propagator.inject_context(cx, &mut text);
    assert_eq!(plain, text_map(&headers));
    assert_eq!(text, plain);
    headers
}

/// Why these formats did not believe something.
pub(crate) fn reason(names: &str, headers: &HeaderMap) -> Option<&'static str> {
    let (_, error) = propagator(names).extract_with_reason(headers, &Context::new());
    error.map(campanile_propagation::ExtractError::reason)
}
