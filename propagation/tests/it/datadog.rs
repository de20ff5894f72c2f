//! Datadog, rule by rule.

use campanile_propagation::formats::datadog::{self, Datadog, MAX_ORIGIN_BYTES, MAX_TAGS_BYTES};
use campanile_propagation::{Propagator, trust};
use http::HeaderMap;
use opentelemetry::baggage::{Baggage, BaggageExt, BaggageMetadata};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::journey::{
    any_span, as_received, context_of, entries, extracted, is_a_fixed_point, propagator, sent,
    sent_on, span, span_is_expected, wild_headers,
};
use crate::vectors::header_map;
use crate::words::{child, headers, span_context, value};

const TRACE: &str = "x-datadog-trace-id";
const PARENT: &str = "x-datadog-parent-id";
const PRIORITY: &str = "x-datadog-sampling-priority";
const ORIGIN: &str = "x-datadog-origin";
const TAGS: &str = "x-datadog-tags";

pub(crate) fn is_extracted(vector: &Value) {
    let incoming = header_map(&vector["headers"]);
    let (cx, _) = extracted::<Datadog>(&incoming);
    let direct = datadog::extract(&incoming).unwrap_or_default();
    assert_eq!(direct.unwrap_or(SpanContext::NONE), span(&cx));
    let next = sent::<Datadog>(&cx);
    assert_eq!(next.is_empty(), vector["expect"].is_null());
    // What a span context cannot hold shows in what is sent on.
    for (name, expected) in span_is_expected(&span(&cx), &vector["expect"]) {
        let actual = match name {
            "priority" => json!(value(&next, PRIORITY).and_then(|p| p.parse::<i32>().ok())),
            "origin" => json!(value(&next, ORIGIN)),
            "baggage" => entries(cx.baggage()).into_iter().collect(),
            other => panic!("the vectors expect {other}, which is not checked"),
        };
        assert_eq!(actual, *expected, "{name}");
    }
    if vector["expect"].get("priority").is_none() {
        assert_eq!(value(&next, PRIORITY), None);
    }
}

pub(crate) fn is_injected(vector: &Value) {
    let span = context_of(vector);
    let expected = header_map(&vector["headers"]);
    let mut direct = headers([(TRACE, "1"), (ORIGIN, "stale"), ("ot-baggage-stale", "1")]);
    datadog::inject(&span, &mut direct);
    assert_eq!(direct, expected);
    let cx = Context::new().with_remote_span_context(span);
    assert_eq!(sent::<Datadog>(&cx), expected);
}

/// Valid headers with these beside or instead of them; of a name given twice, both.
fn with(entries: &[(&str, &str)]) -> HeaderMap {
    let valid = [(TRACE, "7"), (PARENT, "8"), (PRIORITY, "1")];
    let valid = valid
        .iter()
        .filter(|(name, _)| entries.iter().all(|(other, _)| other != name));
    headers(valid.chain(entries).copied())
}

