//! The export responses.

use super::{Field, Kind, Message};

/// `collector.trace.v1.ExportTraceServiceResponse`.
pub(super) static TRACES: Message = Message::new(
    "opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse",
    &[Field::one(
        1,
        "partialSuccess",
        Kind::Message(&TRACE_PARTIAL),
    )],
);

/// `collector.trace.v1.ExportTracePartialSuccess`.
static TRACE_PARTIAL: Message = Message::new(
    "opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess",
    &[
        Field::one(1, "rejectedSpans", Kind::Int64),
        Field::one(2, "errorMessage", Kind::String),
    ],
);

/// `collector.metrics.v1.ExportMetricsServiceResponse`.
pub(super) static METRICS: Message = Message::new(
    "opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse",
    &[Field::one(
        1,
        "partialSuccess",
        Kind::Message(&METRICS_PARTIAL),
    )],
);

/// `collector.metrics.v1.ExportMetricsPartialSuccess`.
static METRICS_PARTIAL: Message = Message::new(
    "opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess",
    &[
        Field::one(1, "rejectedDataPoints", Kind::Int64),
        Field::one(2, "errorMessage", Kind::String),
    ],
);

/// `collector.logs.v1.ExportLogsServiceResponse`.
pub(super) static LOGS: Message = Message::new(
    "opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse",
    &[Field::one(
        1,
        "partialSuccess",
        Kind::Message(&LOGS_PARTIAL),
    )],
);

/// `collector.logs.v1.ExportLogsPartialSuccess`.
static LOGS_PARTIAL: Message = Message::new(
    "opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess",
    &[
        Field::one(1, "rejectedLogRecords", Kind::Int64),
        Field::one(2, "errorMessage", Kind::String),
    ],
);
