//! Several formats as one.

use std::collections::HashMap;

use campanile_propagation::carrier::{Getter, Setter};
use campanile_propagation::formats::{FORMATS, Format, b3, baggage, w3c};
use campanile_propagation::{ExtractError, Extraction, Propagator};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use crate::words::{SAMPLED, headers, span_context};

/// A format of a test: `x-ids: <decimal>` and `x-bag-<name>: <value>`.
#[derive(Debug)]
struct Ids;

static FIELDS: [HeaderName; 1] = [HeaderName::from_static("x-ids")];

impl Format for Ids {
    fn name(&self) -> &'static str {
        "ids"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &FIELDS
    }

    fn field_prefixes(&self) -> &'static [&'static str] {
        &["x-bag-"]
    }

    fn extract(&self, carrier: &dyn Getter, found: &mut Extraction<'_>) {
        carrier.visit(&FIELDS[0], &mut |value| {
            let id = str::from_utf8(value)
                .ok()
                .and_then(|text| text.parse::<u64>().ok());
            let (trace_id, span_id) = (TraceId::from(u128::from(id.unwrap_or(0))), SpanId::from(1));
            let state = TraceState::NONE;
            found.offer_span(SpanContext::new(
                trace_id,
                span_id,
                TraceFlags::default(),
                true,
                state,
            ));
        });
        let mut bag = Baggage::new();
        carrier.visit_prefix("x-bag-", &mut |name, value| {
            bag.insert(
                name["x-bag-".len()..].to_owned(),
                String::from_utf8_lossy(value).to_string(),
            );
        });
        found.add_baggage(bag);
    }

    fn inject(&self, cx: &Context, carrier: &mut dyn Setter) {
        carrier.set(&FIELDS[0], HeaderValue::from(cx.baggage().len()));
    }
}

fn trace_id(cx: &Context) -> TraceId {
    cx.span().span_context().trace_id()
}

#[test]
fn the_first_format_that_finds_a_valid_context_wins() {
    let incoming = headers([("x-ids", "7"), ("traceparent", SAMPLED)]);
    let ids_first = Propagator::from_formats([&Ids as &dyn Format, &w3c::TraceContext]);
    let ids_last = Propagator::from_formats([&w3c::TraceContext as &dyn Format, &Ids]);
    assert_eq!(
        trace_id(&ids_first.extract(&incoming, &Context::new())),
        TraceId::from(7)
    );
    assert_ne!(
        trace_id(&ids_last.extract(&incoming, &Context::new())),
        TraceId::from(7)
    );

    let invalid = headers([("x-ids", "0"), ("traceparent", SAMPLED)]);
    assert!(
        ids_first
            .extract(&invalid, &Context::new())
            .span()
            .span_context()
            .is_sampled()
    );
}

#[test]
fn a_format_that_comes_too_late_leaves_nothing_behind() {
    let incoming = headers([
        ("x-ids", "7"),
        ("traceparent", SAMPLED),
        ("tracestate", "x@y@z=1,B"),
    ]);
    let propagator = Propagator::from_formats([&Ids as &dyn Format, &w3c::TraceContext]);
    let (cx, reason) = propagator.extract_with_reason(&incoming, &Context::new());
    assert_eq!(reason, None);
    let mut sent = HeaderMap::new();
    Propagator::w3c().inject(&cx, &mut sent);
    assert_eq!(sent.get("tracestate"), None);
}

#[test]
fn baggage_of_several_formats_is_merged_and_the_first_value_stays() {
    let incoming = headers([("x-bag-a", "1"), ("x-bag-b", "2"), ("baggage", "a=3,c=4")]);
    let propagator = Propagator::from_formats([&Ids as &dyn Format, &baggage::W3cBaggage]);
    let cx = propagator.extract(&incoming, &Context::new());
    let get = |key: &str| cx.baggage().get(key).map(ToString::to_string);
    assert_eq!(
        [get("a"), get("b"), get("c")],
        ["1", "2", "4"].map(|v| Some(v.to_owned()))
    );
    let mut sent = HeaderMap::new();
    propagator.inject(&cx, &mut sent);
    assert_eq!(sent["baggage"], "a=1,c=4,b=2");
}

