//! The export request of metrics.

use super::common::{INSTRUMENTATION_SCOPE, KEY_VALUE, RESOURCE};
use super::{Field, Kind, Message};

/// `collector.metrics.v1.ExportMetricsServiceRequest`.
pub(super) static REQUEST: Message = Message::new(
    "opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest",
    &[Field::many(
        1,
        "resourceMetrics",
        Kind::Message(&RESOURCE_METRICS),
    )],
);

/// `metrics.v1.ResourceMetrics`.
static RESOURCE_METRICS: Message = Message::new(
    "opentelemetry.proto.metrics.v1.ResourceMetrics",
    &[
        Field::one(1, "resource", Kind::Message(&RESOURCE)),
        Field::many(2, "scopeMetrics", Kind::Message(&SCOPE_METRICS))
            .legacy("instrumentationLibraryMetrics"),
        Field::one(3, "schemaUrl", Kind::String),
    ],
);

/// `metrics.v1.ScopeMetrics`.
static SCOPE_METRICS: Message = Message::new(
    "opentelemetry.proto.metrics.v1.ScopeMetrics",
    &[
        Field::one(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE))
            .legacy("instrumentationLibrary"),
        Field::many(2, "metrics", Kind::Message(&METRIC)),
        Field::one(3, "schemaUrl", Kind::String),
    ],
);

/// `metrics.v1.Metric`.
static METRIC: Message = Message::new(
    "opentelemetry.proto.metrics.v1.Metric",
    &[
        Field::one(1, "name", Kind::String),
        Field::one(2, "description", Kind::String),
        Field::one(3, "unit", Kind::String),
        Field::oneof(5, "gauge", Kind::Message(&GAUGE)),
        Field::oneof(7, "sum", Kind::Message(&SUM)),
        Field::oneof(9, "histogram", Kind::Message(&HISTOGRAM)),
        Field::oneof(
            10,
            "exponentialHistogram",
            Kind::Message(&EXPONENTIAL_HISTOGRAM),
        ),
        Field::oneof(11, "summary", Kind::Message(&SUMMARY)),
        Field::many(12, "metadata", Kind::Message(&KEY_VALUE)),
    ],
);

/// `metrics.v1.Gauge`.
static GAUGE: Message = Message::new(
    "opentelemetry.proto.metrics.v1.Gauge",
    &[Field::many(
        1,
        "dataPoints",
        Kind::Message(&NUMBER_DATA_POINT),
    )],
);

/// `metrics.v1.Sum`.
static SUM: Message = Message::new(
    "opentelemetry.proto.metrics.v1.Sum",
    &[
        Field::many(1, "dataPoints", Kind::Message(&NUMBER_DATA_POINT)),
        Field::one(2, "aggregationTemporality", Kind::Enum),
        Field::one(3, "isMonotonic", Kind::Bool),
    ],
);

/// `metrics.v1.Histogram`.
static HISTOGRAM: Message = Message::new(
    "opentelemetry.proto.metrics.v1.Histogram",
    &[
        Field::many(1, "dataPoints", Kind::Message(&HISTOGRAM_DATA_POINT)),
        Field::one(2, "aggregationTemporality", Kind::Enum),
    ],
);

/// `metrics.v1.ExponentialHistogram`.
static EXPONENTIAL_HISTOGRAM: Message = Message::new(
    "opentelemetry.proto.metrics.v1.ExponentialHistogram",
    &[
        Field::many(
            1,
            "dataPoints",
            Kind::Message(&EXPONENTIAL_HISTOGRAM_DATA_POINT),
        ),
        Field::one(2, "aggregationTemporality", Kind::Enum),
    ],
);

/// `metrics.v1.Summary`.
static SUMMARY: Message = Message::new(
    "opentelemetry.proto.metrics.v1.Summary",
    &[Field::many(
        1,
        "dataPoints",
        Kind::Message(&SUMMARY_DATA_POINT),
    )],
);

