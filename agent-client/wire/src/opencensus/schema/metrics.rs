//! The export request of metrics.

use super::common::{DOUBLE, INT64, NODE, RESOURCE, TEXT_ENTRY};
use crate::otlp::schema::{Field, Kind, Message};

/// `agent.metrics.v1.ExportMetricsServiceRequest`.
pub(in crate::opencensus) static EXPORT_METRICS_SERVICE_REQUEST: Message = Message::new(
    "opencensus.proto.agent.metrics.v1.ExportMetricsServiceRequest",
    &[
        Field::one(1, "node", Kind::Message(&NODE)),
        Field::many(2, "metrics", Kind::Message(&METRIC)),
        Field::one(3, "resource", Kind::Message(&RESOURCE)),
    ],
)
.snake();

/// `metrics.v1.Metric`.
static METRIC: Message = Message::new(
    "opencensus.proto.metrics.v1.Metric",
    &[
        Field::one(1, "metricDescriptor", Kind::Message(&METRIC_DESCRIPTOR)),
        Field::many(2, "timeseries", Kind::Message(&TIME_SERIES)),
        Field::one(3, "resource", Kind::Message(&RESOURCE)),
    ],
)
.snake();

/// `metrics.v1.MetricDescriptor`.
static METRIC_DESCRIPTOR: Message = Message::new(
    "opencensus.proto.metrics.v1.MetricDescriptor",
    &[
        Field::one(1, "name", Kind::String),
        Field::one(2, "description", Kind::String),
        Field::one(3, "unit", Kind::String),
        Field::one(4, "type", Kind::Named(METRIC_DESCRIPTOR_TYPE)),
        Field::many(5, "labelKeys", Kind::Message(&LABEL_KEY)),
    ],
)
.snake();

/// `metrics.v1.LabelKey`.
static LABEL_KEY: Message = Message::new(
    "opencensus.proto.metrics.v1.LabelKey",
    &[
        Field::one(1, "key", Kind::String),
        Field::one(2, "description", Kind::String),
    ],
)
.snake();

/// `metrics.v1.TimeSeries`.
static TIME_SERIES: Message = Message::new(
    "opencensus.proto.metrics.v1.TimeSeries",
    &[
        Field::one(1, "startTimestamp", Kind::Timestamp),
        Field::many(2, "labelValues", Kind::Message(&LABEL_VALUE)),
        Field::many(3, "points", Kind::Message(&POINT)),
    ],
)
.snake();

/// `metrics.v1.LabelValue`.
static LABEL_VALUE: Message = Message::new(
    "opencensus.proto.metrics.v1.LabelValue",
    &[
        Field::one(1, "value", Kind::String),
        Field::one(2, "hasValue", Kind::Bool),
    ],
)
.snake();

/// `metrics.v1.Point`.
static POINT: Message = Message::new(
    "opencensus.proto.metrics.v1.Point",
    &[
        Field::one(1, "timestamp", Kind::Timestamp),
        Field::oneof(2, "int64Value", Kind::Int64),
        Field::oneof(3, "doubleValue", Kind::Double),
        Field::oneof(4, "distributionValue", Kind::Message(&DISTRIBUTION_VALUE)),
        Field::oneof(5, "summaryValue", Kind::Message(&SUMMARY_VALUE)),
    ],
)
.snake();

/// `metrics.v1.DistributionValue`.
static DISTRIBUTION_VALUE: Message = Message::new(
    "opencensus.proto.metrics.v1.DistributionValue",
    &[
        Field::one(1, "count", Kind::Int64),
        Field::one(2, "sum", Kind::Double),
        Field::one(3, "sumOfSquaredDeviation", Kind::Double),
        Field::one(
            4,
            "bucketOptions",
            Kind::Message(&DISTRIBUTION_VALUE_BUCKET_OPTIONS),
        ),
        Field::many(5, "buckets", Kind::Message(&DISTRIBUTION_VALUE_BUCKET)),
    ],
)
.snake();

/// `metrics.v1.DistributionValue.BucketOptions`.
static DISTRIBUTION_VALUE_BUCKET_OPTIONS: Message = Message::new(
    "opencensus.proto.metrics.v1.DistributionValue.BucketOptions",
    &[Field::oneof(
        1,
        "explicit",
        Kind::Message(&DISTRIBUTION_VALUE_BUCKET_OPTIONS_EXPLICIT),
    )],
)
.snake();

/// `metrics.v1.DistributionValue.BucketOptions.Explicit`.
static DISTRIBUTION_VALUE_BUCKET_OPTIONS_EXPLICIT: Message = Message::new(
    "opencensus.proto.metrics.v1.DistributionValue.BucketOptions.Explicit",
    &[Field::many(1, "bounds", Kind::Double)],
)
.snake();

/// `metrics.v1.DistributionValue.Bucket`.
static DISTRIBUTION_VALUE_BUCKET: Message = Message::new(
    "opencensus.proto.metrics.v1.DistributionValue.Bucket",
    &[
        Field::one(1, "count", Kind::Int64),
        Field::one(2, "exemplar", Kind::Message(&DISTRIBUTION_VALUE_EXEMPLAR)),
    ],
)
.snake();

/// `metrics.v1.DistributionValue.Exemplar`.
static DISTRIBUTION_VALUE_EXEMPLAR: Message = Message::new(
    "opencensus.proto.metrics.v1.DistributionValue.Exemplar",
    &[
        Field::one(1, "value", Kind::Double),
        Field::one(2, "timestamp", Kind::Timestamp),
        Field::many(3, "attachments", Kind::Map(&TEXT_ENTRY)),
    ],
)
.snake();

/// `metrics.v1.SummaryValue`.
static SUMMARY_VALUE: Message = Message::new(
    "opencensus.proto.metrics.v1.SummaryValue",
    &[
        Field::one(1, "count", Kind::Wrapper(&INT64)),
        Field::one(2, "sum", Kind::Wrapper(&DOUBLE)),
        Field::one(3, "snapshot", Kind::Message(&SUMMARY_VALUE_SNAPSHOT)),
    ],
)
.snake();

/// `metrics.v1.SummaryValue.Snapshot`.
static SUMMARY_VALUE_SNAPSHOT: Message = Message::new(
    "opencensus.proto.metrics.v1.SummaryValue.Snapshot",
    &[
        Field::one(1, "count", Kind::Wrapper(&INT64)),
        Field::one(2, "sum", Kind::Wrapper(&DOUBLE)),
        Field::many(
            3,
            "percentileValues",
            Kind::Message(&SUMMARY_VALUE_SNAPSHOT_VALUE_AT_PERCENTILE),
        ),
    ],
)
.snake();

/// `metrics.v1.SummaryValue.Snapshot.ValueAtPercentile`.
static SUMMARY_VALUE_SNAPSHOT_VALUE_AT_PERCENTILE: Message = Message::new(
    "opencensus.proto.metrics.v1.SummaryValue.Snapshot.ValueAtPercentile",
    &[
        Field::one(1, "percentile", Kind::Double),
        Field::one(2, "value", Kind::Double),
    ],
)
.snake();

/// `metrics.v1.MetricDescriptor.Type`.
const METRIC_DESCRIPTOR_TYPE: &[&str] = &[
    "UNSPECIFIED",
    "GAUGE_INT64",
    "GAUGE_DOUBLE",
    "GAUGE_DISTRIBUTION",
    "CUMULATIVE_INT64",
    "CUMULATIVE_DOUBLE",
    "CUMULATIVE_DISTRIBUTION",
    "SUMMARY",
];
