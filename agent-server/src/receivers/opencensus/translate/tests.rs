use std::collections::BTreeMap;

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use campanile_wire::opencensus::trace::v1::attribute_value::Value;
use campanile_wire::opencensus::trace::v1::span::{Attributes, TimeEvent};
use campanile_wire::opencensus::trace::v1::{AttributeValue, Span, Status, TruncatableString};
use campanile_wire::otlp::view::{self, resource_spans};
use campanile_wire::otlp::{Limits, Signal, check, json};
use proptest::prelude::*;
use prost::Message as _;

use super::message::{Translated, translate};
use super::*;
use crate::receivers::opencensus::request::Request;
use crate::receivers::testing::vectors;

const NOW: u64 = 42;

fn vector(name: &str) -> Bytes {
    let all = vectors("wire/opencensus.json");
    let found = all.into_iter().find(|vector| vector.name == name);
    found.expect("there is such a vector").bytes.into()
}

/// Translates one message as the first of its stream.
fn translated(message: &Bytes) -> Translated {
    let request = Request::parse(message, Signal::Traces).expect("valid");
    let origin = Origin {
        node: request.node.as_ref(),
        resource: request.resource.as_ref(),
    };
    translate(Signal::Traces, &request.items, origin, NOW).expect("valid")
}

fn of_spans(node: Option<Node>, spans: Vec<Span>) -> Vec<u8> {
    let request = ExportTraceServiceRequest {
        node,
        spans,
        resource: None,
    };
    translated(&request.encode_to_vec().into()).bytes
}

fn span() -> Span {
    Span {
        trace_id: Bytes::from_static(&[1; 16]),
        span_id: Bytes::from_static(&[2; 8]),
        ..Span::default()
    }
}

fn first(bytes: &[u8]) -> view::Span<'_> {
    let resource = resource_spans(bytes).next().expect("a resource");
    let scope = resource.scope_spans().next().expect("a scope");
    scope.spans().next().expect("a span")
}

fn shown(attributes: view::Attributes<'_>) -> Vec<(String, String)> {
    let pairs = attributes.iter();
    pairs
        .map(|(key, value)| (key.to_owned(), format!("{value}")))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    expected.iter().map(pair).collect()
}

fn attribute(key: &str, value: Value) -> Option<Attributes> {
    let value = AttributeValue { value: Some(value) };
    Some(Attributes {
        attribute_map: BTreeMap::from([(key.to_owned(), value)]),
        dropped_attributes_count: 0,
    })
}

fn text(value: &str) -> Value {
    Value::StringValue(TruncatableString {
        value: value.to_owned(),
        truncated_byte_count: 0,
    })
}

