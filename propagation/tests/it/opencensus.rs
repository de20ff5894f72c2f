//! OpenCensus binary, rule by rule.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use campanile_propagation::formats::opencensus::{self, MAX_TRACE_CHARACTERS, OpenCensus};
use campanile_propagation::opencensus::{
    BinaryTraceContext, MAX_TAGS_BYTES, decode_tags, encode_tags,
};
use campanile_propagation::{ExtractError, Propagator};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt, BaggageMetadata};
use opentelemetry::trace::{SpanContext, TraceContextExt};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::journey::{
    any_span, as_received, context_of, entries, extracted, is_a_fixed_point, sent, span,
    span_is_expected, wild_headers,
};
use crate::vectors::text;
use crate::words::{headers, value};

const TRACE: &str = "grpc-trace-bin";
const TAGS: &str = "grpc-tags-bin";
const SAMPLED: &str = "AABL+S81d7NNpqPOkp0ODkc2ATTwZ6oLqQK3AgE";
const NOT_SAMPLED: &str = "AABL+S81d7NNpqPOkp0ODkc2ATTwZ6oLqQK3AgA";

pub(crate) fn is_extracted(vector: &Value) {
    let bytes = bytes_of(vector);
    let parsed = BinaryTraceContext::parse(&bytes);
    assert_eq!(parsed.is_err(), vector["expect"].is_null());
    for wire in [
        text(&vector["grpc_metadata_value"]).to_owned(),
        STANDARD.encode(&bytes),
    ] {
        let incoming = headers([(TRACE, &wire)]);
        let (cx, _) = extracted::<OpenCensus>(&incoming);
        let direct = opencensus::extract(&incoming).unwrap_or_default();
        assert_eq!(direct.unwrap_or(SpanContext::NONE), span(&cx));
        for (name, expected) in span_is_expected(&span(&cx), &vector["expect"]) {
            assert_eq!(
                name, "trace_id",
                "the vectors expect something that is not checked"
            );
            let parsed = parsed.expect("a valid trace id");
            assert_eq!(json!(parsed.trace_id().to_string()), *expected);
            assert_eq!(parsed.span_id(), None);
        }
    }
}

pub(crate) fn is_injected(vector: &Value) {
    let span = context_of(vector);
    let bytes = bytes_of(vector);
    assert_eq!(
        BinaryTraceContext::encode(&span).as_ref().map(|b| &b[..]),
        Some(&bytes[..])
    );
    let expected = headers([(TRACE, STANDARD_NO_PAD.encode(&bytes))]);
    let mut direct = headers([(TRACE, "stale")]);
    opencensus::inject(&span, &mut direct);
    assert_eq!(direct, expected);
    assert_eq!(
        sent::<OpenCensus>(&Context::new().with_remote_span_context(span)),
        expected
    );
}

pub(crate) fn tags_are_read(vector: &Value) {
    let bytes = bytes_of(vector);
    let decoded = decode_tags(&bytes, &mut |error| panic!("{error}"));
    assert_eq!(decoded.is_err(), vector["expect"].is_null());
    let expected: Vec<(String, String)> = vector["expect"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value).to_owned()))
        .collect();
    for wire in [
        text(&vector["grpc_metadata_value"]).to_owned(),
        STANDARD.encode(&bytes),
    ] {
        let incoming = headers([(TAGS, &wire)]);
        let (cx, reasons) = extracted::<OpenCensus>(&incoming);
        assert_eq!(entries(cx.baggage()), expected);
        assert_eq!(reasons.is_empty(), decoded.is_ok());
        let again = extracted::<OpenCensus>(&sent::<OpenCensus>(&cx)).0;
        assert_eq!(entries(again.baggage()), expected);
    }
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    let digits = text(&vector["hex"]).as_bytes();
    let bytes = digits
        .chunks(2)
        .map(|pair| str::from_utf8(pair).expect("ASCII"));
    bytes
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
        .collect()
}

