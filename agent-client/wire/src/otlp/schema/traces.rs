//! The export request of spans.

use super::common::{INSTRUMENTATION_SCOPE, KEY_VALUE, RESOURCE};
use super::{Field, Kind, Message};

/// `collector.trace.v1.ExportTraceServiceRequest`.
pub(super) static REQUEST: Message = Message::new(
    "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest",
    &[Field::many(
        1,
        "resourceSpans",
        Kind::Message(&RESOURCE_SPANS),
    )],
);

/// `trace.v1.ResourceSpans`.
static RESOURCE_SPANS: Message = Message::new(
    "opentelemetry.proto.trace.v1.ResourceSpans",
    &[
        Field::one(1, "resource", Kind::Message(&RESOURCE)),
        Field::many(2, "scopeSpans", Kind::Message(&SCOPE_SPANS))
            .legacy("instrumentationLibrarySpans"),
        Field::one(3, "schemaUrl", Kind::String),
    ],
);

/// `trace.v1.ScopeSpans`.
static SCOPE_SPANS: Message = Message::new(
    "opentelemetry.proto.trace.v1.ScopeSpans",
    &[
        Field::one(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE))
            .legacy("instrumentationLibrary"),
        Field::many(2, "spans", Kind::Message(&SPAN)),
        Field::one(3, "schemaUrl", Kind::String),
    ],
);

/// `trace.v1.Span`.
static SPAN: Message = Message::new(
    "opentelemetry.proto.trace.v1.Span",
    &[
        Field::one(1, "traceId", Kind::Hex),
        Field::one(2, "spanId", Kind::Hex),
        Field::one(3, "traceState", Kind::String),
        Field::one(4, "parentSpanId", Kind::Hex),
        Field::one(5, "name", Kind::String),
        Field::one(6, "kind", Kind::Enum),
        Field::one(7, "startTimeUnixNano", Kind::Fixed64),
        Field::one(8, "endTimeUnixNano", Kind::Fixed64),
        Field::many(9, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(10, "droppedAttributesCount", Kind::Uint32),
        Field::many(11, "events", Kind::Message(&EVENT)),
        Field::one(12, "droppedEventsCount", Kind::Uint32),
        Field::many(13, "links", Kind::Message(&LINK)),
        Field::one(14, "droppedLinksCount", Kind::Uint32),
        Field::one(15, "status", Kind::Message(&STATUS)),
        Field::one(16, "flags", Kind::Fixed32),
    ],
);

/// `trace.v1.Span.Event`.
static EVENT: Message = Message::new(
    "opentelemetry.proto.trace.v1.Span.Event",
    &[
        Field::one(1, "timeUnixNano", Kind::Fixed64),
        Field::one(2, "name", Kind::String),
        Field::many(3, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(4, "droppedAttributesCount", Kind::Uint32),
    ],
);

/// `trace.v1.Span.Link`.
static LINK: Message = Message::new(
    "opentelemetry.proto.trace.v1.Span.Link",
    &[
        Field::one(1, "traceId", Kind::Hex),
        Field::one(2, "spanId", Kind::Hex),
        Field::one(3, "traceState", Kind::String),
        Field::many(4, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(5, "droppedAttributesCount", Kind::Uint32),
        Field::one(6, "flags", Kind::Fixed32),
    ],
);

/// `trace.v1.Status`.
static STATUS: Message = Message::new(
    "opentelemetry.proto.trace.v1.Status",
    &[
        Field::one(2, "message", Kind::String),
        Field::one(3, "code", Kind::Enum),
    ],
);
