//! Jaeger: flags, baggage in headers of its own, debugging by name.

use campanile_propagation::Propagator;
use campanile_propagation::carrier::HeaderExtractor;
use campanile_propagation::formats::jaeger;
use campanile_propagation::sampling::{Sampling, requested};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};

use crate::words::{
    SAMPLED, child, extract_as, headers, inject_as, propagator, reason, span_context, value,
};

const IDS: &str = "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:";

fn with_flags(flags: &str) -> HeaderMap {
    headers([("uber-trace-id", format!("{IDS}{flags}"))])
}

fn baggage(cx: &Context) -> Vec<(String, String)> {
    let entries = cx.baggage().iter();
    let mut entries: Vec<_> = entries
        .map(|(key, (value, _))| (key.to_string(), value.to_string()))
        .collect();
    entries.sort();
    entries
}

fn owned(entries: &[(&str, &str)]) -> Vec<(String, String)> {
    let entries = entries.iter();
    entries.map(|(k, v)| ((*k).into(), (*v).into())).collect()
}

#[test]
fn debug_and_firehose_are_sent_on_in_their_trace() {
    let cx = extract_as("jaeger", &with_flags("ff"));
    assert_eq!(cx.span().span_context().trace_flags().to_u8(), 1);
    assert_eq!(requested(&cx), Some(Sampling::Debug));
    assert_eq!(inject_as("jaeger", &cx), with_flags("b"));
    let sent = inject_as("jaeger", &child(&cx, Clone::clone));
    assert!(
        value(&sent, "uber-trace-id")
            .expect("valid")
            .ends_with(":0:b")
    );
    let other = cx.with_remote_span_context(span_context(TraceState::NONE));
    let sent = inject_as("jaeger", &other);
    assert!(
        value(&sent, "uber-trace-id")
            .expect("valid")
            .ends_with(":0:1")
    );
    // The same trace, received again without them.
    let cx = propagator("jaeger").extract(&with_flags("1"), &cx);
    assert_eq!(inject_as("jaeger", &cx), with_flags("1"));
}

#[test]
fn a_debug_id_asks_for_a_new_trace_that_is_debugged() {
    let incoming = headers([("jaeger-debug-id", " corr-1 ")]);
    let cx = extract_as("jaeger", &incoming);
    assert_eq!(requested(&cx), Some(Sampling::Debug));
    assert_eq!(jaeger::debug_id(&cx), Some("corr-1"));
    assert_eq!(inject_as("jaeger", &cx), HeaderMap::new());
    let root = cx.with_remote_span_context(span_context(TraceState::NONE));
    assert_eq!(jaeger::debug_id(&root), Some("corr-1"));
    let sent = inject_as("jaeger,b3", &root);
    assert!(
        value(&sent, "uber-trace-id")
            .expect("valid")
            .ends_with(":0:3")
    );
    assert!(value(&sent, "b3").expect("valid").ends_with("-d"));
    assert_eq!(sent.len(), 2);

    let mut traced = incoming.clone();
    traced.insert("uber-trace-id", format!("{IDS}1").parse().expect("a value"));
    assert_eq!(jaeger::debug_id(&extract_as("jaeger", &traced)), None);
    traced.insert("traceparent", SAMPLED.parse().expect("a value"));
    traced.remove("uber-trace-id");
    let cx = extract_as("jaeger,tracecontext", &traced);
    assert_eq!(jaeger::debug_id(&cx), None);
    assert_eq!(requested(&cx), Some(Sampling::Accept));
}

