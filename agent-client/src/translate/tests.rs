//! Every field of a span, and of the node.

use std::time::{Duration, UNIX_EPOCH};

use campanile_wire::opencensus::agent::trace::v1::ExportTraceServiceRequest;
use campanile_wire::opencensus::trace::v1 as oc;
use campanile_wire::otlp::Signal;
use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;
use prost_types::Timestamp;

use super::{encode_span, first_message};
use crate::testing::span;

fn translated(span: &SpanData) -> oc::Span {
    let mut bytes = Vec::new();
    encode_span(&mut bytes, span);
    oc::Span::decode(bytes.as_slice()).unwrap()
}

fn attribute(span: &oc::Span, key: &str) -> Option<oc::attribute_value::Value> {
    span.attributes
        .as_ref()?
        .attribute_map
        .get(key)?
        .value
        .clone()
}

fn string(text: &str) -> Option<oc::attribute_value::Value> {
    let text = oc::TruncatableString {
        value: text.to_owned(),
        truncated_byte_count: 0,
    };
    Some(oc::attribute_value::Value::StringValue(text))
}

fn text(text: Option<&oc::TruncatableString>) -> &str {
    text.map_or("", |text| text.value.as_str())
}

#[test]
fn a_bare_span_says_nothing_it_does_not_know() {
    let span = translated(&span("name"));
    let expected = oc::Span {
        trace_id: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
            .to_vec()
            .into(),
        span_id: [0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]
            .to_vec()
            .into(),
        name: Some(oc::TruncatableString {
            value: "name".into(),
            truncated_byte_count: 0,
        }),
        start_time: Some(Timestamp {
            seconds: 1_700_000_000,
            nanos: 1,
        }),
        end_time: Some(Timestamp {
            seconds: 1_700_000_000,
            nanos: 502,
        }),
        attributes: span.attributes.clone(),
        ..oc::Span::default()
    };
    assert_eq!(span, expected);
    assert_eq!(attribute(&span, "span.kind"), string("internal"));
    assert_eq!(span.attributes.unwrap().attribute_map.len(), 1);
}

#[test]
fn kinds_without_a_field_become_an_attribute() {
    let kinds = [
        (SpanKind::Server, 1, None),
        (SpanKind::Client, 2, None),
        (SpanKind::Internal, 0, string("internal")),
        (SpanKind::Producer, 0, string("producer")),
        (SpanKind::Consumer, 0, string("consumer")),
    ];
    for (kind, number, name) in kinds {
        let mut source = span("a");
        source.span_kind = kind;
        let span = translated(&source);
        assert_eq!((span.kind, attribute(&span, "span.kind")), (number, name));
    }
}

#[test]
fn a_status_of_ok_and_none_stay_apart() {
    let cases = [
        (Status::Unset, None, None),
        (
            Status::Ok,
            Some((0, "")),
            Some(oc::attribute_value::Value::IntValue(1)),
        ),
        (Status::error("broken"), Some((2, "broken")), None),
    ];
    for (status, expected, code) in cases {
        let mut source = span("a");
        source.status = status;
        let span = translated(&source);
        let status = span
            .status
            .as_ref()
            .map(|status| (status.code, status.message.as_str()));
        assert_eq!(
            (status, attribute(&span, "otel.status_code")),
            (expected, code)
        );
    }
}

#[test]
fn attributes_keep_their_types_and_lists_become_json() {
    let mut source = span("a");
    source.span_kind = SpanKind::Client;
    source.dropped_attributes_count = 3;
    let words = Array::String(vec!["a\"b".into(), "\u{e9}".into()]);
    source.attributes = vec![
        KeyValue::new("b", true),
        KeyValue::new("i", -5),
        KeyValue::new("f", 1.5),
        KeyValue::new("s", "old"),
        KeyValue::new("s", "new"),
        KeyValue::new("words", Value::Array(words)),
        KeyValue::new("numbers", Value::Array(Array::I64(vec![1, -2]))),
        KeyValue::new("floats", Value::Array(Array::F64(vec![1.5]))),
        KeyValue::new("flags", Value::Array(Array::Bool(vec![true, false]))),
    ];
    let span = translated(&source);
    assert_eq!(
        attribute(&span, "b"),
        Some(oc::attribute_value::Value::BoolValue(true))
    );
    assert_eq!(
        attribute(&span, "i"),
        Some(oc::attribute_value::Value::IntValue(-5))
    );
    assert_eq!(
        attribute(&span, "f"),
        Some(oc::attribute_value::Value::DoubleValue(1.5))
    );
    assert_eq!(attribute(&span, "s"), string("new"));
    assert_eq!(attribute(&span, "words"), string("[\"a\\\"b\",\"\u{e9}\"]"));
    assert_eq!(attribute(&span, "numbers"), string("[1,-2]"));
    assert_eq!(attribute(&span, "floats"), string("[1.5]"));
    assert_eq!(attribute(&span, "flags"), string("[true,false]"));
    let attributes = span.attributes.unwrap();
    assert_eq!(
        (
            attributes.attribute_map.len(),
            attributes.dropped_attributes_count
        ),
        (8, 3)
    );
}

