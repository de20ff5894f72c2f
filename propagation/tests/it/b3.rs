//! B3, single and multi: precedence, and what no sampled flag can hold.

use campanile_propagation::formats::{b3, w3c};
use campanile_propagation::sampling::{Sampling, requested};
use campanile_propagation::{Propagator, trust};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};

use crate::words::{SAMPLED, child, extract_as, headers, inject_as, reason, span_context, value};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

fn single(state: &str) -> HeaderMap {
    headers([("b3", format!("{TRACE}-{SPAN}{state}"))])
}

fn sent_single(cx: &Context) -> Option<String> {
    value(&inject_as("b3", cx), "b3").map(str::to_owned)
}

/// A span made below the context in the same trace.
fn below(cx: &Context) -> Context {
    child(cx, Clone::clone)
}

/// The root of a new trace, whose sampler did what it wanted.
fn root(cx: &Context, sampled: bool) -> Context {
    let span = span_context(TraceState::NONE);
    let cx = cx.with_remote_span_context(span);
    trust_flag_only(&cx, sampled)
}

fn trust_flag_only(cx: &Context, sampled: bool) -> Context {
    let span = cx.span().span_context().clone();
    cx.with_remote_span_context(SpanContext::new(
        span.trace_id(),
        span.span_id(),
        span.trace_flags().with_sampled(sampled),
        false,
        TraceState::NONE,
    ))
}

#[test]
fn each_form_is_written_by_its_own_name_and_read_by_both() {
    let cx = extract_as("b3multi", &single("-1"));
    assert_eq!(inject_as("b3", &cx), single("-1"));
    let multi = headers([
        ("x-b3-traceid", TRACE),
        ("x-b3-spanid", SPAN),
        ("x-b3-sampled", "1"),
    ]);
    assert_eq!(inject_as("b3multi", &cx), multi);
    assert_eq!(inject_as("b3", &extract_as("b3", &multi)), single("-1"));
    assert_eq!(inject_as("b3,b3multi", &cx).len(), 4);
    let fields = b3::B3MultiPropagator::new();
    assert_eq!(fields.fields().count(), 4);
    assert_eq!(b3::B3Propagator::new().fields().collect::<Vec<_>>(), ["b3"]);
}

#[test]
fn an_invalid_span_context_sends_nothing_and_never_a_denial() {
    assert_eq!(inject_as("b3,b3multi", &Context::new()), HeaderMap::new());
    for inject in [b3::inject, b3::inject_multi] {
        let mut sent = single("-1");
        inject(&SpanContext::NONE, &mut sent);
        assert_eq!(sent, HeaderMap::new());
    }
}

#[test]
fn stale_headers_of_both_forms_are_removed() {
    let stale = [
        ("b3", "0"),
        ("x-b3-traceid", "1"),
        ("x-b3-spanid", "2"),
        ("x-b3-parentspanid", "3"),
        ("x-b3-sampled", "4"),
        ("x-b3-flags", "1"),
        ("host", "kept"),
    ];
    for name in ["b3", "b3multi"] {
        let mut outgoing = headers(stale);
        Propagator::from_names(name)
            .0
            .inject(&Context::new(), &mut outgoing);
        assert_eq!(outgoing, headers([("host", "kept")]));
    }
    let cx = extract_as("b3", &single("-0"));
    let span = cx.span().span_context().clone();
    let mut outgoing = headers(stale);
    b3::inject(&span, &mut outgoing);
    assert_eq!(outgoing.len(), 2);
    let mut outgoing = headers(stale);
    b3::inject_multi(&span, &mut outgoing);
    assert_eq!(outgoing.len(), 4);
    assert_eq!(value(&outgoing, "x-b3-sampled"), Some("0"));
}

#[test]
fn debug_implies_sampled_and_is_debug_for_the_whole_trace() {
    let cx = extract_as("b3", &single("-d"));
    assert!(cx.span().span_context().is_sampled());
    assert_eq!(cx.span().span_context().trace_flags().to_u8(), 1);
    for cx in [&cx, &below(&cx), &trust_flag_only(&below(&cx), false)] {
        assert!(sent_single(cx).expect("it is valid").ends_with("-d"));
        let multi = inject_as("b3multi", cx);
        assert_eq!(value(&multi, "x-b3-flags"), Some("1"));
        assert_eq!(value(&multi, "x-b3-sampled"), None);
    }
    // Another trace has nothing to do with it.
    let other = root(&cx, false);
    assert_eq!(requested(&other), Some(Sampling::Deny));
    assert!(sent_single(&other).expect("it is valid").ends_with("-0"));
}