fn wire(bytes: impl AsRef<[u8]>) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// The bytes of tags whose texts are shorter than 128 bytes.
fn tags(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = vec![0];
    for (key, value) in entries {
        bytes.push(0);
        for text in [key, value] {
            bytes.push(u8::try_from(text.len()).expect("a short text"));
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes
}

#[test]
fn each_way_to_be_wrong_has_its_reason() {
    let full = STANDARD_NO_PAD.decode(SAMPLED).expect("base64");
    let repeated = [&full[..], &full[1..18]].concat();
    let options_first = [&full[..18], &full[27..], &full[18..27]].concat();
    let zero_span = [&full[..19], &[0; 8], &full[27..]].concat();
    let cases = [
        (TRACE, "*".to_owned(), "opencensus_invalid_base64"),
        (TRACE, wire([1]), "opencensus_unknown_version"),
        (TRACE, wire(&full[..10]), "opencensus_trace_malformed"),
        (TRACE, wire(repeated), "opencensus_trace_malformed"),
        (TRACE, wire(options_first), "opencensus_trace_malformed"),
        (TRACE, wire(&full[..1]), "opencensus_invalid_trace_id"),
        (TRACE, wire(zero_span), "opencensus_invalid_span_id"),
        (
            TRACE,
            "A".repeat(MAX_TRACE_CHARACTERS + 4),
            "opencensus_trace_too_long",
        ),
        (TAGS, "*".to_owned(), "opencensus_invalid_base64"),
        (TAGS, wire([1]), "opencensus_unknown_version"),
        (TAGS, wire([0, 0, 1]), "opencensus_tags_malformed"),
        (
            TAGS,
            wire([0, 0, 0x81, 0x80, 0x80, 0x80, 0x80, 0]),
            "opencensus_tags_malformed",
        ),
        (TAGS, wire([0, 1]), "opencensus_tags_malformed"),
        (
            TAGS,
            wire(tags(&[("", "v")])),
            "opencensus_tags_invalid_text",
        ),
        (
            TAGS,
            wire(tags(&[("k", "\u{e9}")])),
            "opencensus_tags_invalid_text",
        ),
        (
            TAGS,
            wire(tags(&[("a key", "v")])),
            "opencensus_tag_not_token",
        ),
        (TAGS, "A".repeat(50_000), "opencensus_tags_too_long"),
    ];
    for (name, text, expected) in cases {
        let (cx, reasons) = extracted::<OpenCensus>(&headers([(name, &text)]));
        assert_eq!(reasons, [expected], "{text}");
        assert!(!cx.has_active_span() && cx.baggage().is_empty(), "{text}");
    }
}

#[test]
fn the_empty_trace_context_is_malformed_and_an_empty_header_is_none() {
    let error = ExtractError::OpencensusTraceMalformed;
    assert_eq!(BinaryTraceContext::parse(&[]), Err(error));
    let (cx, reasons) = extracted::<OpenCensus>(&headers([(TRACE, ""), (TAGS, ",")]));
    assert!(!cx.has_active_span() && reasons.is_empty());
}

#[test]
fn a_repeated_value_counts_once_and_two_that_differ_are_not_believed() {
    let padded = format!("{SAMPLED}=");
    let same = [vec![SAMPLED, &padded], vec!["", SAMPLED, ""]];
    for values in same {
        for incoming in [
            headers(values.iter().map(|value| (TRACE, value))),
            headers([(TRACE, values.join(", "))]),
        ] {
            let (cx, reasons) = extracted::<OpenCensus>(&incoming);
            assert!(cx.has_active_span() && reasons.is_empty(), "{incoming:?}");
        }
    }
    for incoming in [
        headers([(TRACE, SAMPLED), (TRACE, NOT_SAMPLED)]),
        headers([(TRACE, format!("{SAMPLED},{NOT_SAMPLED},{SAMPLED}"))]),
    ] {
        let (cx, reasons) = extracted::<OpenCensus>(&incoming);
        assert!(!cx.has_active_span());
        assert_eq!(reasons, ["opencensus_duplicate"]);
    }
}

#[test]
fn newer_fields_are_ignored_up_to_the_greatest_length() {
    let mut bytes = STANDARD_NO_PAD.decode(SAMPLED).expect("base64");
    bytes.extend([3; MAX_TRACE_CHARACTERS / 4 * 3 - 29]);
    let incoming = headers([(TRACE, wire(&bytes))]);
    assert_eq!(incoming[TRACE].len(), MAX_TRACE_CHARACTERS);
    let (cx, _) = extracted::<OpenCensus>(&incoming);
    assert_eq!(sent::<OpenCensus>(&cx), headers([(TRACE, SAMPLED)]));
}

#[test]
fn the_limit_of_tags_counts_keys_and_values_with_the_repeated_ones() {
    let (key, text) = ("k", "v".repeat(127));
    let fits = vec![(key, text.as_str()); MAX_TAGS_BYTES / 128];
    let mut rejected = Vec::new();
    let decoded = decode_tags(&tags(&fits), &mut |error| rejected.push(error));
    assert_eq!(decoded.expect("8192 bytes").len(), 1);
    let too_many = [&fits[..], &[(key, "")]].concat();
    let decoded = decode_tags(&tags(&too_many), &mut |error| rejected.push(error));
    assert_eq!(
        decoded.map(|tags| tags.len()),
        Err(ExtractError::OpencensusTagsTooLong)
    );
    assert_eq!(rejected, []);
}

#[test]
fn the_smallest_tags_within_the_limit_fit_the_longest_header() {
    let bytes = tags(&vec![("k", ""); MAX_TAGS_BYTES]);
    let incoming = headers([(TAGS, STANDARD.encode(bytes))]);
    assert_eq!(incoming[TAGS].len(), opencensus::MAX_TAGS_CHARACTERS);
    let (cx, reasons) = extracted::<OpenCensus>(&incoming);
    assert_eq!(entries(cx.baggage()), [("k".to_owned(), String::new())]);
    assert!(reasons.is_empty());
}

#[test]
fn tags_that_baggage_cannot_hold_are_dropped_alone_and_told() {
    let names: Vec<String> = (0..66).map(|n| format!("k{n}")).collect();
    let mut many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
    many.extend([("k0", "last"), ("a key", "v")]);
    let (cx, reasons) = extracted::<OpenCensus>(&headers([(TAGS, wire(tags(&many)))]));
    assert_eq!(cx.baggage().len(), 64);
    assert_eq!(cx.baggage().get("k0").map(|v| v.as_str()), Some("last"));
    let too_many = "baggage_too_many_members";
    assert_eq!(reasons, [too_many, too_many, "opencensus_tag_not_token"]);
}

#[test]
fn baggage_that_is_no_tag_is_left_out() {
    let no_tags = |mut baggage: Baggage| {
        baggage.insert("accent", "\u{e9}");
        baggage.insert("long", "v".repeat(256));
        baggage.insert("break", "a\nb");
        Context::new().with_baggage(baggage)
    };
    assert!(sent::<OpenCensus>(&no_tags(Baggage::new())).is_empty());
    let mut baggage = Baggage::new();
    baggage.insert_with_metadata("fits", "v".repeat(255), "property=1");
    let (next, _) = extracted::<OpenCensus>(&sent::<OpenCensus>(&no_tags(baggage)));
    assert_eq!(
        entries(next.baggage()),
        [("fits".to_owned(), "v".repeat(255))]
    );
}

#[test]
fn tags_are_read_and_sent_beside_the_context_of_another_format() {
    let incoming = headers([
        ("traceparent", crate::words::SAMPLED.to_owned()),
        (TRACE, NOT_SAMPLED.to_owned()),
        (TAGS, wire(tags(&[("a", "1"), ("b", "2")]))),
        ("baggage", "a=3".to_owned()),
    ]);
    let (propagator, _) = Propagator::from_names("tracecontext,opencensus,baggage");
    let (cx, reason) = propagator.extract_with_reason(&incoming, &Context::new());
    assert_eq!(reason, None);
    assert!(span(&cx).is_sampled());
    let mut outgoing = incoming.clone();
    propagator.inject(&cx, &mut outgoing);
    assert_eq!(opencensus::extract(&outgoing), Ok(Some(span(&cx))));
    assert_eq!(outgoing[TAGS], incoming[TAGS]);
    assert_eq!(value(&outgoing, "baggage"), Some("a=1,b=2"));
}

#[test]
fn the_direct_functions_replace_only_their_own_header() {
    let mut outgoing = headers([(TRACE, "stale"), (TAGS, "stale")]);
    opencensus::inject(&SpanContext::NONE, &mut outgoing);
    assert_eq!(outgoing, headers([(TAGS, "stale")]));
    opencensus::inject_tags(&Baggage::new(), &mut outgoing);
    assert!(outgoing.is_empty());

    let baggage = Baggage::from_iter([opentelemetry::KeyValue::new("k", "v")]);
    opencensus::inject_tags(&baggage, &mut outgoing);
    let read = opencensus::extract_tags(&outgoing, &mut |error| panic!("{error}"));
    assert_eq!(
        read.expect("valid").map(|tags| entries(&tags)),
        Some(entries(&baggage))
    );
    assert!(sent::<OpenCensus>(&Context::new()).is_empty());
}

proptest! {
    #[test]
    fn what_is_injected_is_extracted_again(
        span in any_span(), bag in vec(("[!#$&'*^_`|~.A-Za-z0-9-]{1,40}", "[ -~]{0,255}"), 0..20),
    ) {
        let baggage: Baggage = bag.into_iter().map(|(key, value)| {
            (key.into(), (value.into(), BaggageMetadata::default()))
        }).collect();
        let cx = Context::new().with_remote_span_context(span.clone()).with_baggage(baggage);
        let headers = sent::<OpenCensus>(&cx);
        let (next, reasons) = extracted::<OpenCensus>(&headers);
        prop_assert!(reasons.is_empty());
        prop_assert_eq!(crate::journey::span(&next), as_received(&span));
        prop_assert_eq!(entries(next.baggage()), entries(cx.baggage()));
        prop_assert_eq!(sent::<OpenCensus>(&next), headers);
    }

    #[test]
    fn any_bytes_are_a_context_or_a_reason(bytes in vec(any::<u8>(), 0..60), tag in 0..3_u8) {
        let _ = BinaryTraceContext::parse(&bytes);
        let bytes = [&[0, 0, tag][..], &bytes].concat();
        let Ok(found) = decode_tags(&bytes, &mut |_| {}) else {
            return Ok(());
        };
        let again = encode_tags(&found).map(|bytes| decode_tags(&bytes, &mut |_| {}));
        let again = again.transpose().expect("what is sent is valid").unwrap_or_default();
        prop_assert_eq!(entries(&again), entries(&found));
    }

    #[test]
    fn any_baggage_is_sent_as_nothing_else(bag in vec(("\\PC{0,8}", ".{0,300}"), 0..80)) {
        let mut baggage = Baggage::new();
        for (key, value) in bag {
            baggage.insert(key, value);
        }
        let entries_sent = entries(&baggage);
        let cx = Context::new().with_baggage(baggage);
        let (next, reasons) = extracted::<OpenCensus>(&sent::<OpenCensus>(&cx));
        prop_assert!(entries(next.baggage()).iter().all(|entry| entries_sent.contains(entry)));
        prop_assert!(reasons.is_empty());
    }

    #[test]
    fn any_headers_are_sent_on_as_something_valid(incoming in wild_headers(
        &[TRACE, TAGS],
        &[SAMPLED, NOT_SAMPLED, ",", "=", "AAABawFhAAFrAWI", "AAACazECdjEAAmsyAnYy"],
    )) {
        is_a_fixed_point::<OpenCensus>(&incoming);
    }
}

#[cfg(feature = "tonic")]
mod metadata {
    use http::HeaderMap;
    use opentelemetry::trace::TraceState;
    use tonic::metadata::{MetadataMap, MetadataValue};

    use super::*;
    use crate::words::span_context;

    fn incoming(span: &SpanContext) -> MetadataMap {
        let mut metadata = MetadataMap::new();
        let bytes = BinaryTraceContext::encode(span).expect("a valid span context");
        metadata.insert_bin(TRACE, MetadataValue::from_bytes(&bytes));
        metadata.insert_bin(TAGS, MetadataValue::from_bytes(&tags(&[("k", "v w")])));
        metadata
    }

    #[test]
    fn binary_metadata_makes_the_round_trip_byte_for_byte() {
        let span = as_received(&span_context(TraceState::NONE));
        let (propagator, _) = Propagator::from_names("opencensus");
        let incoming = incoming(&span);
        let cx = propagator.extract_from(&incoming, &Context::new());
        assert_eq!(crate::journey::span(&cx), span);
        assert_eq!(entries(cx.baggage()), [("k".to_owned(), "v w".to_owned())]);

        let mut outgoing = MetadataMap::new();
        outgoing.append_bin(TRACE, MetadataValue::from_bytes(b"stale"));
        outgoing.append_bin(TRACE, MetadataValue::from_bytes(b"staler"));
        propagator.inject_into(&cx, &mut outgoing);
        for name in [TRACE, TAGS] {
            let sent: Vec<_> = outgoing.get_all_bin(name).iter().collect();
            assert_eq!(sent.len(), 1, "{name}");
            let bytes = sent[0].to_bytes().expect("base64");
            let received = incoming.get_bin(name).expect("it was there");
            assert_eq!(bytes, received.to_bytes().expect("base64"));
        }
        assert_eq!(outgoing.keys().count(), 2);
    }

    #[test]
    fn the_direct_functions_take_the_headers_of_a_metadata_map() {
        let span = as_received(&span_context(TraceState::NONE));
        let metadata = incoming(&span);
        let headers: &HeaderMap = metadata.as_ref();
        assert_eq!(opencensus::extract(headers), Ok(Some(span)));
    }
}
