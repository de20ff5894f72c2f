//! The carriers, and the two adapters for propagators of others.

use std::collections::{BTreeMap, HashMap};

use campanile_propagation::Propagator;
use campanile_propagation::carrier::{Getter, HeaderExtractor, HeaderInjector, Setter};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;

use crate::words::{SAMPLED, headers};

/// What every carrier must do, whoever it is.
fn carrier_contract<C: Getter + Setter + Default>() {
    let mut carrier = C::default();
    let name = HeaderName::from_static;
    carrier.set(&name("x-one"), HeaderValue::from_static("1"));
    carrier.set(&name("x-one"), HeaderValue::from_static("2"));
    carrier.set(&name("x-two"), HeaderValue::from_static("3"));
    carrier.set(&name("other"), HeaderValue::from_static("4"));
    assert_eq!(values(&carrier, "x-one"), ["2"]);
    assert_eq!(
        prefixed(&carrier, "x-"),
        [("x-one", "2"), ("x-two", "3")].map(owned)
    );

    carrier.remove(&name("x-one"));
    assert_eq!(
        prefixed(&carrier, ""),
        [("other", "4"), ("x-two", "3")].map(owned)
    );
    carrier.remove_prefix("x-");
    assert_eq!(prefixed(&carrier, ""), [("other", "4")].map(owned));
}

fn values(carrier: &dyn Getter, name: &'static str) -> Vec<String> {
    let mut values = Vec::new();
    carrier.visit(&HeaderName::from_static(name), &mut |value| {
        values.push(String::from_utf8_lossy(value).into_owned());
    });
    values
}

fn prefixed(carrier: &dyn Getter, prefix: &str) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    carrier.visit_prefix(prefix, &mut |name, value| {
        entries.push((name.to_owned(), String::from_utf8_lossy(value).into_owned()));
    });
    entries.sort();
    entries
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn every_carrier_keeps_the_contract() {
    carrier_contract::<HeaderMap>();
    carrier_contract::<HashMap<String, String>>();
    carrier_contract::<BTreeMap<String, String>>();
}

#[test]
fn a_name_in_two_cases_is_a_duplicate_and_both_are_replaced() {
    let mut map: BTreeMap<String, String> = [("TraceParent", SAMPLED), ("traceparent", SAMPLED)]
        .map(owned)
        .into();
    let cx = Propagator::w3c().extract_from(&map, &Context::new());
    assert!(!cx.has_active_span());
    map.remove("traceparent");
    let cx = Propagator::w3c().extract_from(&map, &Context::new());
    assert!(cx.has_active_span());
    Propagator::w3c().inject_into(&cx, &mut map);
    assert_eq!(map, [("traceparent", SAMPLED)].map(owned).into());
    assert_eq!(
        prefixed(&map, "trace"),
        [("traceparent", SAMPLED)].map(owned)
    );
}

#[test]
fn a_header_map_serves_the_propagators_of_others() {
    let other = opentelemetry_sdk::propagation::TraceContextPropagator::new();
    let incoming = headers([("traceparent", SAMPLED), ("tracestate", "a=1")]);
    let cx = other.extract_with_context(&Context::new(), &HeaderExtractor(&incoming));
    let mut outgoing = HeaderMap::new();
    other.inject_context(&cx, &mut HeaderInjector(&mut outgoing));
    assert_eq!(outgoing, incoming);
    assert_eq!(HeaderExtractor(&incoming).keys().len(), 2);
}

#[test]
fn a_value_that_is_no_text_does_not_hide_a_duplicate() {
    let incoming = headers([
        ("traceparent", SAMPLED.as_bytes()),
        ("traceparent", b"\xff".as_slice()),
    ]);
    let cx = Propagator::w3c().extract_with_context(&Context::new(), &HeaderExtractor(&incoming));
    assert!(!cx.has_active_span());
}

#[test]
fn what_is_no_header_is_left_out_by_the_injector() {
    let mut outgoing = HeaderMap::new();
    let mut injector = HeaderInjector(&mut outgoing);
    injector.set("bad name", "1".to_owned());
    injector.set("name", "a\r\nb".to_owned());
    injector.set("Good", "1".to_owned());
    assert_eq!(outgoing, headers([("good", "1")]));
}

#[test]
fn a_full_header_map_is_no_reason_to_panic() {
    let mut full = HeaderMap::new();
    for n in 0.. {
        let name = HeaderName::try_from(format!("x-{n}")).expect("a name");
        if full
            .try_insert(name, HeaderValue::from_static("1"))
            .is_err()
        {
            break;
        }
    }
    let cx = Propagator::w3c().extract(&headers([("traceparent", SAMPLED)]), &Context::new());
    Propagator::w3c().inject(&cx, &mut full);
    assert!(!full.contains_key("traceparent"));
}

#[cfg(feature = "tonic")]
mod metadata {
    use campanile_propagation::metadata::{MetadataExtractor, MetadataInjector};
    use tonic::metadata::MetadataMap;

    use super::*;

    #[test]
    fn metadata_keeps_the_contract_and_gives_binary_entries_as_on_the_wire() {
        carrier_contract::<MetadataMap>();
        let mut metadata = MetadataMap::new();
        metadata.insert_bin(
            "x-bin",
            tonic::metadata::MetadataValue::from_bytes(b"hello"),
        );
        assert_eq!(values(&metadata, "x-bin"), ["aGVsbG8"]);
    }

    #[test]
    fn metadata_serves_the_propagators_of_others() {
        let other = opentelemetry_sdk::propagation::TraceContextPropagator::new();
        let mut metadata = MetadataMap::new();
        MetadataInjector(&mut metadata).set("traceparent", SAMPLED.to_owned());
        let extractor = MetadataExtractor(&metadata);
        assert_eq!(extractor.get("traceparent"), Some(SAMPLED));
        assert_eq!(extractor.keys(), ["traceparent"]);
        assert!(
            other
                .extract_with_context(&Context::new(), &extractor)
                .has_active_span()
        );
    }
}