#[test]
fn deferred_is_sent_on_until_somebody_has_decided() {
    let cx = extract_as("b3", &single(""));
    assert_eq!(requested(&cx), Some(Sampling::Defer));
    assert_eq!(inject_as("b3", &cx), single(""));
    assert_eq!(value(&inject_as("b3multi", &cx), "x-b3-sampled"), None);
    let decided = below(&cx);
    assert_eq!(requested(&decided), Some(Sampling::Deny));
    assert!(sent_single(&decided).expect("it is valid").ends_with("-0"));
}

#[test]
fn a_later_decision_for_the_same_trace_replaces_what_was_remembered() {
    for remembered in ["-d", ""] {
        let cx = extract_as("b3", &single(remembered));
        let cx = Propagator::from_names("b3").0.extract(&single("-0"), &cx);
        assert_eq!(inject_as("b3", &cx), single("-0"));
    }
}

/// OpenTelemetry's composite gives each propagator the context of the one before it.
#[test]
fn a_decision_that_another_format_reads_later_replaces_what_was_remembered() {
    let flags = [("-d", "-00", "-0"), ("", "-01", "-1")];
    for (remembered, flags, sent) in flags {
        let traceparent = SAMPLED.replace("-01", flags);
        let later = headers([("traceparent", &traceparent)]);
        let cx = extract_as("b3", &single(remembered));
        let cx = Propagator::from_names("tracecontext")
            .0
            .extract(&later, &cx);
        assert_eq!(inject_as("b3", &cx), single(sent));
    }
}

#[test]
fn a_state_without_ids_holds_for_the_root_of_the_new_trace() {
    let cases = [
        ("0", Sampling::Deny, "-0"),
        ("1", Sampling::Accept, "-1"),
        ("d", Sampling::Debug, "-d"),
    ];
    for (state, sampling, sent) in cases {
        let incoming = headers([("b3", state)]);
        assert_eq!(b3::extract(&incoming), Ok(None));
        assert_eq!(b3::extract_sampling(&incoming), Ok(Some(sampling)));
        let cx = extract_as("b3", &incoming);
        assert!(!cx.has_active_span());
        assert_eq!(requested(&cx), Some(sampling));
        assert_eq!(inject_as("b3", &cx), incoming);
        for cx in [root(&cx, true), below(&root(&cx, false))] {
            assert_eq!(requested(&cx), Some(sampling));
            assert!(sent_single(&cx).expect("it is valid").ends_with(sent));
        }
    }
    let deny = headers([("x-b3-sampled", "0")]);
    assert_eq!(inject_as("b3multi", &extract_as("b3", &deny)), deny);
    let debug = headers([("x-b3-flags", "1")]);
    assert_eq!(inject_as("b3multi", &extract_as("b3", &debug)), debug);
}

#[test]
fn a_span_context_of_any_format_puts_a_state_without_ids_aside() {
    let both = headers([("traceparent", SAMPLED), ("b3", "0")]);
    for names in ["tracecontext,b3", "b3,tracecontext"] {
        let cx = extract_as(names, &both);
        assert_eq!(requested(&cx), Some(Sampling::Accept));
        assert!(sent_single(&cx).expect("it is valid").ends_with("-1"));
    }
    // Also one that was found before, or is found afterwards.
    let deny = headers([("b3", "0")]);
    let propagator = Propagator::from_names("b3,tracecontext").0;
    let traced = extract_as("tracecontext", &headers([("traceparent", SAMPLED)]));
    let cx = propagator.extract(&deny, &traced);
    assert_eq!(requested(&cx), Some(Sampling::Accept));
    let denied = propagator.extract(&deny, &Context::new());
    let cx = propagator.extract(&headers([("traceparent", SAMPLED)]), &denied);
    assert_eq!(requested(&cx), Some(Sampling::Accept));
}

#[test]
fn of_two_states_without_ids_the_first_is_taken() {
    let incoming = headers([("b3", "0"), ("jaeger-debug-id", "corr-1")]);
    for (names, sampling) in [
        ("b3,jaeger", Sampling::Deny),
        ("jaeger,b3", Sampling::Debug),
    ] {
        assert_eq!(requested(&extract_as(names, &incoming)), Some(sampling));
    }
}

