//! What the vectors of the formats besides W3C must show.

use std::collections::HashMap;

use campanile_propagation::formats::{b3, gcp, jaeger, ottrace};
use campanile_propagation::sampling::{Sampling, requested};
use campanile_propagation::{ExtractError, Propagator};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use serde_json::{Value, json};

use crate::vectors::{header_map, text};
use crate::words::{inject_as, propagator, text_map, value};

type Direct = fn(&HeaderMap) -> Result<Option<SpanContext>, ExtractError>;

pub(crate) fn b3_is_extracted(vector: &Value) {
    let (single, multi) = (b3::B3Propagator::new(), b3::B3MultiPropagator::new());
    is_extracted("b3", &single, b3::extract, vector);
    is_extracted("b3multi", &multi, b3::extract, vector);
}

pub(crate) fn jaeger_is_extracted(vector: &Value) {
    let alone = jaeger::JaegerPropagator::new();
    is_extracted("jaeger", &alone, jaeger::extract, vector);
}

pub(crate) fn ottrace_is_extracted(vector: &Value) {
    let alone = ottrace::OtTracePropagator::new();
    is_extracted("ottrace", &alone, ottrace::extract, vector);
}

pub(crate) fn gcp_is_extracted(vector: &Value) {
    let alone = gcp::CloudTracePropagator::new();
    is_extracted("gcp", &alone, gcp::extract, vector);
}

fn is_extracted(name: &str, alone: &dyn TextMapPropagator, direct: Direct, vector: &Value) {
    let incoming = header_map(&vector["headers"]);
    let as_written: HashMap<String, String> = vector["headers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| (text(&entry[0]).to_owned(), text(&entry[1]).to_owned()))
        .collect();
    let all = propagator(name);
    let parent = Context::new();
    let (over_headers, reason) = all.extract_with_reason(&incoming, &parent);
    let direct = direct(&incoming);
    for cx in [
        over_headers,
        all.extract_from(&as_written, &parent),
        all.extract_with_context(&parent, &text_map(&incoming)),
        alone.extract_with_context(&parent, &text_map(&incoming)),
    ] {
        let found = cx.span().span_context().clone();
        if vector["expect"].is_null() {
            assert!(!found.is_valid() && requested(&cx).is_none());
            assert_eq!(direct, Err(reason.expect("a reason is told")));
        } else {
            let expected = found.is_valid().then_some(found);
            assert_eq!(direct, Ok(expected));
            context_is(&cx, &vector["expect"]);
        }
    }
}

fn context_is(cx: &Context, expect: &Value) {
    let span = cx.span();
    let span = span.span_context();
    let sampling = requested(cx);
    let by_b3 = inject_as("b3", cx);
    for (name, expected) in expect.as_object().expect("what to expect") {
        let actual = match name.as_str() {
            "trace_id" if !span.is_valid() => json!(null),
            "trace_id" => json!(span.trace_id().to_string()),
            "span_id" => json!(span.span_id().to_string()),
            "sampled" => json!(span.is_sampled()),
            "sampling" => json!(word(sampling.expect("there is a decision"))),
            "debug" => json!(sampling == Some(Sampling::Debug)),
            "debug_id" => json!(jaeger::debug_id(cx)),
            "original_trace_id_bits" => {
                let sent = value(&by_b3, "b3").expect("a valid context is sent");
                json!(sent.find('-').expect("ids are divided") * 4)
            }
            // Read and checked; a new span's parent is the span itself, so it is not sent on.
            "parent_span_id" => {
                assert!(!text_map(&by_b3)["b3"].contains(text(expected)));
                continue;
            }
            "baggage" => cx
                .baggage()
                .iter()
                .map(|(key, (value, _))| (key.to_string(), json!(value.as_str())))
                .collect(),
            other => panic!("the vectors expect {other}, which is not checked"),
        };
        assert_eq!(actual, *expected, "{name}");
    }
    if span.is_valid() {
        assert!(span.is_remote() && span.trace_flags().to_u8() <= 1);
        let implied = matches!(sampling, Some(Sampling::Accept | Sampling::Debug));
        assert_eq!(span.is_sampled(), implied);
    }
}

fn word(sampling: Sampling) -> &'static str {
    match sampling {
        Sampling::Accept => "accept",
        Sampling::Debug => "debug",
        Sampling::Defer => "defer",
        Sampling::Deny => "deny",
    }
}

