//! The export request of spans.

use super::common::{BOOL, NODE, RESOURCE, UINT32};
use crate::otlp::schema::{Field, Kind, Message};

/// `agent.trace.v1.ExportTraceServiceRequest`.
pub(in crate::opencensus) static EXPORT_TRACE_SERVICE_REQUEST: Message = Message::new(
    "opencensus.proto.agent.trace.v1.ExportTraceServiceRequest",
    &[
        Field::one(1, "node", Kind::Message(&NODE)),
        Field::many(2, "spans", Kind::Message(&SPAN)),
        Field::one(3, "resource", Kind::Message(&RESOURCE)),
    ],
)
.snake();

/// `trace.v1.Span`.
static SPAN: Message = Message::new(
    "opencensus.proto.trace.v1.Span",
    &[
        Field::one(1, "traceId", Kind::Bytes),
        Field::one(2, "spanId", Kind::Bytes),
        Field::one(3, "parentSpanId", Kind::Bytes),
        Field::one(4, "name", Kind::Message(&TRUNCATABLE_STRING)),
        Field::one(5, "startTime", Kind::Timestamp),
        Field::one(6, "endTime", Kind::Timestamp),
        Field::one(7, "attributes", Kind::Message(&SPAN_ATTRIBUTES)),
        Field::one(8, "stackTrace", Kind::Message(&STACK_TRACE)),
        Field::one(9, "timeEvents", Kind::Message(&SPAN_TIME_EVENTS)),
        Field::one(10, "links", Kind::Message(&SPAN_LINKS)),
        Field::one(11, "status", Kind::Message(&STATUS)),
        Field::one(12, "sameProcessAsParentSpan", Kind::Wrapper(&BOOL)),
        Field::one(13, "childSpanCount", Kind::Wrapper(&UINT32)),
        Field::one(14, "kind", Kind::Named(SPAN_SPAN_KIND)),
        Field::one(15, "tracestate", Kind::Message(&SPAN_TRACESTATE)),
        Field::one(16, "resource", Kind::Message(&RESOURCE)),
    ],
)
.snake();

/// `trace.v1.TruncatableString`.
static TRUNCATABLE_STRING: Message = Message::new(
    "opencensus.proto.trace.v1.TruncatableString",
    &[
        Field::one(1, "value", Kind::String),
        Field::one(2, "truncatedByteCount", Kind::Int32),
    ],
)
.snake();

/// `trace.v1.Span.Attributes`.
static SPAN_ATTRIBUTES: Message = Message::new(
    "opencensus.proto.trace.v1.Span.Attributes",
    &[
        Field::many(1, "attributeMap", Kind::Map(&ATTRIBUTE_ENTRY)),
        Field::one(2, "droppedAttributesCount", Kind::Int32),
    ],
)
.snake();

/// `trace.v1.StackTrace`.
static STACK_TRACE: Message = Message::new(
    "opencensus.proto.trace.v1.StackTrace",
    &[
        Field::one(1, "stackFrames", Kind::Message(&STACK_TRACE_STACK_FRAMES)),
        Field::one(2, "stackTraceHashId", Kind::Uint64),
    ],
)
.snake();

/// `trace.v1.StackTrace.StackFrames`.
static STACK_TRACE_STACK_FRAMES: Message = Message::new(
    "opencensus.proto.trace.v1.StackTrace.StackFrames",
    &[
        Field::many(1, "frame", Kind::Message(&STACK_TRACE_STACK_FRAME)),
        Field::one(2, "droppedFramesCount", Kind::Int32),
    ],
)
.snake();

/// `trace.v1.StackTrace.StackFrame`.
static STACK_TRACE_STACK_FRAME: Message = Message::new(
    "opencensus.proto.trace.v1.StackTrace.StackFrame",
    &[
        Field::one(1, "functionName", Kind::Message(&TRUNCATABLE_STRING)),
        Field::one(
            2,
            "originalFunctionName",
            Kind::Message(&TRUNCATABLE_STRING),
        ),
        Field::one(3, "fileName", Kind::Message(&TRUNCATABLE_STRING)),
        Field::one(4, "lineNumber", Kind::Int64),
        Field::one(5, "columnNumber", Kind::Int64),
        Field::one(6, "loadModule", Kind::Message(&MODULE)),
        Field::one(7, "sourceVersion", Kind::Message(&TRUNCATABLE_STRING)),
    ],
)
.snake();

/// `trace.v1.Module`.
static MODULE: Message = Message::new(
    "opencensus.proto.trace.v1.Module",
    &[
        Field::one(1, "module", Kind::Message(&TRUNCATABLE_STRING)),
        Field::one(2, "buildId", Kind::Message(&TRUNCATABLE_STRING)),
    ],
)
.snake();

/// `trace.v1.Span.TimeEvents`.
static SPAN_TIME_EVENTS: Message = Message::new(
    "opencensus.proto.trace.v1.Span.TimeEvents",
    &[
        Field::many(1, "timeEvent", Kind::Message(&SPAN_TIME_EVENT)),
        Field::one(2, "droppedAnnotationsCount", Kind::Int32),
        Field::one(3, "droppedMessageEventsCount", Kind::Int32),
    ],
)
.snake();

