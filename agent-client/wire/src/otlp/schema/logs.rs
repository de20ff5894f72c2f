//! The export request of log records.

use super::common::{ANY_VALUE, INSTRUMENTATION_SCOPE, KEY_VALUE, RESOURCE};
use super::{Field, Kind, Message};

/// `collector.logs.v1.ExportLogsServiceRequest`.
pub(super) static REQUEST: Message = Message::new(
    "opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest",
    &[Field::many(
        1,
        "resourceLogs",
        Kind::Message(&RESOURCE_LOGS),
    )],
);

/// `logs.v1.ResourceLogs`.
static RESOURCE_LOGS: Message = Message::new(
    "opentelemetry.proto.logs.v1.ResourceLogs",
    &[
        Field::one(1, "resource", Kind::Message(&RESOURCE)),
        Field::many(2, "scopeLogs", Kind::Message(&SCOPE_LOGS))
            .legacy("instrumentationLibraryLogs"),
        Field::one(3, "schemaUrl", Kind::String),
    ],
);

/// `logs.v1.ScopeLogs`.
static SCOPE_LOGS: Message = Message::new(
    "opentelemetry.proto.logs.v1.ScopeLogs",
    &[
        Field::one(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE))
            .legacy("instrumentationLibrary"),
        Field::many(2, "logRecords", Kind::Message(&LOG_RECORD)).legacy("logs"),
        Field::one(3, "schemaUrl", Kind::String),
    ],
);

/// `logs.v1.LogRecord`.
static LOG_RECORD: Message = Message::new(
    "opentelemetry.proto.logs.v1.LogRecord",
    &[
        Field::one(1, "timeUnixNano", Kind::Fixed64),
        Field::one(2, "severityNumber", Kind::Enum),
        Field::one(3, "severityText", Kind::String),
        Field::one(5, "body", Kind::Message(&ANY_VALUE)),
        Field::many(6, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(7, "droppedAttributesCount", Kind::Uint32),
        Field::one(8, "flags", Kind::Fixed32),
        Field::one(9, "traceId", Kind::Hex),
        Field::one(10, "spanId", Kind::Hex),
        Field::one(11, "observedTimeUnixNano", Kind::Fixed64),
        Field::one(12, "eventName", Kind::String),
    ],
);
