//! OpenTracing basic tracers: half a trace id, and baggage without an encoding.

use campanile_propagation::formats::ottrace;
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use crate::words::{child, extract_as, headers, inject_as, propagator, reason, value};

const SHORT: &str = "a3ce929d0e0e4736";
const LONG: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

fn ids(trace: &str) -> HeaderMap {
    headers([
        ("ot-tracer-traceid", trace),
        ("ot-tracer-spanid", SPAN),
        ("ot-tracer-sampled", "true"),
    ])
}

#[test]
fn a_long_trace_id_is_sent_whole_only_to_those_who_sent_one() {
    let cx = extract_as("ottrace", &ids(LONG));
    assert_eq!(inject_as("ottrace", &cx), ids(LONG));
    let sent = inject_as("ottrace", &child(&cx, Clone::clone));
    assert_eq!(value(&sent, "ot-tracer-traceid"), Some(LONG));
    assert_eq!(
        inject_as("ottrace", &extract_as("ottrace", &ids(SHORT))),
        ids(SHORT)
    );

    let b3 = headers([("b3", format!("{LONG}-{SPAN}-1"))]);
    let cx = extract_as("b3,ottrace", &b3);
    assert_eq!(inject_as("ottrace", &cx), ids(SHORT));
    // The same trace, received again in short.
    let padded = ids(&format!("0000000000000000{SHORT}"));
    let cx = extract_as("ottrace", &padded);
    assert_eq!(inject_as("ottrace", &cx), padded);
    let cx = propagator("ottrace").extract(&ids(SHORT), &cx);
    assert_eq!(inject_as("ottrace", &cx), ids(SHORT));
}

#[test]
fn what_would_arrive_as_an_invalid_context_is_not_sent() {
    let (trace_id, span_id) = (TraceId::from(1_u128 << 64), SpanId::from(1));
    let flags = TraceFlags::SAMPLED;
    let span = SpanContext::new(trace_id, span_id, flags, false, TraceState::NONE);
    for span in [span, SpanContext::NONE] {
        let mut sent = ids(SHORT);
        ottrace::inject(&span, &mut sent);
        assert_eq!(sent, HeaderMap::new());
        let cx = Context::new().with_remote_span_context(span);
        assert_eq!(inject_as("ottrace", &cx), HeaderMap::new());
    }
}

#[test]
fn baggage_is_sent_as_it_is_or_not_at_all() {
    let mut baggage = Baggage::new();
    baggage.insert("encoded", "a%20b+c");
    baggage.insert("spaces", "a b");
    baggage.insert("empty", "");
    for (key, value) in [
        ("lines", "a\r\nx-evil: 1"),
        ("tab", "a\tb"),
        ("accent", "\u{e9}"),
        ("before", " a"),
        ("after", "a "),
        ("Capital", "a"),
    ] {
        baggage.insert(key, value);
    }
    let mut expected = headers([
        ("ot-baggage-encoded", "a%20b+c"),
        ("ot-baggage-spaces", "a b"),
        ("ot-baggage-empty", ""),
    ]);
    let cx = Context::new().with_baggage(baggage);
    let sent = inject_as("ottrace", &cx);
    assert_eq!(sent, expected);
    let received = extract_as("ottrace", &sent);
    assert_eq!(received.baggage().len(), 3);
    for (key, (value, _)) in received.baggage() {
        assert_eq!(cx.baggage().get(key.as_str()), Some(value));
    }

    let mut outgoing = headers([("ot-baggage-stale", "1"), ("host", "kept")]);
    ottrace::inject_baggage(cx.baggage(), &mut outgoing);
    expected.insert("host", "kept".parse().expect("a value"));
    assert_eq!(outgoing, expected);
    assert_eq!(ottrace::extract_baggage(&outgoing).len(), 3);
    propagator("ottrace").inject(&Context::new(), &mut outgoing);
    assert_eq!(outgoing, headers([("host", "kept")]));
}

#[test]
fn every_way_to_be_wrong_has_its_reason() {
    let mut twice = ids(SHORT);
    twice.append("ot-tracer-sampled", "true".parse().expect("a value"));
    let mut alone = ids(SHORT);
    alone.remove("ot-tracer-traceid");
    let mut zero = ids(SHORT);
    zero.insert(
        "ot-tracer-spanid",
        "0000000000000000".parse().expect("a value"),
    );
    let mut sampled = ids(SHORT);
    sampled.insert("ot-tracer-sampled", "TRUE".parse().expect("a value"));
    let cases = [
        (twice, "ot_trace_duplicate"),
        (alone, "ot_trace_missing_id"),
        (zero, "ot_trace_invalid_span_id"),
        (sampled, "ot_trace_invalid_sampled"),
        (
            ids("00000000000000000000000000000000"),
            "ot_trace_invalid_trace_id",
        ),
        (ids(&LONG[1..]), "ot_trace_invalid_trace_id"),
        (
            headers([("ot-baggage-a", b"\xff")]),
            "baggage_invalid_entry",
        ),
    ];
    for (incoming, expected) in cases {
        assert_eq!(reason("ottrace", &incoming), Some(expected), "{incoming:?}");
        assert!(!extract_as("ottrace", &incoming).has_active_span());
    }
}