#[test]
fn every_field_of_a_full_span_is_found_again() {
    let translated = translated(&vector("export_full_span"));
    assert_eq!(translated.rejects, Rejects::default());
    let span = first(&translated.bytes);
    assert_eq!(
        const_hex::encode(span.trace_id),
        "5b8efff798038103d269b633813fc60c"
    );
    assert_eq!(const_hex::encode(span.span_id), "eee19b7ec3c1b173");
    assert_eq!(const_hex::encode(span.parent_span_id), "eee19b7ec3c1b174");
    assert_eq!(span.trace_state, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    assert_eq!((span.name, span.kind), ("GET /cart", 2));
    assert_eq!(span.start_unix_nano, 1_544_712_660_000_000_000);
    assert_eq!(span.end_unix_nano, 1_544_712_661_500_000_000);
    assert_eq!((span.status_code, span.status_message), (2, "no such cart"));
    let dropped = (
        span.dropped_attributes,
        span.dropped_events,
        span.dropped_links,
    );
    assert_eq!(dropped, (2, 9, 6));
    let stack = "main.handler (main.go:42:7) original=handler module=app build=abc version=1.0";
    let expected = [
        ("opencensus.status_code", "5"),
        ("b", "true"),
        ("d", "2.5"),
        ("i", "-7"),
        ("s", "v"),
        ("opencensus.truncated_byte_count.s", "3"),
        ("opencensus.same_process_as_parent_span", "false"),
        ("opencensus.child_span_count", "3"),
        ("opencensus.stack_trace", stack),
        ("opencensus.stack_trace_dropped_frames", "1"),
        ("opencensus.stack_trace_hash_id", "99"),
        ("opencensus.dropped_message_events_count", "5"),
    ];
    assert_eq!(shown(span.attributes()), pairs(&expected));
}

#[test]
fn events_links_and_the_resource_of_a_full_span_are_found_again() {
    let translated = translated(&vector("export_full_span"));
    let span = first(&translated.bytes);
    let events: Vec<_> = span.events().collect();
    assert_eq!(events.len(), 2);
    assert_eq!(
        (events[0].name, events[0].time_unix_nano),
        ("cache miss", 1_544_712_660_100_000_000)
    );
    assert_eq!(shown(events[0].attributes()), pairs(&[("k", "x")]));
    assert_eq!(
        (events[1].name, events[1].time_unix_nano),
        ("message", 1_544_712_660_200_000_000)
    );
    let message = [
        ("message.type", "SENT"),
        ("messaging.message_id", "1"),
        ("messaging.message_payload_size_bytes", "100"),
        ("messaging.message_payload_compressed_size_bytes", "60"),
    ];
    assert_eq!(shown(events[1].attributes()), pairs(&message));
    let link = span.links().next().expect("a link");
    assert_eq!(
        const_hex::encode(link.trace_id),
        "0102030405060708090a0b0c0d0e0f10"
    );
    assert_eq!(const_hex::encode(link.span_id), "0102030405060708");
    assert_eq!(link.trace_state, "a=b");
    let expected = [
        ("opencensus.link_type", "PARENT_LINKED_SPAN"),
        ("lk", "false"),
    ];
    assert_eq!(shown(link.attributes()), pairs(&expected));
    let resource = resource_spans(&translated.bytes)
        .next()
        .expect("a resource");
    let expected = [
        ("container.name", "c1"),
        ("opencensus.resourcetype", "container"),
    ];
    assert_eq!(shown(resource.resource().attributes()), pairs(&expected));
}

#[test]
fn node_and_resource_become_one_resource() {
    let translated = translated(&vector("export_first_node_spans_resource"));
    let resource = resource_spans(&translated.bytes)
        .next()
        .expect("a resource");
    let expected = [
        ("host.name", "host-1"),
        ("opencensus.exporterversion", "0.0.1"),
        ("opencensus.resourcetype", "host"),
        ("opencensus.starttime", "2018-12-13T14:50:00.000000001Z"),
        ("process.pid", "4242"),
        ("service.name", "checkout"),
        ("telemetry.sdk.language", "python"),
        ("telemetry.sdk.version", "0.11.4"),
        ("zone", "a"),
    ];
    assert_eq!(shown(resource.resource().attributes()), pairs(&expected));
}

#[test]
fn spans_are_grouped_by_equal_resources_and_no_group_is_empty() {
    let labelled = |zone: &str| {
        let mut span = span();
        let labels = [("cloud.zone".to_owned(), zone.to_owned())].into();
        span.resource = Some(campanile_wire::opencensus::resource::v1::Resource {
            labels,
            ..Default::default()
        });
        span
    };
    let spans = vec![labelled("a"), labelled("b"), labelled("a")];
    let bytes = of_spans(None, spans);
    let groups: Vec<_> = resource_spans(&bytes)
        .map(|group| {
            let zone = group
                .resource()
                .attributes()
                .find("cloud.availability_zone");
            let zone = zone.map(|zone| zone.to_string());
            let counts = group.scope_spans().map(|scope| scope.spans().count());
            (zone, counts.collect::<Vec<_>>())
        })
        .collect();
    let expected = [
        (Some("a".to_owned()), vec![2]),
        (Some("b".to_owned()), vec![1]),
    ];
    assert_eq!(groups, expected);
    assert!(of_spans(Some(Node::default()), vec![]).is_empty());
}

#[test]
fn missing_times_are_completed() {
    let bytes = of_spans(None, vec![span()]);
    let span = first(&bytes);
    assert_eq!((span.start_unix_nano, span.end_unix_nano), (NOW, NOW));
}

#[test]
fn kinds_that_opencensus_lacks_come_from_the_attribute_they_were_sent_in() {
    for (value, kind) in [("internal", 1), ("producer", 4), ("consumer", 5)] {
        let mut span = span();
        span.attributes = attribute("span.kind", text(value));
        let bytes = of_spans(None, vec![span]);
        assert_eq!(first(&bytes).kind, kind);
        assert_eq!(shown(first(&bytes).attributes()), []);
    }
    let mut other = span();
    other.attributes = attribute("span.kind", text("else"));
    let bytes = of_spans(None, vec![other]);
    assert_eq!(first(&bytes).kind, 0);
    assert_eq!(
        shown(first(&bytes).attributes()),
        pairs(&[("span.kind", "else")])
    );
    let mut beyond = span();
    beyond.kind = 7;
    let bytes = of_spans(None, vec![beyond]);
    let expected = [("opencensus.span_kind", "7")];
    assert_eq!(shown(first(&bytes).attributes()), pairs(&expected));
}

#[test]
fn an_integer_otel_status_code_overrides_the_status() {
    let mut ok = span();
    ok.status = Some(Status {
        code: 0,
        message: "fine".into(),
    });
    ok.attributes = attribute("otel.status_code", Value::IntValue(1));
    let bytes = of_spans(None, vec![ok]);
    assert_eq!(
        (first(&bytes).status_code, first(&bytes).status_message),
        (1, "fine")
    );
    assert_eq!(shown(first(&bytes).attributes()), []);
    let mut words = span();
    words.attributes = attribute("otel.status_code", text("OK"));
    let bytes = of_spans(None, vec![words]);
    assert_eq!(first(&bytes).status_code, 0);
    assert_eq!(
        shown(first(&bytes).attributes()),
        pairs(&[("otel.status_code", "OK")])
    );
}

#[test]
fn what_has_no_value_says_so() {
    let mut odd = span();
    let empty = AttributeValue { value: None };
    odd.attributes = Some(Attributes {
        attribute_map: BTreeMap::from([("k".to_owned(), empty)]),
        dropped_attributes_count: -1,
    });
    odd.time_events = Some(campanile_wire::opencensus::trace::v1::span::TimeEvents {
        time_event: vec![TimeEvent::default()],
        ..Default::default()
    });
    let bytes = of_spans(None, vec![odd]);
    let span = first(&bytes);
    let unknown = "<Unknown OpenCensus attribute value type>";
    assert_eq!(shown(span.attributes()), pairs(&[("k", unknown)]));
    assert_eq!(span.dropped_attributes, 0);
    let event = span.events().next().expect("an event");
    let name = "An unknown OpenCensus TimeEvent type was detected when translating";
    assert_eq!((event.name, event.time_unix_nano), (name, 0));
}

/// Whatever translates, decodes.
fn decodes(signal: Signal, message: &Bytes) {
    let Ok(request) = Request::parse(message, signal) else {
        return;
    };
    let origin = Origin {
        node: request.node.as_ref(),
        resource: request.resource.as_ref(),
    };
    if let Ok(translated) = translate(signal, &request.items, origin, NOW) {
        let limits = Limits::default();
        assert_eq!(check(signal, &translated.bytes, &limits), Ok(()));
        json::encode(signal, &translated.bytes).expect("it is valid");
    }
}

proptest! {
    #[test]
    fn any_bytes_translate_to_valid_otlp_or_not_at_all(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let message = bytes.into();
        decodes(Signal::Traces, &message);
        decodes(Signal::Metrics, &message);
    }

    #[test]
    fn any_corruption_of_a_vector_does_too(
        which in 0..4, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in 0_usize..40,
    ) {
        let (name, signal) = match which {
            0 => ("export_full_span", Signal::Traces),
            1 => ("metrics_first", Signal::Metrics),
            2 => ("metrics_first_layout_0_1", Signal::Metrics),
            _ => ("metrics_bare_series_layout_0_1", Signal::Metrics),
        };
        let mut bytes = vector(name).to_vec();
        let index = at.index(bytes.len());
        bytes[index] = byte;
        bytes.truncate(bytes.len() - cut);
        decodes(signal, &bytes.into());
    }
}