pub(crate) fn b3_is_injected(vector: &Value) {
    let context = &vector["context"];
    // What no span context can hold is received by the form that is not sent.
    let (format, received) = match (text(&vector["encoding"]), text(&context["sampling"])) {
        ("single", "debug") => ("b3", vec![("x-b3-flags", "1")]),
        ("single", "defer") => ("b3", vec![]),
        ("single", _) => ("b3", vec![("x-b3-sampled", "1")]),
        (_, "debug") => ("b3multi", vec![("state", "-d")]),
        (_, _) => ("b3multi", vec![("state", "-1")]),
    };
    let (trace, span) = (text(&context["trace_id"]), text(&context["span_id"]));
    let incoming = if let [("state", state)] = received[..] {
        crate::words::headers([("b3", format!("{trace}-{span}{state}"))])
    } else {
        let ids = [("x-b3-traceid", trace), ("x-b3-spanid", span)];
        crate::words::headers(ids.into_iter().chain(received))
    };
    let cx = propagator(format).extract(&incoming, &Context::new());
    let expected = header_map(&vector["headers"]);
    assert_eq!(inject_as(format, &cx), expected);

    if context["sampling"] == "accept" {
        let mut sent = crate::words::headers([("b3", "stale"), ("x-b3-parentspanid", "stale")]);
        let direct = if format == "b3" {
            b3::inject
        } else {
            b3::inject_multi
        };
        direct(&span_of(vector, true), &mut sent);
        assert_eq!(sent, expected);
    }
}

pub(crate) fn jaeger_is_injected(vector: &Value) {
    let span = span_of(vector, vector["context"]["sampled"] == true);
    let expected = header_map(&vector["headers"]);
    if vector["context"]["debug"] == true {
        // Received by B3, so that the flag is one that both formats know.
        let received = format!("{}-{}-d", span.trace_id(), span.span_id());
        let both = Propagator::from_names("b3,jaeger").0;
        let incoming = crate::words::headers([("b3", received)]);
        let cx = both.extract(&incoming, &Context::new());
        assert_eq!(inject_as("jaeger", &cx), expected);
    } else {
        is_injected("jaeger", jaeger::inject, span, &expected);
    }
}

pub(crate) fn ottrace_is_injected(vector: &Value) {
    let expected = header_map(&vector["headers"]);
    is_injected("ottrace", ottrace::inject, span_of(vector, true), &expected);
}

pub(crate) fn gcp_is_injected(vector: &Value) {
    let expected = header_map(&vector["headers"]);
    is_injected("gcp", gcp::inject, span_of(vector, true), &expected);
}

fn is_injected(
    name: &str,
    direct: fn(&SpanContext, &mut HeaderMap),
    span: SpanContext,
    expected: &HeaderMap,
) {
    let mut sent = crate::words::headers(expected.keys().map(|name| (name, "stale")));
    direct(&span, &mut sent);
    assert_eq!(sent, *expected);
    let cx = Context::new().with_remote_span_context(span);
    assert_eq!(inject_as(name, &cx), *expected);
}

fn span_of(vector: &Value, sampled: bool) -> SpanContext {
    let context = &vector["context"];
    SpanContext::new(
        TraceId::from_hex(text(&context["trace_id"])).expect("hex"),
        SpanId::from_hex(text(&context["span_id"])).expect("hex"),
        TraceFlags::default().with_sampled(sampled),
        false,
        TraceState::NONE,
    )
}
