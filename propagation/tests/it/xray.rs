//! AWS X-Ray, rule by rule.

use campanile_propagation::ExtractError;
use campanile_propagation::amzn_trace_id::{AmznTraceId, Decision, MAX_BYTES};
use campanile_propagation::formats::xray::{self, Xray};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::journey::{
    any_span, as_received, context_of, extracted, is_a_fixed_point, propagator, sent, sent_on,
    span, span_is_expected, wild_headers,
};
use crate::vectors::header_map;
use crate::words::{child, headers, span_context, value};

const NAME: &str = "x-amzn-trace-id";
const IDS: &str = "Root=1-abcdef12-1234567890abcdef12345678;Parent=1234567890abcdef";

pub(crate) fn is_extracted(vector: &Value) {
    let incoming = header_map(&vector["headers"]);
    let (cx, _) = extracted::<Xray>(&incoming);
    let direct = xray::extract(&incoming).unwrap_or_default();
    assert_eq!(direct.unwrap_or(SpanContext::NONE), span(&cx));
    let parsed = AmznTraceId::parse(incoming[NAME].as_bytes(), &mut |_| {});
    assert_eq!(parsed.is_err(), vector["expect"].is_null());
    for (name, expected) in span_is_expected(&span(&cx), &vector["expect"]) {
        let parsed = parsed.as_ref().expect("a valid header");
        let open = matches!(parsed.decision(), Decision::Absent | Decision::Requested);
        let actual = match name {
            "deferred" => json!(open),
            "lineage" => json!(parsed.lineage()),
            "trace_id" => json!(parsed.trace_id().to_string()),
            other => panic!("the vectors expect {other}, which is not checked"),
        };
        assert_eq!(actual, *expected, "{name}");
    }
    if vector["expect"].get("lineage").is_none() {
        assert_eq!(
            parsed.ok().and_then(|p| p.lineage().map(str::to_owned)),
            None
        );
    }
}

pub(crate) fn is_injected(vector: &Value) {
    let span = context_of(vector);
    let expected = header_map(&vector["headers"]);
    let mut direct = headers([(NAME, "stale")]);
    xray::inject(&span, &mut direct);
    assert_eq!(direct, expected);
    assert_eq!(
        sent::<Xray>(&Context::new().with_remote_span_context(span)),
        expected
    );
}

fn header(text: &str) -> HeaderMap {
    headers([(NAME, text)])
}

fn reason(text: &str) -> &'static str {
    let (cx, reasons) = extracted::<Xray>(&header(text));
    assert!(!cx.has_active_span(), "{text}");
    assert_eq!(reasons.len(), 1, "{text}");
    let error = xray::extract(&header(text)).expect_err("it was rejected");
    assert_eq!(error.reason(), reasons[0]);
    reasons[0]
}