#[test]
fn the_format_that_comes_first_wins_and_all_are_sent() {
    let other = SAMPLED.replace(TRACE, "11111111111111111111111111111111");
    let mut both = single("-d");
    both.insert("traceparent", other.parse().expect("a header value"));
    let cx = extract_as("tracecontext,b3", &both);
    assert_eq!(Some(cx.span().span_context()), w3c_of(&both).as_ref());
    // What B3 would have remembered is not taken: the trace is another.
    let sent = inject_as("tracecontext,b3", &cx);
    assert_eq!(value(&sent, "traceparent"), Some(other.as_str()));
    let expected = format!("11111111111111111111111111111111-{SPAN}-1");
    assert_eq!(value(&sent, "b3"), Some(expected.as_str()));

    let cx = extract_as("b3,tracecontext", &both);
    let sent = inject_as("b3,tracecontext", &cx);
    assert_eq!(value(&sent, "traceparent"), Some(SAMPLED));
    assert_eq!(value(&sent, "b3"), value(&both, "b3"));

    let invalid = headers([("traceparent", SAMPLED.as_bytes()), ("b3", b"\xff")]);
    let cx = extract_as("b3,tracecontext", &invalid);
    assert!(cx.span().span_context().is_sampled());
    // What comes too late is not even looked at.
    assert_eq!(reason("tracecontext,b3,b3multi", &invalid), None);
}

fn w3c_of(headers: &HeaderMap) -> Option<SpanContext> {
    w3c::extract(headers).expect("it is valid")
}

#[test]
fn a_trace_id_of_sixteen_digits_stays_one_in_its_trace() {
    let short = headers([("b3", "a3ce929d0e0e4736-00f067aa0ba902b7-1")]);
    let cx = extract_as("b3", &short);
    assert_eq!(inject_as("b3", &cx), short);
    let multi = inject_as("b3multi", &below(&cx));
    assert_eq!(value(&multi, "x-b3-traceid"), Some("a3ce929d0e0e4736"));
    assert_eq!(sent_single(&root(&cx, true)).expect("valid").len(), 51);
    // The same trace, received again with all of its digits.
    let long = headers([("b3", "0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-1")]);
    let cx = Propagator::from_names("b3").0.extract(&long, &cx);
    assert_eq!(inject_as("b3", &cx), long);
}

#[test]
fn the_decision_of_a_sender_who_is_not_trusted_is_forgotten() {
    for state in ["-d", ""] {
        for (sampled, sent) in [(true, "-1"), (false, "-0")] {
            let cx = trust::with_sampling(&extract_as("b3", &single(state)), sampled);
            assert!(sent_single(&cx).expect("it is valid").ends_with(sent));
        }
    }
    let cx = extract_as("b3", &headers([("b3", "0")]));
    let cx = trust::with_sampling(&cx, true);
    assert_eq!(requested(&cx), None);
    assert_eq!(sent_single(&cx), None);
}

#[test]
fn every_way_to_be_wrong_has_its_reason() {
    let ids = [("x-b3-traceid", TRACE), ("x-b3-spanid", SPAN)];
    let with = |name, value| headers(ids.into_iter().chain([(name, value)]));
    let long = format!("{TRACE}-{SPAN}-1-");
    let cases = [
        (single("-x"), "b3_invalid_sampling"),
        (headers([("b3", "x")]), "b3_invalid_sampling"),
        (single("-10"), "b3_malformed"),
        (single("_1"), "b3_malformed"),
        (headers([("b3", "")]), "b3_malformed"),
        (headers([("b3", &SAMPLED)]), "b3_malformed"),
        (headers([("b3", &long)]), "b3_invalid_parent_id"),
        (
            headers([(
                "b3",
                single("")["b3"].to_str().expect("ASCII").replace('4', "G"),
            )]),
            "b3_invalid_trace_id",
        ),
        (
            headers([("b3", format!("{TRACE}-0000000000000000-1"))]),
            "b3_invalid_span_id",
        ),
        (with("b3", "q"), "b3_invalid_sampling"),
        (with("x-b3-spanid", SPAN), "b3_duplicate"),
        (with("x-b3-sampled", "2"), "b3_invalid_sampling"),
        (with("x-b3-parentspanid", "+1"), "b3_invalid_parent_id"),
        (headers([("x-b3-traceid", TRACE)]), "b3_missing_id"),
        (headers([("x-b3-spanid", SPAN)]), "b3_missing_id"),
        (headers([("x-b3-traceid", "1")]), "b3_invalid_trace_id"),
    ];
    for (incoming, expected) in cases {
        assert_eq!(reason("b3", &incoming), Some(expected), "{incoming:?}");
    }
    // Two single headers are none, and the others are read.
    let mut twice = with("b3", "0");
    twice.append("b3", "1".parse().expect("a header value"));
    let cx = extract_as("b3", &twice);
    assert_eq!(requested(&cx), Some(Sampling::Defer));
    assert_eq!(
        b3::extract(&twice),
        Ok(Some(cx.span().span_context().clone()))
    );
    assert_eq!(reason("b3", &twice), Some("b3_duplicate"));
}
