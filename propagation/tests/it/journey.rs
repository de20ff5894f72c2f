//! One format's way through every kind of carrier.

use std::collections::HashMap;

use campanile_propagation::formats::{Format, FormatPropagator};
use campanile_propagation::{Propagator, carrier::HeaderExtractor};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::vectors::text;
use crate::words::text_map;

/// The format by its name, so that one missing in the list is noticed.
pub(crate) fn propagator<F: Format + Default>() -> Propagator {
    let (propagator, unknown) = Propagator::from_names(F::default().name());
    assert_eq!(unknown, []);
    propagator
}

/// What the format finds and what it rejects; a text map and the format's own propagator must
/// find the same.
pub(crate) fn extracted<F: Format + Default>(incoming: &HeaderMap) -> (Context, Vec<&'static str>) {
    let (propagator, mut reasons) = (propagator::<F>(), Vec::new());
    let cx = propagator.extract_with(incoming, &Context::new(), &mut |error| {
        reasons.push(error.reason());
    });
    let alone = FormatPropagator::<F>::new();
    let extractor = HeaderExtractor(incoming);
    let mut others = vec![alone.extract_with_context(&Context::new(), &extractor)];
    // A map has one value for a name, and joining those of different entries makes another one.
    let repeats = |name: &HeaderName| incoming.get_all(name).iter().count() > 1;
    let joins = |name: &HeaderName| !name.as_str().starts_with("ot-baggage-") || !repeats(name);
    // And no order, so that beyond the limits of baggage it keeps other entries.
    let fits = incoming.values().map(HeaderValue::len).sum::<usize>() < 8000;
    let is_ascii = incoming.values().all(|value| value.to_str().is_ok());
    if fits && is_ascii && incoming.keys().all(joins) {
        let map = text_map(incoming);
        others.push(alone.extract_with_context(&Context::new(), &map));
        others.push(propagator.extract_from(&map, &Context::new()));
    }
    for other in others {
        assert_eq!(span(&other), span(&cx));
        assert_eq!(entries(other.baggage()), entries(cx.baggage()));
    }
    (cx, reasons)
}

/// What the format sends; a text map must get the same.
pub(crate) fn sent<F: Format + Default>(cx: &Context) -> HeaderMap {
    let mut headers = HeaderMap::new();
    propagator::<F>().inject(cx, &mut headers);
    let mut map = HashMap::new();
    propagator::<F>().inject_into(cx, &mut map);
    assert_eq!(map, text_map(&headers));
    let mut map = HashMap::new();
    FormatPropagator::<F>::new().inject_context(cx, &mut map);
    assert_eq!(map, text_map(&headers));
    headers
}

/// What is sent on of these headers when nobody touches the context.
pub(crate) fn sent_on<F: Format + Default>(incoming: &HeaderMap) -> HeaderMap {
    sent::<F>(&extracted::<F>(incoming).0)
}

pub(crate) fn span(cx: &Context) -> SpanContext {
    cx.span().span_context().clone()
}

pub(crate) fn entries(baggage: &Baggage) -> Vec<(String, String)> {
    let entries = baggage.iter();
    let mut entries: Vec<_> = entries
        .map(|(key, (value, _))| (key.to_string(), value.to_string()))
        .collect();
    entries.sort();
    entries
}

/// The span context of a vector.
pub(crate) fn context_of(vector: &Value) -> SpanContext {
    let context = &vector["context"];
    SpanContext::new(
        TraceId::from_hex(text(&context["trace_id"])).expect("hex"),
        SpanId::from_hex(text(&context["span_id"])).expect("hex"),
        TraceFlags::default().with_sampled(context["sampled"] == true),
        true,
        TraceState::NONE,
    )
}

/// Checks the ids and the decision, which every vector names in the same way, and gives what else
/// the vector expects.
pub(crate) fn span_is_expected<'a>(
    found: &SpanContext,
    expect: &'a Value,
) -> Vec<(&'a str, &'a Value)> {
    assert_eq!(found.is_valid(), expect["span_id"].is_string());
    assert_eq!(found.is_remote(), found.is_valid());
    let mut further = Vec::new();
    for (name, expected) in expect.as_object().into_iter().flatten() {
        match name.as_str() {
            "span_id" if expected.is_null() => {}
            "trace_id" if !found.is_valid() => further.push((name.as_str(), expected)),
            "trace_id" => assert_eq!(found.trace_id().to_string(), text(expected)),
            "span_id" => assert_eq!(found.span_id().to_string(), text(expected)),
            "sampled" => assert_eq!(found.is_sampled(), *expected),
            other => further.push((other, expected)),
        }
    }
    // Nothing of a format's own in the flags, whose other bits belong to W3C Trace Context.
    assert_eq!(found.trace_flags().to_u8() & !1, 0);
    further
}

/// Span contexts of both widths, with a flag that only W3C Trace Context knows.
pub(crate) fn any_span() -> impl Strategy<Value = SpanContext> {
    let trace = prop_oneof![1..=u128::MAX, 1..=u128::from(u64::MAX)];
    (trace, 1..=u64::MAX, 0..=3_u8).prop_map(|(trace, span, flags)| {
        SpanContext::new(
            TraceId::from(trace),
            SpanId::from(span),
            TraceFlags::new(flags),
            true,
            TraceState::NONE,
        )
    })
}

/// The same without what the formats of others cannot hold.
pub(crate) fn as_received(span: &SpanContext) -> SpanContext {
    SpanContext::new(
        span.trace_id(),
        span.span_id(),
        span.trace_flags() & TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    )
}

/// Headers of these names with values made of these pieces or of anything.
pub(crate) fn wild_headers(
    names: &'static [&'static str],
    pieces: &'static [&'static str],
) -> impl Strategy<Value = HeaderMap> {
    let piece = prop_oneof![
        proptest::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        vec(any::<u8>(), 0..40),
        "[0-9a-f=;:,% \t?-]{0,40}".prop_map(String::into_bytes),
        Just(vec![b'a'; 1100]),
    ];
    let value = vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    vec((proptest::sample::select(names), value), 0..8).prop_map(|entries| {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        headers
    })
}

/// Whatever came in, what is sent is read without complaint and sent on unchanged.
pub(crate) fn is_a_fixed_point<F: Format + Default>(incoming: &HeaderMap) {
    let first = sent_on::<F>(incoming);
    let (_, reasons) = extracted::<F>(&first);
    assert_eq!(reasons, Vec::<&str>::new(), "{first:?}");
    assert_eq!(sent_on::<F>(&first), first);
}