/// `metrics.v1.NumberDataPoint`.
static NUMBER_DATA_POINT: Message = Message::new(
    "opentelemetry.proto.metrics.v1.NumberDataPoint",
    &[
        Field::one(2, "startTimeUnixNano", Kind::Fixed64),
        Field::one(3, "timeUnixNano", Kind::Fixed64),
        Field::oneof(4, "asDouble", Kind::Double),
        Field::many(5, "exemplars", Kind::Message(&EXEMPLAR)),
        Field::oneof(6, "asInt", Kind::Sfixed64),
        Field::many(7, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(8, "flags", Kind::Uint32),
    ],
);

/// `metrics.v1.HistogramDataPoint`.
static HISTOGRAM_DATA_POINT: Message = Message::new(
    "opentelemetry.proto.metrics.v1.HistogramDataPoint",
    &[
        Field::one(2, "startTimeUnixNano", Kind::Fixed64),
        Field::one(3, "timeUnixNano", Kind::Fixed64),
        Field::one(4, "count", Kind::Fixed64),
        Field::optional(5, "sum", Kind::Double),
        Field::many(6, "bucketCounts", Kind::Fixed64),
        Field::many(7, "explicitBounds", Kind::Double),
        Field::many(8, "exemplars", Kind::Message(&EXEMPLAR)),
        Field::many(9, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(10, "flags", Kind::Uint32),
        Field::optional(11, "min", Kind::Double),
        Field::optional(12, "max", Kind::Double),
    ],
);

/// `metrics.v1.ExponentialHistogramDataPoint`.
static EXPONENTIAL_HISTOGRAM_DATA_POINT: Message = Message::new(
    "opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint",
    &[
        Field::many(1, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(2, "startTimeUnixNano", Kind::Fixed64),
        Field::one(3, "timeUnixNano", Kind::Fixed64),
        Field::one(4, "count", Kind::Fixed64),
        Field::optional(5, "sum", Kind::Double),
        Field::one(6, "scale", Kind::Sint32),
        Field::one(7, "zeroCount", Kind::Fixed64),
        Field::one(8, "positive", Kind::Message(&BUCKETS)),
        Field::one(9, "negative", Kind::Message(&BUCKETS)),
        Field::one(10, "flags", Kind::Uint32),
        Field::many(11, "exemplars", Kind::Message(&EXEMPLAR)),
        Field::optional(12, "min", Kind::Double),
        Field::optional(13, "max", Kind::Double),
        Field::one(14, "zeroThreshold", Kind::Double),
    ],
);

/// `metrics.v1.ExponentialHistogramDataPoint.Buckets`.
static BUCKETS: Message = Message::new(
    "opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets",
    &[
        Field::one(1, "offset", Kind::Sint32),
        Field::many(2, "bucketCounts", Kind::Uint64),
    ],
);

/// `metrics.v1.SummaryDataPoint`.
static SUMMARY_DATA_POINT: Message = Message::new(
    "opentelemetry.proto.metrics.v1.SummaryDataPoint",
    &[
        Field::one(2, "startTimeUnixNano", Kind::Fixed64),
        Field::one(3, "timeUnixNano", Kind::Fixed64),
        Field::one(4, "count", Kind::Fixed64),
        Field::one(5, "sum", Kind::Double),
        Field::many(6, "quantileValues", Kind::Message(&VALUE_AT_QUANTILE)),
        Field::many(7, "attributes", Kind::Message(&KEY_VALUE)),
        Field::one(8, "flags", Kind::Uint32),
    ],
);

/// `metrics.v1.SummaryDataPoint.ValueAtQuantile`.
static VALUE_AT_QUANTILE: Message = Message::new(
    "opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile",
    &[
        Field::one(1, "quantile", Kind::Double),
        Field::one(2, "value", Kind::Double),
    ],
);

/// `metrics.v1.Exemplar`.
static EXEMPLAR: Message = Message::new(
    "opentelemetry.proto.metrics.v1.Exemplar",
    &[
        Field::one(2, "timeUnixNano", Kind::Fixed64),
        Field::oneof(3, "asDouble", Kind::Double),
        Field::one(4, "spanId", Kind::Hex),
        Field::one(5, "traceId", Kind::Hex),
        Field::oneof(6, "asInt", Kind::Sfixed64),
        Field::many(7, "filteredAttributes", Kind::Message(&KEY_VALUE)),
    ],
);