#[test]
fn baggage_is_decoded_and_encoded_so_that_every_reader_agrees() {
    let incoming = headers([
        ("uberctx-plain", "v"),
        ("uberctx-spaces", "a%20b+c"),
        ("uberctx-plus", "a%2Bb"),
        ("uberctx-text", "Am%C3%A9lie%3B%2C"),
        ("jaeger-baggage", "k1=v1, k2 = a%20b,plain=hidden"),
    ]);
    let expected = [
        ("k1", "v1"),
        ("k2", "a%20b"),
        ("plain", "v"),
        ("plus", "a+b"),
        ("spaces", "a b c"),
        ("text", "Am\u{e9}lie;,"),
    ];
    let cx = extract_as("jaeger", &incoming);
    assert_eq!(baggage(&cx), owned(&expected));
    assert_eq!(jaeger::extract_baggage(&incoming).len(), 6);

    let sent = inject_as("jaeger", &cx);
    assert_eq!(value(&sent, "uberctx-spaces"), Some("a%20b%20c"));
    assert_eq!(value(&sent, "uberctx-plus"), Some("a%2Bb"));
    assert_eq!(value(&sent, "uberctx-k2"), Some("a%2520b"));
    assert_eq!(sent.len(), 6);
    assert_eq!(baggage(&extract_as("jaeger", &sent)), owned(&expected));
}

#[test]
fn stale_headers_are_removed_those_with_the_prefix_too() {
    let stale = [
        ("uber-trace-id", "stale"),
        ("uberctx-stale", "1"),
        ("jaeger-baggage", "stale=1"),
        ("jaeger-debug-id", "stale"),
        ("host", "kept"),
    ];
    let mut outgoing = headers(stale);
    propagator("jaeger").inject(&Context::new(), &mut outgoing);
    assert_eq!(outgoing, headers([("host", "kept")]));

    let mut outgoing = headers(stale);
    jaeger::inject(&SpanContext::NONE, &mut outgoing);
    let mut fresh = Baggage::new();
    fresh.insert("fresh", "1");
    jaeger::inject_baggage(&fresh, &mut outgoing);
    assert_eq!(
        outgoing,
        headers([("host", "kept"), ("uberctx-fresh", "1")])
    );
}

#[test]
fn a_name_that_would_arrive_as_another_is_not_sent() {
    let mut mixed = Baggage::new();
    mixed.insert("userId", "1");
    mixed.insert("user", "2");
    let sent = inject_as("jaeger", &Context::new().with_baggage(mixed));
    assert_eq!(sent, headers([("uberctx-user", "2")]));
}

#[test]
fn baggage_is_bounded_over_all_headers_when_read() {
    let many = |count: usize| {
        let names = (0..count).map(|n| (format!("uberctx-k{n}"), "v"));
        headers(names)
    };
    assert_eq!(reason("jaeger", &many(64)), None);
    assert_eq!(extract_as("jaeger", &many(64)).baggage().len(), 64);
    let mut reasons = Vec::new();
    let cx = propagator("jaeger").extract_with(&many(70), &Context::new(), &mut |error| {
        reasons.push(error.reason());
    });
    assert_eq!(cx.baggage().len(), 64);
    assert_eq!(reasons, ["baggage_too_many_members"]);

    let long = |length: usize| headers([("uberctx-k", "v".repeat(length))]);
    let fits = 8192 - "uberctx-k".len();
    assert_eq!(extract_as("jaeger", &long(fits)).baggage().len(), 1);
    assert_eq!(reason("jaeger", &long(fits + 1)), Some("baggage_too_long"));
    assert!(extract_as("jaeger", &long(fits + 1)).baggage().is_empty());
}

#[test]
fn baggage_is_bounded_over_all_headers_when_sent() {
    let mut large = Baggage::new();
    for n in 0..8 {
        large.insert(format!("k{n}"), "\u{e9}".repeat(300)); // 1800 bytes each, when encoded
    }
    large.insert("short", "1");
    let sent = inject_as("jaeger", &Context::new().with_baggage(large));
    let bytes: usize = sent.iter().map(|(n, v)| n.as_str().len() + v.len()).sum();
    assert!(bytes <= 8192);
    assert_eq!(sent.len(), 5); // four of the long ones, and the one that still fits
    assert_eq!(value(&sent, "uberctx-short"), Some("1"));
    assert_eq!(reason("jaeger", &sent), None);
}

