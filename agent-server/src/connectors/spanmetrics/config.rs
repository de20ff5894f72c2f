//! What a user writes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::checks::default_buckets;
use crate::config::HumanDuration;
use crate::receivers::Unsupported;

/// The configuration of `spanmetrics`, with the Collector's keys and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Stands before the names of the metrics, with a dot; empty for none. Default
    /// traces.span.metrics.
    pub(crate) namespace: String,
    /// The metric of durations.
    pub(crate) histogram: Histogram,
    /// Attributes that tell series of every metric apart. Default none.
    pub(crate) dimensions: Vec<Dimension>,
    /// Those that tell series of `calls` apart beside `dimensions`. Default none.
    pub(crate) calls_dimensions: Vec<Dimension>,
    /// Which of `service.name`, `span.name`, `span.kind` and `status.code` to leave out. Default
    /// none.
    pub(crate) exclude_dimensions: Vec<String>,
    /// Whether points count since a fixed start or since the point before. Default
    /// AGGREGATION_TEMPORALITY_CUMULATIVE.
    pub(crate) aggregation_temporality: Aggregation,
    /// How often metrics are handed over; not 0. Default 60s.
    pub(crate) metrics_flush_interval: HumanDuration,
    /// How long after its last span a resource is forgotten with all its series; 0 for never.
    /// Default 0s.
    pub(crate) metrics_expiration: HumanDuration,
    /// How long after its last span a series is forgotten; 0 for never. Default 0s.
    pub(crate) series_expiration: HumanDuration,
    /// Series of one metric and resource, beyond which spans count in the series
    /// `otel.metric.overflow`; 0 for 10,000, where the Collector has no limit. Default 0.
    pub(crate) aggregation_cardinality_limit: u32,
    /// Resources that are kept apart. Default 1000.
    pub(crate) resource_metrics_cache_size: u32,
    /// The resource attributes that tell resources apart; empty for all of them. Default none.
    pub(crate) resource_metrics_key_attributes: Vec<String>,
    /// With delta temporality, series of one metric and resource that are remembered while they
    /// count nothing. Default 1000.
    pub(crate) metric_timestamp_cache_size: u32,
    /// Spans that stand as examples beside durations.
    pub(crate) exemplars: Exemplars,
    /// The metric of span events.
    pub(crate) events: Events,
    /// The instrumentation scopes whose name and version tell series apart. Default none.
    pub(crate) include_instrumentation_scope: Vec<String>,
    /// Not supported: an attribute that tells agents apart.
    #[serde(skip_serializing)]
    pub(crate) include_collector_instance_id: Unsupported,
    /// Not supported: the resource is always that of the spans.
    #[serde(skip_serializing)]
    pub(crate) add_resource_attributes: Unsupported,
    /// Not supported: the Collector has it no more; see `resource_metrics_cache_size`.
    #[serde(skip_serializing)]
    pub(crate) dimensions_cache_size: Unsupported,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            namespace: "traces.span.metrics".to_owned(),
            histogram: Histogram::default(),
            dimensions: Vec::new(),
            calls_dimensions: Vec::new(),
            exclude_dimensions: Vec::new(),
            aggregation_temporality: Aggregation::default(),
            metrics_flush_interval: HumanDuration(Duration::from_secs(60)),
            metrics_expiration: HumanDuration::default(),
            series_expiration: HumanDuration::default(),
            aggregation_cardinality_limit: 0,
            resource_metrics_cache_size: 1_000,
            resource_metrics_key_attributes: Vec::new(),
            metric_timestamp_cache_size: 1_000,
            exemplars: Exemplars::default(),
            events: Events::default(),
            include_instrumentation_scope: Vec::new(),
            include_collector_instance_id: Unsupported::default(),
            add_resource_attributes: Unsupported::default(),
            dimensions_cache_size: Unsupported::default(),
        }
    }
}

/// Whether points count since a fixed start or since the point before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub(crate) enum Aggregation {
    /// Since a fixed start.
    #[default]
    #[serde(rename = "AGGREGATION_TEMPORALITY_CUMULATIVE")]
    Cumulative,
    /// Since the point before.
    #[serde(rename = "AGGREGATION_TEMPORALITY_DELTA")]
    Delta,
}

/// An attribute of spans, or of their resource, that tells series apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Dimension {
    /// The key of the attribute.
    pub(crate) name: String,
    /// Its value where there is no such attribute. Default none: the dimension is left out.
    pub(crate) default: Option<String>,
}

/// The metric of durations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Histogram {
    /// Whether there is none. Default false.
    pub(crate) disable: bool,
    /// The unit of durations, `ms` or `s`. Default ms.
    pub(crate) unit: Unit,
    /// Buckets that end where this says. Default: these.
    pub(crate) explicit: Option<Explicit>,
    /// Buckets on a logarithmic scale. Default none.
    pub(crate) exponential: Option<Exponential>,
    /// Attributes that tell series of durations apart beside `dimensions`. Default none.
    pub(crate) dimensions: Vec<Dimension>,
}

/// The unit of durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub(crate) enum Unit {
    /// Milliseconds.
    #[default]
    #[serde(rename = "ms")]
    Milliseconds,
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
}

/// Buckets that end where this says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Explicit {
    /// Where buckets end, rising. Default 2ms, 4ms, 6ms, 8ms, 10ms, 50ms, 100ms, 200ms, 400ms,
    /// 800ms, 1s, 1400ms, 2s, 5s, 10s and 15s.
    pub(crate) buckets: Vec<HumanDuration>,
}

impl Default for Explicit {
    fn default() -> Self {
        Self {
            buckets: default_buckets(),
        }
    }
}

/// Buckets on a logarithmic scale.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Exponential {
    /// The most buckets that a series has. Default 160.
    pub(crate) max_size: u32,
}

impl Default for Exponential {
    fn default() -> Self {
        Self { max_size: 160 }
    }
}

/// Spans that stand as examples beside durations.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Exemplars {
    /// Whether there are any. Default false.
    pub(crate) enabled: bool,
    /// How many a point has at most: the first since the point before. Default 5.
    pub(crate) max_per_data_point: u32,
}

impl Default for Exemplars {
    fn default() -> Self {
        Self {
            enabled: false,
            max_per_data_point: 5,
        }
    }
}

/// The metric of span events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Events {
    /// Whether events are counted. Default false.
    pub(crate) enabled: bool,
    /// Attributes of events that tell their series apart beside `dimensions`; `event.name` is the
    /// name of the event. Required if `enabled`.
    pub(crate) dimensions: Vec<Dimension>,
}