#[test]
fn each_way_to_be_wrong_has_its_reason() {
    let long = "x".repeat(MAX_ORIGIN_BYTES + 1);
    let tags = format!("_dd.p.a={}", "x".repeat(MAX_TAGS_BYTES - 7));
    let fatal: [(&[(&str, &str)], &str); 9] = [
        (&[(TRACE, "7"), (TRACE, "7")], "datadog_duplicate"),
        (&[(PARENT, "8"), (PARENT, "8")], "datadog_duplicate"),
        (&[(PRIORITY, "1"), (PRIORITY, "1")], "datadog_duplicate"),
        (&[(TRACE, "0")], "datadog_invalid_trace_id"),
        (&[(TRACE, "+7")], "datadog_invalid_trace_id"),
        (&[(PARENT, "0")], "datadog_invalid_parent_id"),
        (&[(PARENT, "")], "datadog_invalid_parent_id"),
        (&[(PRIORITY, "")], "datadog_invalid_priority"),
        (&[(PRIORITY, "1.5")], "datadog_invalid_priority"),
    ];
    for (entries, expected) in fatal {
        let (cx, reasons) = extracted::<Datadog>(&with(entries));
        assert!(!cx.has_active_span(), "{entries:?}");
        assert_eq!(reasons, [expected], "{entries:?}");
        let error = datadog::extract(&with(entries)).expect_err("it was rejected");
        assert_eq!(error.reason(), expected);
    }
    let harmless: [(&[(&str, &str)], &str); 11] = [
        (&[(ORIGIN, &long)], "datadog_invalid_origin"),
        (&[(ORIGIN, "")], "datadog_invalid_origin"),
        (
            &[(ORIGIN, "rum"), (ORIGIN, "rum")],
            "datadog_invalid_origin",
        ),
        (&[(ORIGIN, "\u{e9}")], "datadog_invalid_origin"),
        (&[(TAGS, "_dd.p.dm")], "datadog_invalid_tags"),
        (&[(TAGS, "_dd.p.dm=-1,,_dd.p.a=1")], "datadog_invalid_tags"),
        (&[(TAGS, "_dd.p.a=")], "datadog_invalid_tags"),
        (&[(TAGS, "_dd p.a=1")], "datadog_invalid_tags"),
        (
            &[(TAGS, "_dd.p.tid=4BF92F3577B34DA6")],
            "datadog_invalid_tid",
        ),
        (
            &[(
                TAGS,
                "_dd.p.tid=4bf92f3577b34da6,_dd.p.tid=4bf92f3577b34da6",
            )],
            "datadog_invalid_tid",
        ),
        (&[(TAGS, &tags)], "datadog_tags_too_long"),
    ];
    for (entries, expected) in harmless {
        let (cx, reasons) = extracted::<Datadog>(&with(entries));
        assert_eq!(reasons, [expected], "{entries:?}");
        assert_eq!(sent::<Datadog>(&cx), with(&[]), "{entries:?}");
    }
}

#[test]
fn a_parent_id_may_be_missing_only_in_synthetic_tests() {
    let mut incoming = with(&[(ORIGIN, "synthetics-browser")]);
    incoming.remove(PARENT);
    for parent in [None, Some("0")] {
        if let Some(parent) = parent {
            incoming.insert(PARENT, parent.parse().expect("a value"));
        }
        let (cx, reasons) = extracted::<Datadog>(&incoming);
        assert!(!cx.has_active_span() && reasons.is_empty());
        assert_eq!(datadog::extract(&incoming), Ok(None));
    }
    incoming.insert(ORIGIN, "rum".parse().expect("a value"));
    assert_eq!(
        extracted::<Datadog>(&incoming).1,
        ["datadog_invalid_parent_id"]
    );
}

#[test]
fn headers_without_a_trace_id_are_no_context_and_no_error() {
    let (cx, reasons) = extracted::<Datadog>(&headers([(PARENT, "x"), (PRIORITY, "x")]));
    assert!(!cx.has_active_span() && reasons.is_empty());
}

#[test]
fn priority_origin_and_tags_go_with_their_trace_and_with_no_other() {
    let tags = "_dd.p.tid=4bf92f3577b34da6,_dd.p.dm=-4,_dd.p.usr=a b=c";
    let further = [(PRIORITY, "2"), (ORIGIN, "rum"), (TAGS, tags)];
    let incoming = with(&further);
    assert_eq!(sent_on::<Datadog>(&incoming), incoming);
    let (cx, _) = extracted::<Datadog>(&incoming);
    let mut expected = incoming.clone();
    expected.insert(PARENT, "7".parse().expect("a value"));
    assert_eq!(sent::<Datadog>(&child(&cx, Clone::clone)), expected);

    let other = cx.with_remote_span_context(span_context(TraceState::NONE));
    assert_eq!(
        sent::<Datadog>(&other),
        headers([(TRACE, "1"), (PARENT, "2"), (PRIORITY, "1")])
    );
}

#[test]
fn a_decision_that_was_changed_here_is_sent_without_who_made_the_old_one() {
    let cases = [("2", false, "0"), ("0", true, "1"), ("-1", true, "1")];
    for (received, sampled, expected) in cases {
        let incoming = with(&[(PRIORITY, received), (TAGS, "_dd.p.dm=-4,_dd.p.a=1")]);
        let changed = trust::with_sampling(&extracted::<Datadog>(&incoming).0, sampled);
        let expected = with(&[(PRIORITY, expected), (TAGS, "_dd.p.a=1")]);
        assert_eq!(sent::<Datadog>(&changed), expected);
    }
}

