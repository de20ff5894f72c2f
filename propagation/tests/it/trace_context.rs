//! `traceparent` and `tracestate`.

use campanile_propagation::formats::w3c;
use campanile_propagation::traceparent::Traceparent;
use campanile_propagation::tracestate::TraceStateHeader;
use campanile_propagation::{ExtractError, Propagator, trust};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer, TracerProvider,
};

use crate::words::{SAMPLED, child, extract, headers, inject, span_context, tracestate_of, value};

fn reason(value: &[u8]) -> Option<ExtractError> {
    Traceparent::parse(value).err()
}

#[test]
fn each_way_a_traceparent_can_be_wrong_has_its_reason() {
    use ExtractError as E;
    let cases: [(&str, E); 10] = [
        ("", E::TraceparentMalformed),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
            E::TraceparentMalformed,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            E::TraceparentMalformed,
        ),
        (
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
            E::TraceparentMalformed,
        ),
        (
            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            E::TraceparentMalformed,
        ),
        (
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            E::TraceparentInvalidVersion,
        ),
        (
            "0A-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            E::TraceparentInvalidVersion,
        ),
        (
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            E::TraceparentInvalidTraceId,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            E::TraceparentInvalidParentId,
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0+",
            E::TraceparentInvalidFlags,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(reason(text.as_bytes()), Some(expected), "{text}");
    }
}

#[test]
fn only_half_of_an_id_may_be_zero() {
    for id in [
        "00000000000000010000000000000000",
        "00000000000000000000000000000001",
    ] {
        let text = format!("00-{id}-00f067aa0ba902b7-01");
        let parent = Traceparent::parse(text.as_bytes()).expect("not all zero");
        assert_eq!(parent.trace_id().to_string(), id);
        assert_eq!(parent.to_bytes(), text.as_bytes());
    }
}

#[test]
fn no_byte_out_of_place_is_accepted() {
    for place in 0..SAMPLED.len() {
        for byte in 0..=u8::MAX {
            let mut text = SAMPLED.as_bytes().to_vec();
            text[place] = byte;
            let digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            let allowed = match place {
                2 | 35 | 52 => byte == b'-',
                _ => digit && !(place < 2 && text.starts_with(b"ff")),
            };
            assert_eq!(
                Traceparent::parse(&text).is_ok(),
                allowed,
                "{byte} at {place}"
            );
        }
    }
}

#[test]
fn two_traceparents_are_none_and_are_counted() {
    let incoming = headers([("traceparent", SAMPLED), ("traceparent", SAMPLED)]);
    let (cx, reason) = Propagator::w3c().extract_with_reason(&incoming, &Context::new());
    assert!(!cx.span().span_context().is_valid());
    assert_eq!(reason, Some(ExtractError::TraceparentDuplicate));
    assert_eq!(
        w3c::extract(&incoming),
        Err(ExtractError::TraceparentDuplicate)
    );
}

#[test]
fn the_parent_context_is_kept_where_nothing_valid_is_found() {
    let parent = Context::new().with_remote_span_context(span_context(TraceState::NONE));
    for incoming in [HeaderMap::new(), headers([("traceparent", "00-nonsense")])] {
        let cx = Propagator::w3c().extract(&incoming, &parent);
        assert_eq!(cx.span().span_context(), parent.span().span_context());
    }
}

#[test]
fn a_bad_tracestate_is_dropped_alone_and_counted() {
    let incoming = headers([("traceparent", SAMPLED), ("tracestate", "a=1,B=2")]);
    let (cx, reason) = Propagator::w3c().extract_with_reason(&incoming, &Context::new());
    assert!(cx.span().span_context().is_sampled());
    assert_eq!(reason, Some(ExtractError::TracestateInvalidKey));
    assert_eq!(value(&inject(&cx), "tracestate"), None);
}

#[test]
fn unknown_flags_received_are_not_in_the_span_context() {
    let cx = extract(&headers([("traceparent", SAMPLED.replace("-01", "-ff"))]));
    assert_eq!(
        cx.span().span_context().trace_flags(),
        TraceFlags::new(0x03)
    );
}

#[test]
fn each_way_a_tracestate_can_be_wrong_has_its_reason() {
    use ExtractError as E;
    let long = "k".repeat(257);
    let cases: [(String, E); 10] = [
        ("novalue".into(), E::TracestateInvalidMember),
        ("a=1,=2".into(), E::TracestateInvalidKey),
        ("_a=1".into(), E::TracestateInvalidKey),
        (format!("{long}=1"), E::TracestateInvalidKey),
        (format!("a={long}"), E::TracestateInvalidValue),
        ("a=".into(), E::TracestateInvalidValue),
        ("a=1=2".into(), E::TracestateInvalidValue),
        ("a=1\t2".into(), E::TracestateInvalidValue),
        ("a=1,".repeat(33), E::TracestateTooManyMembers),
        (
            format!("a=1,{}", " ".repeat(17_000)) + ",b=2",
            E::TracestateTooLong,
        ),
    ];
    for (list, expected) in cases {
        let incoming = headers([("traceparent", SAMPLED), ("tracestate", &list)]);
        let (cx, reason) = Propagator::w3c().extract_with_reason(&incoming, &Context::new());
        assert_eq!(reason, Some(expected), "{list}");
        assert!(cx.span().span_context().is_valid());
        assert_eq!(TraceStateHeader::parse(list.as_bytes()), Err(expected));
    }
}

