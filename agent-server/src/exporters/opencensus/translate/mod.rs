//! OTLP to OpenCensus, written straight into the bytes of the protocol's messages: the reverse of
//! the `opencensus` receiver's translation, which reads back what is kept here in attributes.
//!
//! Each `ResourceSpans` and `ResourceMetrics` becomes messages of its own, with a node and a
//! resource in every one.
//!
//! | OTLP | OpenCensus |
//! |---|---|
//! | resource attributes `service.name`, `host.name`, `process.pid`, `opencensus.starttime`, `telemetry.sdk.language`, `telemetry.sdk.version`, `opencensus.exporterversion` | the node, where it can hold them |
//! | `opencensus.resourcetype` | type of the resource |
//! | other resource attributes | labels, as text; `cloud.availability_zone` is `cloud.zone` |
//! | schema URL and dropped attributes of the resource | labels `otel.schema_url`, `otel.dropped_attributes_count` |
//! | kinds internal, producer, consumer | attribute `span.kind` |
//! | status unset, ok, error | code 0; 0 and attribute `otel.status_code` 1; the attribute `opencensus.status_code`, or else what `rpc.grpc.status_code` or an HTTP status says, or else 2 |
//! | attribute lists and maps, bytes | JSON, base64 |
//! | event that a message event was made of | message event |
//! | other events | annotations |
//! | flags of spans and links | attribute `otel.flags` |
//! | scope | attributes (of metrics: labels) `otel.scope.name`, `otel.scope.version`, `otel.scope.schema_url`, `otel.scope.dropped_attributes_count`, `otel.scope.attribute.KEY` |
//! | gauge; sum that is cumulative and monotonic | `GAUGE_*`; `CUMULATIVE_*`: of integers if all points are |
//! | other sums | `GAUGE_*`, and a label `otel.sum` that no series has a value for; its description says what the sum was |
//! | histogram, cumulative or not | `CUMULATIVE_DISTRIBUTION`, `GAUGE_DISTRIBUTION` |
//! | exponential histogram | the same with computed bounds: see `metrics/exponential.rs` |
//! | summary | `SUMMARY` |
//! | metadata of a metric | labels `otel.metadata.KEY` that no series has a value for; their descriptions are the values |
//!
//! # Limits
//!
//! Lost: the types of resource attributes, labels and lists (they become text), minimum and maximum
//! of histograms, exemplars of numbers and all but the newest of each bucket.

mod attributes;
mod event;
mod field;
mod link;
mod metrics;
mod origin;
mod request;
mod span;
mod status;

pub(super) use self::request::messages;
