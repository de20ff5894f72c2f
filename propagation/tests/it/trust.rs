//! What is left of a context from a sender who is not trusted.

use campanile_propagation::trust;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{TraceContextExt, TraceState};
use opentelemetry::{Context, KeyValue};

use crate::words::{SAMPLED, extract, headers, inject, span_context, value};

fn incoming() -> Context {
    extract(&headers([
        ("traceparent", SAMPLED.replace("-01", "-03").as_str()),
        ("tracestate", "a=1,x@y@z=2"),
        ("baggage", "admin=true"),
    ]))
}

#[test]
fn without_baggage_the_rest_stays() {
    let cx = trust::without_baggage(&incoming());
    assert!(cx.baggage().is_empty());
    let sent = inject(&cx);
    assert_eq!(value(&sent, "baggage"), None);
    assert_eq!(value(&sent, "tracestate"), Some("a=1,x@y@z=2"));
}

#[test]
fn nothing_of_the_header_returns_with_baggage_that_is_added_later() {
    let cx = extract(&headers([("baggage", "tenant=evil , tenant=acme")]));
    let own = [KeyValue::new("tenant", "acme")];
    assert_eq!(
        value(&inject(&cx.with_baggage(own.clone())), "baggage"),
        Some("tenant=evil , tenant=acme"),
        "equal baggage is what was received"
    );
    let cx = trust::without_baggage(&cx).with_baggage(own);
    assert_eq!(value(&inject(&cx), "baggage"), Some("tenant=acme"));
}

#[test]
fn without_tracestate_no_key_of_it_is_sent() {
    let sent = inject(&trust::without_trace_state(&incoming()));
    assert_eq!(value(&sent, "tracestate"), None);
    assert_eq!(value(&sent, "baggage"), Some("admin=true"));
    // Not even those a `TraceState` cannot hold, when it never held any.
    let foreign = extract(&headers([
        ("traceparent", SAMPLED),
        ("tracestate", "x@y@z=2"),
    ]));
    assert_eq!(
        value(&inject(&trust::without_trace_state(&foreign)), "tracestate"),
        None
    );
}

#[test]
fn the_sampling_decision_is_replaced_and_the_random_flag_kept() {
    for (sampled, flags) in [(true, "-03"), (false, "-02")] {
        let sent = inject(&trust::with_sampling(&incoming(), sampled));
        assert!(
            value(&sent, "traceparent")
                .expect("it is valid")
                .ends_with(flags)
        );
        assert_eq!(value(&sent, "tracestate"), Some("a=1,x@y@z=2"));
    }
}

#[test]
fn a_local_span_is_left_alone() {
    let cx = Context::new().with_remote_span_context(span_context(TraceState::NONE));
    let changed = trust::with_sampling(&cx, false);
    assert!(changed.span().span_context().is_sampled());
}