#[test]
fn both_flags_of_level_two_are_kept_and_the_others_sent_as_zero() {
    for (flags, sent) in [
        (0x00, "00"),
        (0x01, "01"),
        (0x02, "02"),
        (0x03, "03"),
        (0xfe, "02"),
    ] {
        let flags = TraceFlags::new(flags);
        let span = SpanContext::new(
            TraceId::from(1),
            SpanId::from(2),
            flags,
            false,
            TraceState::NONE,
        );
        let headers = inject(&Context::new().with_remote_span_context(span));
        assert!(
            value(&headers, "traceparent")
                .expect("it is valid")
                .ends_with(sent)
        );
    }
}

#[test]
fn nothing_is_sent_for_an_invalid_span_context_and_stale_headers_go() {
    let half = SpanContext::new(
        TraceId::from(1),
        SpanId::INVALID,
        TraceFlags::SAMPLED,
        false,
        TraceState::from_key_value([("a", "1")]).expect("valid"),
    );
    for span in [SpanContext::NONE, half] {
        let mut outgoing = headers([("traceparent", SAMPLED), ("tracestate", "stale=1")]);
        w3c::inject(&span, &mut outgoing);
        assert!(outgoing.is_empty());
    }
}

#[test]
fn an_unchanged_tracestate_is_sent_on_byte_for_byte() {
    let cases = [
        "a=1",
        "a=1,b=2",
        "a=1 \t , \t b=2",
        "a=1,,b=2,",
        "a=1,a=2",
        "0foo=1,a@b@c=2",
        "x@a-system-of-more-than-13=1",
        "x@_system=1,a= leading space",
    ];
    for text in cases {
        assert_eq!(tracestate_of(&[text]).as_deref(), Some(text));
    }
    assert_eq!(
        tracestate_of(&["a=1,b=2", "", " c=3 "]).as_deref(),
        Some("a=1,b=2,c=3")
    );
    assert_eq!(tracestate_of(&["", ""]), None);
    assert_eq!(tracestate_of(&[" , ,"]), None);
}

#[test]
fn thirty_two_members_pass_over_several_headers_and_one_more_drops_them() {
    let list = |range: std::ops::Range<u8>| {
        range
            .map(|n| format!("k{n}={}", "v".repeat(256)))
            .collect::<Vec<_>>()
            .join(",")
    };
    let (first, second) = (list(0..16), list(16..32));
    assert_eq!(tracestate_of(&[&first, &second]), Some(list(0..32)));
    assert_eq!(tracestate_of(&[&first, &second, "one=more"]), None);
}

#[test]
fn padding_beyond_the_greatest_list_is_refused() {
    let padded = format!("a=1{},b=2", " ".repeat(20_000));
    for values in [vec![padded.as_str()], vec!["c=3", padded.as_str()]] {
        let mut incoming = headers([("traceparent", SAMPLED)]);
        for value in values {
            incoming.append("tracestate", value.parse().expect("a header value"));
        }
        let (_, reason) = Propagator::w3c().extract_with_reason(&incoming, &Context::new());
        assert_eq!(reason, Some(ExtractError::TracestateTooLong));
    }
}

#[test]
fn a_changed_tracestate_has_the_change_first_and_loses_no_foreign_key() {
    let incoming = headers([
        ("traceparent", SAMPLED),
        ("tracestate", "a=1 ,x@y@z=2,b=3, c=4"),
    ]);
    let cx = extract(&incoming);
    let sent = |change: fn(&TraceState) -> TraceState| {
        let headers = inject(&child(&cx, change));
        value(&headers, "tracestate").map(str::to_owned)
    };
    assert_eq!(
        sent(TraceState::clone).as_deref(),
        Some("a=1 ,x@y@z=2,b=3, c=4")
    );
    assert_eq!(
        sent(|state| state.insert("new", "0").expect("valid")).as_deref(),
        Some("new=0,a=1,x@y@z=2,b=3,c=4")
    );
    assert_eq!(
        sent(|state| state.insert("b", "9").expect("valid")).as_deref(),
        Some("b=9,a=1,x@y@z=2,c=4")
    );
    assert_eq!(
        sent(|state| state.insert("b", "3").expect("valid")).as_deref(),
        Some("b=3,a=1,x@y@z=2,c=4")
    );
    assert_eq!(
        sent(|state| state.delete("a").expect("valid")).as_deref(),
        Some("x@y@z=2,b=3,c=4")
    );
    assert_eq!(sent(|_| TraceState::NONE), None);
}