#[test]
fn every_format_injects_after_the_stale_headers_of_all_are_gone() {
    let stale = [
        ("x-ids", "1"),
        ("x-ids", "2"),
        ("x-bag-old", "1"),
        ("traceparent", "stale"),
        ("traceparent", "stale"),
        ("tracestate", "stale=1"),
        ("baggage", "stale=1"),
        ("host", "kept"),
    ];
    let propagator = Propagator::from_formats([
        &w3c::TraceContext as &dyn Format,
        &baggage::W3cBaggage,
        &Ids,
    ]);
    let cx = Context::new().with_remote_span_context(span_context(TraceState::NONE));
    let mut outgoing = headers(stale);
    propagator.inject(&cx, &mut outgoing);
    let expected = headers([
        ("x-ids", "0"),
        (
            "traceparent",
            "00-00000000000000000000000000000001-0000000000000002-01",
        ),
        ("host", "kept"),
    ]);
    assert_eq!(outgoing, expected);

    let mut map: HashMap<String, String> = stale
        .iter()
        .map(|(k, v)| (k.to_uppercase(), (*v).to_owned()))
        .collect();
    propagator.inject_into(&cx, &mut map);
    assert_eq!(map.len(), 3);
    assert_eq!(
        map["traceparent"],
        "00-00000000000000000000000000000001-0000000000000002-01"
    );
}

#[test]
fn formats_that_read_each_others_headers_all_inject() {
    let cx = Context::new().with_remote_span_context(span_context(TraceState::NONE));
    let both: [[&'static dyn Format; 2]; 2] = [[&b3::B3, &b3::B3Multi], [&b3::B3Multi, &b3::B3]];
    for formats in both {
        let mut outgoing = headers([("b3", "stale"), ("x-b3-parentspanid", "stale")]);
        Propagator::from_formats(formats).inject(&cx, &mut outgoing);
        let expected = headers([
            ("b3", "00000000000000000000000000000001-0000000000000002-1"),
            ("x-b3-traceid", "00000000000000000000000000000001"),
            ("x-b3-spanid", "0000000000000002"),
            ("x-b3-sampled", "1"),
        ]);
        assert_eq!(outgoing, expected);
    }
}

/// Writes `x-bag-a`, one of the headers that begin with `x-bag-`.
#[derive(Debug)]
struct Bag;

impl Format for Bag {
    fn name(&self) -> &'static str {
        "bag"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &[]
    }

    fn field_prefixes(&self) -> &'static [&'static str] {
        &["x-bag-"]
    }

    fn extract(&self, _: &dyn Getter, _: &mut Extraction<'_>) {}

    fn inject(&self, _: &Context, carrier: &mut dyn Setter) {
        carrier.set(&BAG_A[0], HeaderValue::from_static("1"));
    }
}

static BAG_A: [HeaderName; 1] = [HeaderName::from_static("x-bag-a")];

/// Removes what another format writes, by name or by prefix.
#[derive(Debug)]
struct Taker(&'static [HeaderName], &'static [&'static str]);

impl Format for Taker {
    fn name(&self) -> &'static str {
        "taker"
    }

    fn fields(&self) -> &'static [HeaderName] {
        &[]
    }

    fn fields_only_read(&self) -> &'static [HeaderName] {
        self.0
    }

    fn field_prefixes(&self) -> &'static [&'static str] {
        self.1
    }

    fn extract(&self, _: &dyn Getter, _: &mut Extraction<'_>) {}

    fn inject(&self, _: &Context, _: &mut dyn Setter) {}
}

#[test]
fn a_format_takes_away_nothing_that_one_before_it_wrote() {
    static TAKERS: [(&dyn Format, Taker); 5] = [
        (&Bag, Taker(&[], &["x-"])),
        (&Bag, Taker(&[], &["x-bag-a"])),
        (&Bag, Taker(&BAG_A, &[])),
        (&Ids, Taker(&[], &["x-i"])),
        (&Ids, Taker(&FIELDS, &[])),
    ];
    for (writer, taker) in &TAKERS {
        let mut alone = HeaderMap::new();
        Propagator::from_formats([*writer]).inject(&Context::new(), &mut alone);
        assert_eq!(alone.len(), 1);
        let mut together = HeaderMap::new();
        let propagator = Propagator::from_formats([*writer, taker]);
        propagator.inject(&Context::new(), &mut together);
        assert_eq!(together, alone, "{taker:?}");
    }
}

