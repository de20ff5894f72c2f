//! What holds for whatever is sent, in the formats besides W3C.

use campanile_propagation::formats::FORMATS;
use campanile_propagation::sampling::requested;
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::words::{extract_as, inject_as, propagator, text_map};

const ALL: &str = "b3,b3multi,jaeger,ottrace,gcp";

/// The headers of these formats, and some values that are nearly or wholly valid.
const NAMES: &[&str] = &[
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
    "uber-trace-id",
    "uberctx-a",
    "uberctx-",
    "jaeger-baggage",
    "jaeger-debug-id",
    "ot-tracer-traceid",
    "ot-tracer-spanid",
    "ot-tracer-sampled",
    "ot-baggage-a",
    "x-cloud-trace-context",
];
const VALUES: &[&str] = &[
    "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-d",
    "a3ce929d0e0e4736-00f067aa0ba902b7",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "a3ce929d0e0e4736",
    "0",
    "1",
    "d",
    "true",
    "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:b",
    "f%3a1%3a%3a3",
    "4bf92f3577b34da6a3ce929d0e0e4736/123",
    "4bf92f3577b34da6a3ce929d0e0e4736/18446744073709551615;o=1",
    "k=v, k2 = %25",
];

fn wild_headers() -> impl Strategy<Value = HeaderMap> {
    let value = prop_oneof![
        select(VALUES).prop_map(|text| text.as_bytes().to_vec()),
        select(VALUES).prop_map(|text| text.as_bytes().to_vec()),
        vec(any::<u8>(), 0..60),
        "[a-f0-9:/;=%, d+-]{0,60}".prop_map(String::into_bytes),
        Just(b"a=1,".repeat(100)),
    ];
    vec((select(NAMES), value), 0..12).prop_map(|entries| {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        headers
    })
}

fn any_span() -> impl Strategy<Value = SpanContext> {
    (1..=u128::MAX, 1..=u64::MAX, any::<bool>()).prop_map(|(trace, span, sampled)| {
        let flags = TraceFlags::default().with_sampled(sampled);
        let (trace, span) = (TraceId::from(trace), SpanId::from(span));
        SpanContext::new(trace, span, flags, true, TraceState::NONE)
    })
}

fn wild_baggage() -> impl Strategy<Value = Baggage> {
    let key = prop_oneof!["[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}", ".{0,6}"];
    vec((key, ".{0,40}"), 0..80).prop_map(baggage_of)
}

fn baggage_of(entries: impl IntoIterator<Item = (String, String)>) -> Baggage {
    let mut baggage = Baggage::new();
    for (key, value) in entries {
        baggage.insert(key, value);
    }
    baggage
}

fn entries(baggage: &Baggage) -> impl Iterator<Item = (String, String)> {
    let entries = baggage.iter();
    entries.map(|(key, (value, _))| (key.to_string(), value.to_string()))
}

proptest! {
    #[test]
    fn what_is_injected_is_extracted_again(span in any_span()) {
        let cx = Context::new().with_remote_span_context(span.clone());
        for name in ["b3", "b3multi", "jaeger", "gcp"] {
            let received = extract_as(name, &inject_as(name, &cx));
            prop_assert_eq!(&received.span().span_context().clone(), &span, "{}", name);
            prop_assert_eq!(requested(&received), requested(&cx));
        }
        let half = TraceId::from(u128::from_be_bytes(span.trace_id().to_bytes()) & u128::from(u64::MAX));
        let received = extract_as("ottrace", &inject_as("ottrace", &cx));
        prop_assert_eq!(received.span().span_context().trace_id(), half);
        prop_assert_eq!(received.span().span_context().span_id(), span.span_id());
        prop_assert_eq!(received.span().span_context().is_sampled(), span.is_sampled());
    }

    #[test]
    fn any_headers_give_a_context_that_is_a_fixed_point(incoming in wild_headers()) {
        for name in ALL.split(',').chain([ALL]) {
            let cx = extract_as(name, &incoming);
            prop_assert!(cx.span().span_context().trace_flags().to_u8() <= 1);
            // A plain map gets what a header map gets.
            let sent = inject_as(name, &cx);
            let (next, reason) = propagator(name).extract_with_reason(&sent, &Context::new());
            prop_assert_eq!(reason, None, "{:?}", sent);
            // Of several formats the first is believed, so what only a later one says is lost.
            if name == ALL {
                prop_assert_eq!(next.span().span_context().clone(), cx.span().span_context().clone());
                continue;
            }
            prop_assert_eq!(inject_as(name, &next), sent.clone());
            let by_map = propagator(name).extract_from(&text_map(&sent), &Context::new());
            prop_assert_eq!(inject_as(name, &by_map), sent);
        }
    }

    #[test]
    fn no_baggage_entry_appears_that_was_not_sent(baggage in wild_baggage(), incoming in wild_headers()) {
        for name in ["jaeger", "ottrace"] {
            let received = extract_as(name, &incoming);
            let all = entries(&baggage).chain(entries(received.baggage()));
            let cx = received.with_baggage(baggage_of(all));
            let sent = inject_as(name, &cx);
            let (next, reason) = propagator(name).extract_with_reason(&sent, &Context::new());
            prop_assert_eq!(reason, None);
            for (key, (value, _)) in next.baggage() {
                prop_assert_eq!(Some(value), cx.baggage().get(key.as_str()));
            }
        }
    }

    #[test]
    fn baggage_of_lower_case_names_that_fits_arrives_whole(
        sent in vec(("[a-z0-9!#$%&'*+.^_`|~-]{1,12}", "\\PC{0,8}"), 0..40),
    ) {
        let baggage = baggage_of(sent);
        let cx = Context::new().with_baggage(baggage_of(entries(&baggage)));
        let next = extract_as("jaeger", &inject_as("jaeger", &cx));
        prop_assert_eq!(next.baggage().len(), baggage.len());
        for (key, entry) in &baggage {
            prop_assert_eq!(next.baggage().get_with_metadata(key.as_str()), Some(entry));
        }
    }

    #[test]
    fn any_context_can_be_injected_in_all_formats(span in any_span(), flags in any::<u8>(), baggage in wild_baggage()) {
        let span = SpanContext::new(span.trace_id(), span.span_id(), TraceFlags::new(flags), false, TraceState::NONE);
        let cx = Context::new().with_remote_span_context(span).with_baggage(baggage);
        let names: Vec<_> = FORMATS.iter().map(|format| format.name()).collect();
        let names = names.join(",");
        let sent = inject_as(&names, &cx);
        let (_, reason) = propagator(&names).extract_with_reason(&sent, &Context::new());
        prop_assert_eq!(reason, None);
    }
}
