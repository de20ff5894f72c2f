//! What holds for whatever is sent.

use campanile_propagation::Propagator;
use campanile_propagation::baggage::{MAX_BYTES, MAX_MEMBERS};
use campanile_propagation::formats::{baggage, w3c};
use campanile_propagation::tracestate::{self, TraceStateHeader};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt, BaggageMetadata};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::words::{SAMPLED, child, extract, headers, inject, value};

const LEVEL_2_KEY: &str = "[a-z0-9][a-z0-9_*/@-]{0,30}";
const STATE_VALUE: &str = "[ -+\\--<>-~]{0,20}[!-+\\--<>-~]";
const TOKEN: &str = "[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}";

/// Values that any sender can put on the wire, the hostile ones often.
fn wild_value() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(SAMPLED.as_bytes().to_vec()),
        vec(any::<u8>(), 0..60),
        "[a-z0-9=,;% \t@-]{0,80}".prop_map(String::into_bytes),
        Just(vec![b','; 200]),
        Just(b"a=1,".repeat(100)),
    ];
    vec(pieces, 0..4).prop_map(|pieces| pieces.concat())
}

fn wild_headers() -> impl Strategy<Value = HeaderMap> {
    let name = prop_oneof![
        Just("traceparent"),
        Just("tracestate"),
        Just("baggage"),
        Just("host")
    ];
    vec((name, wild_value()), 0..8).prop_map(|entries| {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        headers
    })
}

fn wild_baggage() -> impl Strategy<Value = Vec<(String, String, String)>> {
    vec(
        (
            prop_oneof![TOKEN, ".{0,6}"],
            ".{0,40}",
            "[ -~\\PC\r\n]{0,40}",
        ),
        0..80,
    )
}

fn any_span() -> impl Strategy<Value = SpanContext> {
    let state = vec((LEVEL_2_KEY, STATE_VALUE), 0..40);
    (1..=u128::MAX, 1..=u64::MAX, any::<u8>(), state).prop_map(|(trace, span, flags, state)| {
        let mut members: Vec<(String, String)> = Vec::new();
        for (key, value) in state {
            let fits = TraceState::from_key_value([(&key, &value)]).is_ok();
            if fits && members.iter().all(|(other, _)| *other != key) {
                members.push((key, value));
            }
        }
        let state = TraceState::from_key_value(members).unwrap_or_default();
        let flags = TraceFlags::new(flags & 3);
        SpanContext::new(TraceId::from(trace), SpanId::from(span), flags, true, state)
    })
}

fn baggage_of(entries: &[(String, String, String)]) -> Baggage {
    let mut baggage = Baggage::new();
    for (key, value, metadata) in entries {
        baggage.insert_with_metadata(key.clone(), value.clone(), metadata.as_str());
    }
    baggage
}

