//! One span.

use campanile_wire::opencensus::trace::v1::span::{
    Link, Links, SpanKind as OpenCensusKind, TimeEvent, TimeEvents, Tracestate,
    time_event::{Annotation, Value as EventValue},
    tracestate::Entry,
};
use campanile_wire::opencensus::trace::v1::{Span, Status as OpenCensusStatus};
use opentelemetry::trace::{Event, SpanId, SpanKind, Status, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use prost::bytes::Bytes;

use super::attributes::{attributes, count, string};

/// `google.rpc.Code.UNKNOWN`: an error of which nothing else is known.
const UNKNOWN: i32 = 2;

pub(super) fn span(span: &SpanData) -> Span {
    let has_parent = span.parent_span_id != SpanId::INVALID;
    let extra = extra_attributes(span);
    Span {
        trace_id: Bytes::copy_from_slice(&span.span_context.trace_id().to_bytes()),
        span_id: id(span.span_context.span_id()),
        parent_span_id: if has_parent {
            id(span.parent_span_id)
        } else {
            Bytes::new()
        },
        name: Some(string(span.name.as_ref())),
        start_time: Some(span.start_time.into()),
        end_time: Some(span.end_time.into()),
        attributes: attributes(
            span.attributes.iter().cloned().chain(extra),
            span.dropped_attributes_count,
        ),
        stack_trace: None,
        time_events: time_events(&span.events),
        links: links(&span.links),
        status: status(&span.status),
        same_process_as_parent_span: has_parent.then_some(!span.parent_span_is_remote),
        child_span_count: None,
        kind: match &span.span_kind {
            SpanKind::Client => OpenCensusKind::Client,
            SpanKind::Server => OpenCensusKind::Server,
            SpanKind::Consumer | SpanKind::Internal | SpanKind::Producer => {
                OpenCensusKind::Unspecified
            }
        }
        .into(),
        tracestate: tracestate(span.span_context.trace_state()),
        resource: None,
    }
}

/// What has no field in OpenCensus.
fn extra_attributes(span: &SpanData) -> Vec<KeyValue> {
    let mut extra = scope(&span.instrumentation_scope);
    match &span.span_kind {
        SpanKind::Client | SpanKind::Server => {}
        SpanKind::Consumer => extra.push(KeyValue::new("span.kind", "consumer")),
        SpanKind::Internal => extra.push(KeyValue::new("span.kind", "internal")),
        SpanKind::Producer => extra.push(KeyValue::new("span.kind", "producer")),
    }
    if span.status == Status::Ok {
        extra.push(KeyValue::new("otel.status_code", 1));
    }
    extra
}

/// <https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/#instrumentationscope>
fn scope(scope: &InstrumentationScope) -> Vec<KeyValue> {
    let mut attributes = Vec::new();
    if !scope.name().is_empty() {
        attributes.push(KeyValue::new("otel.scope.name", scope.name().to_owned()));
    }
    if let Some(version) = scope.version().filter(|version| !version.is_empty()) {
        attributes.push(KeyValue::new("otel.scope.version", version.to_owned()));
    }
    attributes
}

/// An absent status means OK, which OpenTelemetry calls unset.
fn status(status: &Status) -> Option<OpenCensusStatus> {
    match status {
        Status::Error { description } => Some(OpenCensusStatus {
            code: UNKNOWN,
            message: description.clone().into_owned(),
        }),
        Status::Ok => Some(OpenCensusStatus {
            code: 0,
            message: String::new(),
        }),
        Status::Unset => None,
    }
}

fn time_events(events: &SpanEvents) -> Option<TimeEvents> {
    let dropped = events.dropped_count;
    let time_event: Vec<_> = events.events.iter().map(annotation).collect();
    (!time_event.is_empty() || dropped > 0).then(|| TimeEvents {
        time_event,
        dropped_annotations_count: count(dropped),
        dropped_message_events_count: 0,
    })
}

fn annotation(event: &Event) -> TimeEvent {
    TimeEvent {
        time: Some(event.timestamp.into()),
        value: Some(EventValue::Annotation(Annotation {
            description: Some(string(event.name.as_ref())),
            attributes: attributes(
                event.attributes.iter().cloned(),
                event.dropped_attributes_count,
            ),
        })),
    }
}

fn links(links: &SpanLinks) -> Option<Links> {
    let dropped = links.dropped_count;
    let link: Vec<_> = links
        .links
        .iter()
        .map(|link| Link {
            trace_id: Bytes::copy_from_slice(&link.span_context.trace_id().to_bytes()),
            span_id: id(link.span_context.span_id()),
            r#type: 0,
            attributes: attributes(
                link.attributes.iter().cloned(),
                link.dropped_attributes_count,
            ),
            tracestate: tracestate(link.span_context.trace_state()),
        })
        .collect();
    (!link.is_empty() || dropped > 0).then(|| Links {
        link,
        dropped_links_count: count(dropped),
    })
}

fn tracestate(state: &TraceState) -> Option<Tracestate> {
    let header = state.header();
    let entries: Vec<_> = header
        .split(',')
        .filter_map(|entry| entry.split_once('='))
        .map(|(key, value)| Entry {
            key: key.to_owned(),
            value: value.to_owned(),
        })
        .collect();
    (!entries.is_empty()).then_some(Tracestate { entries })
}

fn id(id: SpanId) -> Bytes {
    Bytes::copy_from_slice(&id.to_bytes())
}