/// `trace.v1.Span.TimeEvent`.
static SPAN_TIME_EVENT: Message = Message::new(
    "opencensus.proto.trace.v1.Span.TimeEvent",
    &[
        Field::one(1, "time", Kind::Timestamp),
        Field::oneof(2, "annotation", Kind::Message(&SPAN_TIME_EVENT_ANNOTATION)),
        Field::oneof(
            3,
            "messageEvent",
            Kind::Message(&SPAN_TIME_EVENT_MESSAGE_EVENT),
        ),
    ],
)
.snake();

/// `trace.v1.Span.TimeEvent.Annotation`.
static SPAN_TIME_EVENT_ANNOTATION: Message = Message::new(
    "opencensus.proto.trace.v1.Span.TimeEvent.Annotation",
    &[
        Field::one(1, "description", Kind::Message(&TRUNCATABLE_STRING)),
        Field::one(2, "attributes", Kind::Message(&SPAN_ATTRIBUTES)),
    ],
)
.snake();

/// `trace.v1.Span.TimeEvent.MessageEvent`.
static SPAN_TIME_EVENT_MESSAGE_EVENT: Message = Message::new(
    "opencensus.proto.trace.v1.Span.TimeEvent.MessageEvent",
    &[
        Field::one(1, "type", Kind::Named(SPAN_TIME_EVENT_MESSAGE_EVENT_TYPE)),
        Field::one(2, "id", Kind::Uint64),
        Field::one(3, "uncompressedSize", Kind::Uint64),
        Field::one(4, "compressedSize", Kind::Uint64),
    ],
)
.snake();

/// `trace.v1.Span.Links`.
static SPAN_LINKS: Message = Message::new(
    "opencensus.proto.trace.v1.Span.Links",
    &[
        Field::many(1, "link", Kind::Message(&SPAN_LINK)),
        Field::one(2, "droppedLinksCount", Kind::Int32),
    ],
)
.snake();

/// `trace.v1.Span.Link`.
static SPAN_LINK: Message = Message::new(
    "opencensus.proto.trace.v1.Span.Link",
    &[
        Field::one(1, "traceId", Kind::Bytes),
        Field::one(2, "spanId", Kind::Bytes),
        Field::one(3, "type", Kind::Named(SPAN_LINK_TYPE)),
        Field::one(4, "attributes", Kind::Message(&SPAN_ATTRIBUTES)),
        Field::one(5, "tracestate", Kind::Message(&SPAN_TRACESTATE)),
    ],
)
.snake();

/// `trace.v1.Span.Tracestate`.
static SPAN_TRACESTATE: Message = Message::new(
    "opencensus.proto.trace.v1.Span.Tracestate",
    &[Field::many(
        1,
        "entries",
        Kind::Message(&SPAN_TRACESTATE_ENTRY),
    )],
)
.snake();

/// `trace.v1.Span.Tracestate.Entry`.
static SPAN_TRACESTATE_ENTRY: Message = Message::new(
    "opencensus.proto.trace.v1.Span.Tracestate.Entry",
    &[
        Field::one(1, "key", Kind::String),
        Field::one(2, "value", Kind::String),
    ],
)
.snake();

/// `trace.v1.Status`.
static STATUS: Message = Message::new(
    "opencensus.proto.trace.v1.Status",
    &[
        Field::one(1, "code", Kind::Int32),
        Field::one(2, "message", Kind::String),
    ],
)
.snake();

/// `trace.v1.AttributeValue`.
static ATTRIBUTE_VALUE: Message = Message::new(
    "opencensus.proto.trace.v1.AttributeValue",
    &[
        Field::oneof(1, "stringValue", Kind::Message(&TRUNCATABLE_STRING)),
        Field::oneof(2, "intValue", Kind::Int64),
        Field::oneof(3, "boolValue", Kind::Bool),
        Field::oneof(4, "doubleValue", Kind::Double),
    ],
)
.snake();

/// An entry of `Attributes.attribute_map`.
static ATTRIBUTE_ENTRY: Message = Message::new(
    "map<string,opencensus.proto.trace.v1.AttributeValue>",
    &[
        Field::one(1, "key", Kind::String),
        Field::one(2, "value", Kind::Message(&ATTRIBUTE_VALUE)),
    ],
);

/// `trace.v1.Span.TimeEvent.MessageEvent.Type`.
const SPAN_TIME_EVENT_MESSAGE_EVENT_TYPE: &[&str] = &["TYPE_UNSPECIFIED", "SENT", "RECEIVED"];

/// `trace.v1.Span.Link.Type`.
const SPAN_LINK_TYPE: &[&str] = &[
    "TYPE_UNSPECIFIED",
    "CHILD_LINKED_SPAN",
    "PARENT_LINKED_SPAN",
];

/// `trace.v1.Span.SpanKind`.
const SPAN_SPAN_KIND: &[&str] = &["SPAN_KIND_UNSPECIFIED", "SERVER", "CLIENT"];
