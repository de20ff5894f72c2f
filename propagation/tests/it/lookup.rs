//! A header read where it lies says what the same header read from any other carrier says.

use campanile_propagation::carrier::Getter;
use campanile_propagation::formats::{baggage, w3c};
use campanile_propagation::tracestate::TraceStateHeader;
use campanile_propagation::{ExtractError, Propagator};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::TraceContextExt;
use proptest::prelude::*;

use crate::words::{SAMPLED, headers, inject, text_map};

/// What is extracted from a carrier, and what was not believed.
fn extract_from(carrier: &dyn Getter) -> (Context, Vec<ExtractError>) {
    let mut reasons = Vec::new();
    let cx = Propagator::w3c().extract_with(carrier, &Context::new(), &mut |e| reasons.push(e));
    (cx, reasons)
}

fn same(incoming: &HeaderMap) -> Result<(), TestCaseError> {
    let (here, reasons) = extract_from(incoming);
    let (there, other_reasons) = extract_from(&text_map(incoming));
    prop_assert_eq!(reasons, other_reasons);
    let (span, other_span) = (here.span(), there.span());
    prop_assert_eq!(span.span_context(), other_span.span_context());
    for (name, entry) in here.baggage() {
        let other = there.baggage().get_with_metadata(name.as_str());
        prop_assert_eq!(other, Some(entry));
    }
    prop_assert_eq!(inject(&here), inject(&there));
    Ok(())
}

proptest! {
    #[test]
    fn a_header_map_and_a_string_map_give_the_same_context(
        state in "[ab@_=, \t1]{0,30}", list in "[ab%4=;, \t\"]{0,30}",
    ) {
        same(&headers([("traceparent", SAMPLED), ("tracestate", &state), ("baggage", &list)]))?;
    }
}

#[test]
fn what_is_read_without_opentelemetrys_types_is_what_is_extracted() {
    let cases = [
        None,
        Some("a=1"),
        Some("a=1, x@y@z=2"),
        Some(" a=1,,b=2 "),
        Some(",, "),
        Some("A=1"),
    ];
    for state in cases {
        let mut incoming = headers([("traceparent", SAMPLED)]);
        incoming.extend(state.map(|state| (w3c::TRACESTATE, state.parse().expect("ASCII"))));
        let parent = w3c::read(&incoming).expect("valid").expect("there is one");
        assert_eq!(Ok(Some(parent.to_span_context())), w3c::extract(&incoming));
        let alone = state.map(|state| TraceStateHeader::parse(state.as_bytes()));
        assert_eq!(parent.tracestate, alone.and_then(Result::ok).flatten());
    }
    assert_eq!(w3c::read(&HeaderMap::new()), Ok(None));
}

#[test]
fn headers_that_are_kept_share_the_bytes_they_were_read_from() {
    let incoming = headers([
        ("traceparent", SAMPLED),
        ("tracestate", "a=1,b@c@d=2"),
        ("baggage", "a=1;p=2, b=%20"),
    ]);
    let state = w3c::read(&incoming)
        .ok()
        .flatten()
        .and_then(|parent| parent.tracestate);
    let state = state.expect("it is valid").to_header_value();
    assert_eq!(
        state.as_bytes().as_ptr(),
        incoming["tracestate"].as_bytes().as_ptr()
    );
    let list = baggage::extract(&incoming)
        .expect("it is valid")
        .to_header_value();
    assert_eq!(
        list.as_bytes().as_ptr(),
        incoming["baggage"].as_bytes().as_ptr()
    );
}

#[test]
fn several_tracestate_headers_are_read_as_one() {
    let incoming = headers([
        ("traceparent", SAMPLED),
        ("tracestate", "a=1"),
        ("tracestate", "b=2"),
    ]);
    let parent = w3c::read(&incoming).expect("valid").expect("there is one");
    assert_eq!(
        parent.tracestate.as_ref().map(TraceStateHeader::as_str),
        Some("a=1,b=2")
    );
}