#[test]
fn the_priority_of_a_sender_who_is_not_trusted_is_forgotten() {
    for (received, sampled, expected) in [("2", true, "1"), ("-1", false, "0")] {
        let tags = (TAGS, "_dd.p.dm=-4,_dd.p.a=1");
        let incoming = with(&[(PRIORITY, received), (ORIGIN, "rum"), tags]);
        let changed = trust::with_sampling(&extracted::<Datadog>(&incoming).0, sampled);
        let expected = [(PRIORITY, expected), (ORIGIN, "rum"), (TAGS, "_dd.p.a=1")];
        assert_eq!(sent::<Datadog>(&changed), with(&expected));
    }
}

#[test]
fn an_open_decision_stays_open_until_a_span_is_made() {
    let mut incoming = with(&[]);
    incoming.remove(PRIORITY);
    assert_eq!(sent_on::<Datadog>(&incoming), incoming);
    let made = child(&extracted::<Datadog>(&incoming).0, Clone::clone);
    assert_eq!(value(&sent::<Datadog>(&made), PRIORITY), Some("0"));
    let decided = trust::with_sampling(&extracted::<Datadog>(&incoming).0, true);
    assert_eq!(sent::<Datadog>(&decided), with(&[]));
}

#[test]
fn only_tags_for_propagation_are_sent_on_from_several_headers_as_one_list() {
    let incoming = with(&[(TAGS, "_dd.p.a=1, other=2"), (TAGS, "\t_dd.p.b=3 ")]);
    assert_eq!(
        sent_on::<Datadog>(&incoming),
        with(&[(TAGS, "_dd.p.a=1,_dd.p.b=3")])
    );
}

#[test]
fn a_list_of_the_greatest_length_is_sent_on_whole() {
    let tags = format!("_dd.p.a={}", "x".repeat(MAX_TAGS_BYTES - 8));
    let incoming = with(&[(TAGS, &tags)]);
    assert_eq!(sent_on::<Datadog>(&incoming), incoming);
}