#[test]
fn the_scope_becomes_attributes() {
    let mut source = span("a");
    source.instrumentation_scope = InstrumentationScope::builder("lib")
        .with_version("1.2")
        .build();
    let span = translated(&source);
    assert_eq!(attribute(&span, "otel.scope.name"), string("lib"));
    assert_eq!(attribute(&span, "otel.scope.version"), string("1.2"));
}

#[test]
fn a_parent_is_known_to_be_near_or_far() {
    for remote in [true, false] {
        let mut source = span("a");
        source.parent_span_id = SpanId::from(9);
        source.parent_span_is_remote = remote;
        let span = translated(&source);
        assert_eq!(span.parent_span_id, 9u64.to_be_bytes().to_vec());
        assert_eq!(span.same_process_as_parent_span, Some(!remote));
    }
}

#[test]
fn events_become_annotations() {
    let mut source = span("a");
    let time = UNIX_EPOCH + Duration::from_nanos(5_000_000_006);
    let event = Event::new("event", time, vec![KeyValue::new("x", 1)], 4);
    source.events.events.push(event);
    source.events.dropped_count = 2;
    let events = translated(&source).time_events.unwrap();
    assert_eq!(
        (
            events.dropped_annotations_count,
            events.dropped_message_events_count
        ),
        (2, 0)
    );
    let [event] = events.time_event.as_slice() else {
        panic!("one event")
    };
    assert_eq!(
        event.time,
        Some(Timestamp {
            seconds: 5,
            nanos: 6
        })
    );
    let Some(oc::span::time_event::Value::Annotation(annotation)) = &event.value else {
        panic!("an annotation")
    };
    assert_eq!(text(annotation.description.as_ref()), "event");
    let attributes = annotation.attributes.as_ref().unwrap();
    assert_eq!(
        (
            attributes.attribute_map.len(),
            attributes.dropped_attributes_count
        ),
        (1, 4)
    );
}

#[test]
fn links_and_trace_states_are_kept() {
    let state: TraceState = "a=1,b@c=2".parse().unwrap();
    let context = |trace: u128, id: u64| {
        let (trace, id) = (TraceId::from(trace), SpanId::from(id));
        SpanContext::new(trace, id, TraceFlags::SAMPLED, true, state.clone())
    };
    let mut source = span("a");
    source.span_context = context(1, 2);
    source
        .links
        .links
        .push(Link::new(context(3, 4), vec![KeyValue::new("x", 1)], 5));
    source.links.dropped_count = 6;
    let span = translated(&source);
    let entry = |key: &str, value: &str| oc::span::tracestate::Entry {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let state = oc::span::Tracestate {
        entries: vec![entry("a", "1"), entry("b@c", "2")],
    };
    assert_eq!(span.tracestate.as_ref(), Some(&state));
    let links = span.links.unwrap();
    assert_eq!(links.dropped_links_count, 6);
    let [link] = links.link.as_slice() else {
        panic!("one link")
    };
    assert_eq!(link.trace_id, 3u128.to_be_bytes().to_vec());
    assert_eq!(link.span_id, 4u64.to_be_bytes().to_vec());
    assert_eq!(link.r#type, 0);
    assert_eq!(link.tracestate.as_ref(), Some(&state));
    let attributes = link.attributes.as_ref().unwrap();
    assert_eq!(
        (
            attributes.attribute_map.len(),
            attributes.dropped_attributes_count
        ),
        (1, 5)
    );
}

#[test]
fn a_time_before_the_epoch_is_no_reason_to_panic() {
    let mut source = span("a");
    source.start_time = UNIX_EPOCH - Duration::from_millis(1500);
    let start = translated(&source).start_time.unwrap();
    assert_eq!((start.seconds, start.nanos), (-2, 500_000_000));
}

#[test]
fn the_node_is_made_of_the_resource_and_the_rest_are_labels() {
    let resource = Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", "shop"),
            KeyValue::new("host.name", "h"),
            KeyValue::new("process.pid", 77),
            KeyValue::new("telemetry.sdk.version", "0.33"),
            KeyValue::new("telemetry.sdk.language", "rust"),
            KeyValue::new("opencensus.resourcetype", "container"),
            KeyValue::new("list", Value::Array(Array::I64(vec![1]))),
        ])
        .build();
    let started = UNIX_EPOCH + Duration::from_secs(3);
    let message = first_message(Signal::Traces, &resource, started);
    let message = ExportTraceServiceRequest::decode(message.as_slice()).unwrap();
    assert!(message.spans.is_empty());
    let node = message.node.unwrap();
    let identifier = node.identifier.unwrap();
    assert_eq!((identifier.host_name.as_str(), identifier.pid), ("h", 77));
    assert_eq!(
        identifier.start_timestamp,
        Some(Timestamp {
            seconds: 3,
            nanos: 0
        })
    );
    assert_eq!(node.service_info.unwrap().name, "shop");
    let library = node.library_info.unwrap();
    assert_eq!(
        (library.language, library.core_library_version.as_str()),
        (0, "0.33")
    );
    assert_eq!(library.exporter_version, env!("CARGO_PKG_VERSION"));
    let resource = message.resource.unwrap();
    assert_eq!(resource.r#type, "container");
    let labels: Vec<_> = resource
        .labels
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        labels,
        [("list", "[1]"), ("telemetry.sdk.language", "rust")]
    );
}