#[test]
fn members_past_the_thirty_second_are_evicted_from_the_right() {
    let foreign: Vec<String> = (0..16).map(|n| format!("k{n}=1,f{n}@x@y=1")).collect();
    let incoming = headers([("traceparent", SAMPLED), ("tracestate", &foreign.join(","))]);
    let cx = child(&extract(&incoming), |state| {
        state.insert("new", "1").expect("valid")
    });
    let sent = inject(&cx);
    let sent: Vec<&str> = value(&sent, "tracestate")
        .expect("members")
        .split(',')
        .collect();
    assert_eq!((sent.len(), sent[0], sent[31]), (32, "new=1", "k15=1"));
}

#[test]
fn another_trace_in_the_same_context_inherits_no_tracestate() {
    let incoming = headers([("traceparent", SAMPLED), ("tracestate", "x@y@z=2")]);
    let cx = extract(&incoming).with_remote_span_context(span_context(TraceState::NONE));
    assert_eq!(value(&inject(&cx), "tracestate"), None);
}

#[test]
fn a_second_extraction_forgets_the_tracestate_of_the_first() {
    let first = headers([("traceparent", SAMPLED), ("tracestate", "x@y@z=2")]);
    let second = headers([("traceparent", SAMPLED)]);
    let cx = Propagator::w3c().extract(&second, &extract(&first));
    assert_eq!(value(&inject(&cx), "tracestate"), None);
}

#[test]
fn values_that_would_break_out_of_the_header_are_left_out() {
    let state = TraceState::from_key_value([
        ("crlf", "1\r\nevil: 1"),
        ("nul", "\0"),
        ("accent", "\u{e9}"),
        ("trailing", "1 "),
        ("empty", ""),
        ("", "no key"),
        ("good", "1"),
        ("good", "2"),
    ]);
    let state = state.expect("opentelemetry accepts these");
    assert_eq!(value(&inject_state(state), "tracestate"), Some("good=1"));
}

fn inject_state(state: TraceState) -> HeaderMap {
    inject(&Context::new().with_remote_span_context(span_context(state)))
}

#[test]
fn children_made_by_the_sdk_keep_tracestate_and_random_flag() {
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let tracer = provider.tracer("test");
    let state = "a=1 ,x@y@z=2";
    let parent = SAMPLED.replace("-01", "-03");
    let incoming = headers([("traceparent", parent.as_str()), ("tracestate", state)]);
    let cx = extract(&incoming);
    let cx = cx.with_span(tracer.start_with_context("child", &cx));
    let cx = cx.with_span(tracer.start_with_context("grandchild", &cx));
    let sent = inject(&cx);
    let traceparent = value(&sent, "traceparent").expect("the span is valid");
    assert_eq!(
        (&traceparent[..35], &traceparent[53..]),
        (&parent[..35], "03")
    );
    assert_ne!(traceparent, parent);
    assert_eq!(value(&sent, "tracestate"), Some(state));
}

/// "If the flag is set in the incoming `traceparent` header, it MUST also be set in all outgoing
/// `traceparent` headers which use the same `trace-id`."
/// <https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>
#[test]
fn the_random_flag_outlives_spans_that_the_sdk_drops() {
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let tracer = provider.tracer("test");
    let random = SAMPLED.replace("-01", "-02");
    let cx = extract(&headers([("traceparent", &random)]));
    let child = cx.with_span(tracer.start_with_context("child", &cx));
    let child = child.with_span(tracer.start_with_context("grandchild", &child));
    assert_eq!(child.span().span_context().trace_flags().to_u8(), 0);
    assert_eq!(flags_sent(&child), "02");
    assert_eq!(flags_sent(&trust::without_trace_state(&child)), "02");

    let another = cx.with_remote_span_context(span_context(TraceState::NONE));
    assert_eq!(flags_sent(&another), "01", "another trace has another id");
    let plain = headers([("traceparent", SAMPLED.replace("-01", "-00"))]);
    let again = Propagator::w3c().extract(&plain, &cx);
    assert_eq!(
        flags_sent(&again),
        "00",
        "the flag is that of the last header"
    );
}

/// A sampler need not do as the parent did, and who is not trusted does not decide.
#[test]
fn the_random_flag_of_a_sampled_parent_outlives_a_span_that_the_sdk_drops() {
    let off = opentelemetry_sdk::trace::Sampler::AlwaysOff;
    let builder = opentelemetry_sdk::trace::SdkTracerProvider::builder();
    let tracer = builder.with_sampler(off).build().tracer("test");
    let parent = SAMPLED.replace("-01", "-03");
    let cx = extract(&headers([("traceparent", &parent)]));
    for cx in [trust::with_sampling(&cx, false), cx] {
        let child = cx.with_span(tracer.start_with_context("child", &cx));
        assert_eq!(child.span().span_context().trace_flags().to_u8(), 0);
        assert_eq!(flags_sent(&child), "02");
    }
}

fn flags_sent(cx: &Context) -> String {
    let sent = inject(cx);
    let traceparent = value(&sent, "traceparent").expect("the span is valid");
    traceparent[53..].to_owned()
}