#[test]
fn none_touches_nothing() {
    let mut outgoing = headers([("traceparent", "kept")]);
    let propagator = Propagator::none();
    propagator.inject(&Context::new(), &mut outgoing);
    assert_eq!(outgoing, headers([("traceparent", "kept")]));
    let cx = propagator.extract(&headers([("traceparent", SAMPLED)]), &Context::new());
    assert!(!cx.has_active_span());
    assert_eq!(propagator.fields().count(), 0);
}

/// A format that shares its header with another.
#[derive(Debug)]
struct Twin;

impl Format for Twin {
    fn name(&self) -> &'static str {
        "twin"
    }

    fn fields(&self) -> &'static [HeaderName] {
        w3c::TraceContext.fields()
    }

    fn extract(&self, _carrier: &dyn Getter, _found: &mut Extraction<'_>) {}

    fn inject(&self, _cx: &Context, _carrier: &mut dyn Setter) {}
}

#[test]
fn formats_and_fields_are_there_once_each_in_the_order_given() {
    let formats: [&dyn Format; 4] = [
        &baggage::W3cBaggage,
        &w3c::TraceContext,
        &Twin,
        &baggage::W3cBaggage,
    ];
    let propagator = Propagator::from_formats(formats);
    assert_eq!(
        propagator.names().collect::<Vec<_>>(),
        ["baggage", "tracecontext", "twin"]
    );
    let expected = ["baggage", "traceparent", "tracestate"];
    assert_eq!(propagator.fields().collect::<Vec<_>>(), expected);
    assert_eq!(
        TextMapPropagator::fields(&propagator).collect::<Vec<_>>(),
        expected
    );
    let alone = w3c::TraceContextPropagator::new();
    assert_eq!(
        alone.fields().collect::<Vec<_>>(),
        ["traceparent", "tracestate"]
    );
}

#[test]
fn every_format_is_found_by_its_name_in_any_case() {
    for format in FORMATS {
        let (propagator, unknown) = Propagator::from_names(&format.name().to_uppercase());
        assert_eq!(propagator.names().collect::<Vec<_>>(), [format.name()]);
        assert_eq!(unknown, []);
    }
}

#[test]
fn lists_of_names_are_read_as_the_environment_writes_them() {
    let cases: [(&str, &[&str], &[&str]); 9] = [
        ("", &["tracecontext", "baggage"], &[]),
        (" , ", &["tracecontext", "baggage"], &[]),
        ("baggage, tracecontext", &["baggage", "tracecontext"], &[]),
        ("baggage,baggage", &["baggage"], &[]),
        ("none", &[], &[]),
        ("tracecontext,NONE,baggage", &[], &[]),
        (
            "smoke,tracecontext,mirrors",
            &["tracecontext"],
            &["smoke", "mirrors"],
        ),
        ("smoke", &[], &["smoke"]),
        ("trace context", &[], &["trace context"]),
    ];
    for (list, names, ignored) in cases {
        let (propagator, unknown) = Propagator::from_names(list);
        assert_eq!(propagator.names().collect::<Vec<_>>(), names, "{list:?}");
        let unknown: Vec<_> = unknown.iter().map(|format| format.name()).collect();
        assert_eq!(unknown, ignored, "{list:?}");
    }
}

#[test]
fn the_warning_for_an_unknown_name_says_what_to_write() {
    let (_, unknown) = Propagator::from_names("smoke");
    let names: Vec<_> = FORMATS.iter().map(|format| format.name()).collect();
    assert_eq!(names[..3], ["tracecontext", "baggage", "b3"]);
    assert_eq!(
        unknown[0].to_string(),
        format!(
            "propagation format \"smoke\" is not known and was ignored; use {}, or none",
            names.join(", ")
        )
    );
}

#[test]
fn every_reason_is_told_and_each_has_its_own_label() {
    let incoming = headers([
        ("traceparent", SAMPLED),
        ("tracestate", "B"),
        ("baggage", "bad,worse,a=1"),
    ]);
    let mut reasons = Vec::new();
    let cx = Propagator::w3c().extract_with(&incoming, &Context::new(), &mut |error| {
        reasons.push(error.reason());
    });
    assert!(cx.span().span_context().is_valid() && cx.baggage().len() == 1);
    assert_eq!(
        reasons,
        [
            "tracestate_invalid_member",
            "baggage_invalid_member",
            "baggage_invalid_member"
        ]
    );
    let mut labels: Vec<_> = ExtractError::ALL
        .iter()
        .map(|error| error.reason())
        .collect();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), ExtractError::ALL.len());
}