#[test]
fn a_trace_id_whose_low_half_is_zero_is_not_sent_as_another_one() {
    let span = SpanContext::new(
        TraceId::from(1 << 64),
        SpanId::from(1),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    let baggage = Baggage::from_iter([("a", "1")].map(|(k, v)| KeyValue::new(k, v)));
    let cx = Context::new()
        .with_remote_span_context(span)
        .with_baggage(baggage);
    assert!(sent::<Datadog>(&cx).is_empty());
}

#[test]
fn an_invalid_span_context_sends_nothing_and_removes_what_is_stale() {
    let mut outgoing = with(&[(ORIGIN, "rum"), (TAGS, "_dd.p.a=1"), ("ot-baggage-a", "1")]);
    datadog::inject(&SpanContext::NONE, &mut outgoing);
    assert!(outgoing.is_empty());
}

#[test]
fn baggage_that_tracers_read_differently_is_sent_only_as_it_was_received() {
    let incoming = with(&[
        ("ot-baggage-a", "x%20y"),
        ("ot-baggage-b", "1+1"),
        ("ot-baggage-c", ""),
    ]);
    assert_eq!(sent_on::<Datadog>(&incoming), incoming);

    let (cx, _) = extracted::<Datadog>(&incoming);
    let mut baggage = Baggage::new();
    for (key, text) in [
        ("a", "x%21y"),
        ("b", "1+1"),
        ("capital", "kept"),
        ("Capital", "left out"),
        ("new", "1+1"),
        ("break", "a\r\nx-evil: 1"),
        ("accent", "\u{e9}"),
        ("space", " outer"),
        ("inner", "a b=c,d;e"),
    ] {
        baggage.insert(key, text);
    }
    let next = sent::<Datadog>(&cx.with_baggage(baggage));
    let expected = with(&[
        ("ot-baggage-b", "1+1"),
        ("ot-baggage-capital", "kept"),
        ("ot-baggage-inner", "a b=c,d;e"),
    ]);
    assert_eq!(next, expected);
}

#[test]
fn baggage_has_the_limits_of_w3c_baggage_and_bad_entries_are_told() {
    let mut incoming = with(&[]);
    for n in 0..70 {
        let name: http::HeaderName = format!("ot-baggage-k{n}").parse().expect("a name");
        incoming.append(name, "v".parse().expect("a value"));
    }
    let mut reasons = Vec::new();
    let cx = propagator::<Datadog>().extract_with(&incoming, &Context::new(), &mut |error| {
        reasons.push(error.reason());
    });
    assert_eq!(cx.baggage().len(), 64);
    assert_eq!(reasons, ["baggage_too_many_members"]);

    let long = "v".repeat(8192);
    let (cx, reasons) = extracted::<Datadog>(&with(&[("ot-baggage-k", &long)]));
    assert_eq!((cx.baggage().len(), reasons), (0, vec!["baggage_too_long"]));
    let (cx, reasons) = extracted::<Datadog>(&with(&[("ot-baggage-k", "\u{e9}")]));
    assert_eq!(
        (cx.baggage().len(), reasons),
        (0, vec!["baggage_invalid_entry"])
    );
}

#[test]
fn beside_trace_context_the_first_wins_and_both_are_sent() {
    let mut incoming = with(&[(PRIORITY, "2"), (ORIGIN, "rum"), ("ot-baggage-a", "1")]);
    incoming.insert(
        "traceparent",
        crate::words::SAMPLED.parse().expect("a value"),
    );
    let cases = [
        ("datadog,tracecontext", "7", Some("rum")),
        ("tracecontext,datadog", "11803532876627986230", None),
    ];
    for (names, trace, origin) in cases {
        let (propagator, _) = Propagator::from_names(names);
        let cx = propagator.extract(&incoming, &Context::new());
        let mut outgoing = incoming.clone();
        propagator.inject(&cx, &mut outgoing);
        assert_eq!(value(&outgoing, TRACE), Some(trace));
        assert_eq!(value(&outgoing, ORIGIN), origin);
        assert_eq!(value(&outgoing, "ot-baggage-a"), Some("1"));
        let parent = campanile_propagation::formats::w3c::extract(&outgoing);
        assert_eq!(parent, Ok(Some(span(&cx))));
    }
}

proptest! {
    #[test]
    fn what_is_injected_is_extracted_again(span in any_span(), bag in vec(
        ("[a-z0-9!#$&'*^_`|~.-]{1,8}", "([!-$&-*,-~][ -$&-*,-~]{0,20}[!-$&-*,-~])?"), 0..64,
    )) {
        let baggage: Baggage = bag.into_iter().map(|(key, value)| {
            (key.into(), (value.into(), BaggageMetadata::default()))
        }).collect();
        let expected = entries(&baggage);
        let cx = Context::new().with_remote_span_context(span.clone()).with_baggage(baggage);
        let headers = sent::<Datadog>(&cx);
        prop_assert_eq!(datadog::extract(&headers), Ok(Some(as_received(&span))));
        let (cx, reasons) = extracted::<Datadog>(&headers);
        prop_assert_eq!(entries(cx.baggage()), expected);
        prop_assert!(reasons.is_empty());
        prop_assert_eq!(sent::<Datadog>(&cx), headers);
    }

    #[test]
    fn no_baggage_entry_appears_that_was_not_sent(bag in vec(("\\PC{0,8}", ".{0,20}"), 0..80)) {
        let mut baggage = Baggage::new();
        for (key, value) in bag {
            baggage.insert(key, value);
        }
        let sent_entries = entries(&baggage);
        let cx = Context::new().with_baggage(baggage);
        let cx = cx.with_remote_span_context(span_context(TraceState::NONE));
        let (next, reasons) = extracted::<Datadog>(&sent::<Datadog>(&cx));
        prop_assert!(entries(next.baggage()).iter().all(|entry| sent_entries.contains(entry)));
        prop_assert!(reasons.is_empty());
    }

    #[test]
    fn any_headers_are_sent_on_as_something_valid(incoming in wild_headers(
        &[TRACE, PARENT, PRIORITY, ORIGIN, TAGS, "ot-baggage-a", "ot-baggage-b"],
        &["7", "18446744073709551615", "-1", "1", "2", "synthetics", "_dd.p.tid=4bf92f3577b34da6",
          ",", "_dd.p.dm=-1", "_dd.p.a=b c", "a=b"],
    )) {
        is_a_fixed_point::<Datadog>(&incoming);
    }
}