proptest! {
    #[test]
    fn what_is_injected_is_extracted_again(span in any_span()) {
        let cx = extract(&inject(&Context::new().with_remote_span_context(span.clone())));
        prop_assert_eq!(cx.span().span_context().clone(), span.clone());
        let mut headers = HeaderMap::new();
        w3c::inject(&span, &mut headers);
        prop_assert_eq!(w3c::extract(&headers), Ok(Some(span)));
    }

    #[test]
    fn any_headers_give_a_context_that_is_sent_within_the_limits(incoming in wild_headers()) {
        let cx = extract(&incoming);
        let sent = inject(&cx);
        if let Some(list) = value(&sent, "tracestate") {
            let header = TraceStateHeader::parse(list.as_bytes()).expect("what is sent is valid");
            prop_assert!(header.expect("not empty").members().count() <= tracestate::MAX_MEMBERS);
        }
        let mut rejections = Vec::new();
        let list = baggage::extract_with(&sent, &mut |error| rejections.push(error));
        prop_assert_eq!(rejections, []);
        prop_assert!(value(&sent, "baggage").is_none_or(|list| list.len() <= MAX_BYTES));
        prop_assert!(list.is_none_or(|list| list.members().count() <= MAX_MEMBERS));
        // And what was sent is a fixed point: nothing changes on the next hop.
        prop_assert_eq!(inject(&extract(&sent)), sent);
    }

    #[test]
    fn no_baggage_entry_appears_that_was_not_sent(
        incoming in wild_headers(), added in wild_baggage(),
    ) {
        let cx = extract(&incoming);
        let mut baggage = baggage_of(&added);
        for (key, (value, metadata)) in cx.baggage() {
            baggage.insert_with_metadata(key.clone(), value.clone(), metadata.clone());
        }
        let cx = cx.with_baggage(baggage);
        for next in [extract(&inject(&cx)), extract(&inject(&extract(&inject(&cx))))] {
            for (key, (value, _)) in next.baggage() {
                prop_assert_eq!(Some(value), cx.baggage().get(key.as_str()));
            }
        }
    }

    #[test]
    fn baggage_that_fits_arrives_whole(entries in vec((TOKEN, "\\PC{0,8}"), 0..=MAX_MEMBERS)) {
        let mut sent = Baggage::new();
        for (key, value) in entries {
            sent.insert(key, value);
        }
        let next = extract(&inject(&Context::new().with_baggage(baggage_copy(&sent))));
        prop_assert_eq!(next.baggage().len(), sent.len());
        for (key, entry) in &sent {
            prop_assert_eq!(next.baggage().get_with_metadata(key.as_str()), Some(entry));
        }
    }

    #[test]
    fn properties_arrive_as_they_were_sent(metadata in vec((TOKEN, proptest::option::of("[!#-+--:<-\\[\\]-~]{0,8}")), 0..5)) {
        let metadata: Vec<String> = metadata
            .into_iter()
            .map(|(key, value)| value.map_or(key.clone(), |value| format!("{key}={value}")))
            .collect();
        let text = format!("k=v;{}", metadata.join(";"));
        let cx = extract(&headers([("baggage", &text)]));
        let expected = BaggageMetadata::from(metadata.join(";"));
        let found = cx.baggage().get_with_metadata("k").map(|(_, metadata)| metadata.clone());
        prop_assert_eq!(found, Some(expected));
    }

    #[test]
    fn every_level_two_tracestate_is_sent_on_and_survives_a_change(
        members in vec((LEVEL_2_KEY, STATE_VALUE), 1..=31),
    ) {
        let list: Vec<String> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let list = list.join(",");
        let cx = extract(&headers([("traceparent", SAMPLED), ("tracestate", &list)]));
        let sent = inject(&cx);
        prop_assert_eq!(value(&sent, "tracestate"), Some(list.as_str()));

        let changed = child(&cx, |state| state.insert("zz/new", "1").expect("valid"));
        let sent = inject(&changed);
        let sent = value(&sent, "tracestate").expect("there are members");
        prop_assert!(sent.starts_with("zz/new=1,"));
        for (key, _) in &members {
            let first = members.iter().find(|(other, _)| other == key).expect("itself");
            let member = format!("{}={}", first.0, first.1);
            prop_assert_eq!(sent.split(',').filter(|m| **m == member).count(), 1);
        }
    }

    #[test]
    fn any_span_context_and_baggage_can_be_injected(
        members in vec(("[a-z0-9]{0,8}", "[^,=]{0,20}"), 0..40), entries in wild_baggage(),
    ) {
        let state = TraceState::from_key_value(members).expect("opentelemetry accepts these");
        let span = SpanContext::new(TraceId::from(1), SpanId::from(1), TraceFlags::new(0xff), false, state);
        let cx = Context::new().with_remote_span_context(span).with_baggage(baggage_of(&entries));
        let sent = inject(&cx);
        let (_, reason) = Propagator::w3c().extract_with_reason(&sent, &Context::new());
        prop_assert_eq!(reason, None);
    }
}

fn baggage_copy(baggage: &Baggage) -> Baggage {
    let entries = baggage.iter();
    entries
        .map(|(k, (v, m))| (k.clone(), (v.clone(), m.clone())))
        .collect()
}