#[test]
fn each_way_to_be_wrong_has_its_reason() {
    let root = "Root=1-abcdef12-1234567890abcdef12345678";
    let cases = [
        (format!("{IDS};{root}"), "xray_duplicate"),
        (
            format!("{root};Parent=1234567890abcdeF"),
            "xray_invalid_parent",
        ),
        (
            format!("{root};Parent=0000000000000000"),
            "xray_invalid_parent",
        ),
        (
            format!("{root};Parent=+234567890abcdef"),
            "xray_invalid_parent",
        ),
        (
            "Root=1-ABCDEF12-1234567890abcdef12345678".to_owned(),
            "xray_invalid_root",
        ),
        (
            "Root=1-00000000-000000000000000000000000".to_owned(),
            "xray_invalid_root",
        ),
        (
            "Root=1-abcdef1-21234567890abcdef12345678".to_owned(),
            "xray_invalid_root",
        ),
        (
            "Root=1-abcdef12-1234567890abcdef123456780".to_owned(),
            "xray_invalid_root",
        ),
        (
            "root=1-abcdef12-1234567890abcdef12345678".to_owned(),
            "xray_invalid_root",
        ),
        (format!("{IDS};Sampled=2"), "xray_invalid_sampled"),
        (format!("{IDS};Sampled="), "xray_invalid_sampled"),
        (format!("{IDS};Sampled=1,{IDS}"), "xray_duplicate"),
        (format!("{IDS};Self=x,{root}"), "xray_duplicate"),
        (format!("{IDS};CalledFrom"), "xray_malformed"),
        (
            format!("{IDS};x={}", "x".repeat(MAX_BYTES)),
            "xray_too_long",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(reason(&text), expected, "{text}");
    }
}

#[test]
fn two_headers_are_not_believed() {
    let (cx, reasons) = extracted::<Xray>(&headers([(NAME, IDS), (NAME, IDS)]));
    assert!(!cx.has_active_span());
    assert_eq!(reasons, ["xray_duplicate"]);
}

#[test]
fn a_header_of_the_greatest_length_is_read() {
    let text = format!("{IDS};x=");
    let text = format!("{text}{}", "x".repeat(MAX_BYTES - text.len()));
    assert!(extracted::<Xray>(&header(&text)).0.has_active_span());
}

#[test]
fn a_root_without_a_parent_is_neither_a_context_nor_an_error() {
    let incoming = header("Root=1-abcdef12-1234567890abcdef12345678;Sampled=1");
    let (cx, reasons) = extracted::<Xray>(&incoming);
    assert!(!cx.has_active_span() && reasons.is_empty());
    assert_eq!(xray::extract(&incoming), Ok(None));
}

#[test]
fn an_open_decision_is_sent_on_as_it_came_until_a_span_is_made() {
    for open in [IDS.to_owned(), format!("{IDS};Sampled=?")] {
        assert_eq!(sent_on::<Xray>(&header(&open)), header(&open));
        let (cx, _) = extracted::<Xray>(&header(&open));
        let made = sent::<Xray>(&child(&cx, Clone::clone));
        assert!(value(&made, NAME).is_some_and(|text| text.ends_with(";Sampled=0")));
        let decided = campanile_propagation::trust::with_sampling(&cx, true);
        assert_eq!(sent::<Xray>(&decided), header(&format!("{IDS};Sampled=1")));
    }
}

#[test]
fn the_lineage_goes_with_its_trace_and_with_no_other() {
    let text = format!("{IDS};Sampled=1;Lineage=32767:e65a2c4d:255");
    let (cx, _) = extracted::<Xray>(&header(&text));
    let in_trace = sent::<Xray>(&child(&cx, Clone::clone));
    let sent_text = value(&in_trace, NAME).expect("it was sent");
    assert!(sent_text.ends_with("Parent=0000000000000007;Sampled=1;Lineage=32767:e65a2c4d:255"));

    let other = cx.with_remote_span_context(span_context(TraceState::NONE));
    let elsewhere = sent::<Xray>(&other);
    assert!(
        !value(&elsewhere, NAME)
            .expect("it was sent")
            .contains("Lineage")
    );
}

#[test]
fn what_a_request_left_open_does_not_open_the_next_one() {
    let (first, _) = extracted::<Xray>(&header(&format!("{IDS};Sampled=?;Lineage=1:e65a2c4d:1")));
    let decided = header(&format!("{IDS};Sampled=0"));
    let cx = propagator::<Xray>().extract(&decided, &first);
    assert_eq!(sent::<Xray>(&cx), decided);
}

#[test]
fn a_lineage_out_of_form_is_dropped_alone_and_told() {
    let long = format!("{IDS};Sampled=1;Lineage=");
    for bad in [
        "32768:e65a2c4d:255",
        "1:e65a2c4d:256",
        "1:e65a2c4:1",
        "1:E65A2C4D:1",
        "1:e65a2c4d:",
        ":e65a2c4d:1",
        "+1:e65a2c4d:1",
        "000001:e65a2c4d:1",
        "1:e65a2c4d:1:1",
        "",
    ] {
        let (cx, reasons) = extracted::<Xray>(&header(&format!("{long}{bad}")));
        assert_eq!(reasons, ["xray_invalid_lineage"], "{bad}");
        assert_eq!(sent::<Xray>(&cx), header(&format!("{IDS};Sampled=1")));
    }
}

#[test]
fn an_invalid_span_context_sends_nothing_and_removes_what_is_stale() {
    let mut outgoing = header("stale");
    xray::inject(&SpanContext::NONE, &mut outgoing);
    assert!(outgoing.is_empty());
    assert!(sent::<Xray>(&Context::new()).is_empty());
}

proptest! {
    #[test]
    fn what_is_injected_is_extracted_again(span in any_span()) {
        let headers = sent::<Xray>(&Context::new().with_remote_span_context(span.clone()));
        prop_assert_eq!(xray::extract(&headers), Ok(Some(as_received(&span))));
        prop_assert_eq!(sent_on::<Xray>(&headers), headers);
    }

    #[test]
    fn a_header_that_is_read_is_written_as_the_same(
        root in "1-[0-9a-f]{8}-[0-9a-f]{23}[1-9]", parent in "(;Parent=[0-9a-f]{15}[1-9])?",
        sampled in "(;Sampled=[01?])?", lineage in "(;Lineage=[0-9]{1,4}:[0-9a-f]{8}:[0-9]{1,2})?",
    ) {
        let text = format!("Root={root}{parent}{sampled}{lineage}");
        let rejected = &mut |error: ExtractError| panic!("{error}");
        let header = AmznTraceId::parse(text.as_bytes(), rejected).expect("a valid header");
        prop_assert_eq!(header.to_string(), text);
    }

    #[test]
    fn any_headers_are_sent_on_as_something_valid(incoming in wild_headers(
        &[NAME, "host"],
        &[IDS, "Root=1-abcdef12-1234567890abcdef12345678", ";", "Parent=1234567890abcdef",
          "Sampled=1", "Sampled=?", "Lineage=1:e65a2c4d:1", "Self=x"],
    )) {
        is_a_fixed_point::<Xray>(&incoming);
    }
}