#[test]
fn an_entry_that_is_wrong_is_dropped_alone() {
    for bad in [
        ("uberctx-", "v"),
        ("uberctx-bad", "%ff"),
        ("jaeger-baggage", "novalue"),
        ("jaeger-baggage", "bad name=1"),
        ("jaeger-baggage", "=1"),
    ] {
        let incoming = headers([("uberctx-good", "v"), bad]);
        let cx = extract_as("jaeger", &incoming);
        assert_eq!(baggage(&cx), owned(&[("good", "v")]), "{bad:?}");
        assert_eq!(reason("jaeger", &incoming), Some("baggage_invalid_entry"));
    }
    // A plain map can hold names that no header can.
    let incoming: std::collections::HashMap<String, String> =
        [("uberctx-a b", "1"), ("UberCtx-Good", "v")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into();
    let cx = propagator("jaeger").extract_from(&incoming, &Context::new());
    assert_eq!(baggage(&cx), owned(&[("good", "v")]));
}

#[test]
fn baggage_is_read_beside_a_span_context_of_another_format() {
    let mut incoming = headers([("traceparent", SAMPLED), ("uberctx-a", "1")]);
    incoming.insert("baggage", "a=2,b=3".parse().expect("a value"));
    let cx = extract_as("tracecontext,jaeger,baggage", &incoming);
    assert!(cx.span().span_context().is_valid());
    assert_eq!(baggage(&cx), owned(&[("a", "1"), ("b", "3")]));
    // Without any, the parent's stays.
    let cx = propagator("jaeger").extract(&with_flags("1"), &cx);
    assert_eq!(cx.baggage().len(), 2);
}

#[test]
fn every_way_to_be_wrong_has_its_reason() {
    let ids = |text: &str| headers([("uber-trace-id", text)]);
    let twice = headers([("uber-trace-id", "a:b:0:1"), ("uber-trace-id", "a:b:0:1")]);
    let padded = format!("{IDS}{}1", "0".repeat(256));
    let cases = [
        (twice, "jaeger_duplicate"),
        (ids("1:1:0:"), "jaeger_invalid_flags"),
        (ids("1:1:0:100"), "jaeger_invalid_flags"),
        (ids("1:1:0:+1"), "jaeger_invalid_flags"),
        (ids("1::0:1"), "jaeger_invalid_span_id"),
        (ids(":1:0:1"), "jaeger_invalid_trace_id"),
        (ids("1:1:0:1:1"), "jaeger_malformed"),
        (ids(&padded), "jaeger_malformed"),
        (
            headers([("jaeger-debug-id", "")]),
            "jaeger_invalid_debug_id",
        ),
        (
            headers([("jaeger-debug-id", "x".repeat(257))]),
            "jaeger_invalid_debug_id",
        ),
    ];
    for (incoming, expected) in cases {
        assert_eq!(reason("jaeger", &incoming), Some(expected), "{incoming:?}");
    }
    let upper = ids("4BF92F3577B34DA6A3CE929D0E0E4736:00F067AA0BA902B7:0:01");
    assert_eq!(
        inject_as("jaeger", &extract_as("jaeger", &upper)),
        with_flags("1")
    );
    assert_eq!(Propagator::from_names("jaeger").0.fields().count(), 1);
}

/// An `Extractor` shows such a value as U+FFFD, which nobody sent.
#[test]
fn text_that_is_not_ascii_is_refused_by_every_carrier() {
    let propagator = Propagator::from_names("jaeger").0;
    for text in ["\u{e9}".as_bytes(), b"\xff"] {
        let incoming = headers([("uberctx-a", text), ("jaeger-debug-id", text)]);
        let lent = HeaderExtractor(&incoming);
        for cx in [
            propagator.extract(&incoming, &Context::new()),
            propagator.extract_with_context(&Context::new(), &lent),
        ] {
            assert_eq!(baggage(&cx), []);
            assert_eq!(jaeger::debug_id(&cx), None);
        }
    }
}
