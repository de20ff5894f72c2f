//! The configuration, made ready for counting.

use std::time::Duration;

use campanile_wire::otlp::write::{self, Scalar};

use super::super::checks::default_buckets;
use super::super::latency::{Layout, Temporality};
use super::super::points::ATTRIBUTE;
use super::config::{Aggregation, Config, Dimension, Unit};
use super::dimensions::Wanted;
use super::resource::Resource;
use super::series::Family;

/// Series of one metric and resource, unless the configuration has a limit.
const DEFAULT_LIMIT: usize = 10_000;

/// What to count, and how far.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) wanted: Wanted,
    pub(super) scopes: Vec<String>,
    /// The dimensions that are read from spans and resources, of all families.
    pub(super) dimensions: Vec<Dimension>,
    /// The dimensions that are read from events and resources.
    pub(super) event_dimensions: Vec<Dimension>,
    /// What is counted per span.
    pub(super) families: Vec<Emits>,
    pub(super) events: Option<Emits>,
    /// How many of `dimensions` all families have.
    pub(super) common: usize,
    pub(super) layout: Layout,
    pub(super) unit: &'static str,
    pub(super) temporality: Temporality,
    pub(super) exemplars: usize,
    pub(super) limits: Limits,
    pub(super) resource_keys: Vec<String>,
    /// The key of the series for what is too much, and of the resource for it.
    pub(super) overflow: Vec<u8>,
    pub(super) overflow_resource: Vec<u8>,
}

/// Bounds, and when things are forgotten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) resources: usize,
    /// Series of one family and resource.
    pub(super) series: usize,
    /// Those of them that are remembered while they count nothing, with delta temporality.
    pub(super) quiet: usize,
    pub(super) resource_expiration: Duration,
    pub(super) series_expiration: Duration,
}

/// The metrics that are made of one set of series, and their dimensions.
#[derive(Clone, Debug, Default)]
pub(super) struct Emits {
    /// The name of the counter.
    pub(super) counter: Option<(String, &'static str)>,
    /// The name of the histogram.
    pub(super) durations: Option<String>,
    /// The dimensions of these metrics alone: a range of those in the plan.
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Plan {
    /// Makes a checked configuration ready.
    pub(super) fn new(config: &Config) -> Self {
        let common = config.dimensions.len();
        let mut dimensions = config.dimensions.clone();
        let families = families(config, &mut dimensions);
        let name = named(config, "events");
        let events = config.events.enabled.then(|| Emits {
            counter: Some((name, "Events of spans.")),
            ..Emits::default()
        });
        let (unit, nanos) = match config.histogram.unit {
            Unit::Milliseconds => ("ms", Duration::from_millis(1)),
            Unit::Seconds => ("s", Duration::from_secs(1)),
        };
        let exemplars = &config.exemplars;
        Self {
            wanted: Wanted::without(&config.exclude_dimensions),
            scopes: config.include_instrumentation_scope.clone(),
            dimensions,
            event_dimensions: config.events.dimensions.clone(),
            families,
            events,
            common,
            layout: layout(config, nanos),
            unit,
            temporality: match config.aggregation_temporality {
                Aggregation::Cumulative => Temporality::Cumulative,
                Aggregation::Delta => Temporality::Delta,
            },
            exemplars: usize::from(exemplars.enabled) * exemplars.max_per_data_point as usize,
            limits: limits(config),
            resource_keys: config.resource_metrics_key_attributes.clone(),
            overflow: overflow(ATTRIBUTE),
            overflow_resource: overflow(1),
        }
    }

    /// The families of a resource, each with what is made of it.
    pub(super) fn of<'r>(
        &'r self,
        resource: &'r mut Resource,
    ) -> impl Iterator<Item = (&'r mut Family, &'r Emits)> {
        let events = self
            .events
            .as_ref()
            .map(|emits| (&mut resource.events, emits));
        resource
            .families
            .iter_mut()
            .zip(&self.families)
            .chain(events)
    }
}

/// The attribute that says that a series or resource is for what is too much.
fn overflow(number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    write::attribute(&mut out, number, "otel.metric.overflow", Scalar::Bool(true));
    out
}

/// One family if calls and durations have the same dimensions, else two.
fn families(config: &Config, dimensions: &mut Vec<Dimension>) -> Vec<Emits> {
    let calls = Some((named(config, "calls"), "Spans."));
    let durations = (!config.histogram.disable).then(|| named(config, "duration"));
    let mut range = |list: &[Dimension]| {
        let from = dimensions.len();
        dimensions.extend_from_slice(list);
        (from, dimensions.len())
    };
    let (from, to) = range(&config.calls_dimensions);
    let calls = Emits {
        counter: calls,
        durations: None,
        from,
        to,
    };
    if durations.is_none() || config.calls_dimensions == config.histogram.dimensions {
        return vec![Emits { durations, ..calls }];
    }
    let (from, to) = range(&config.histogram.dimensions);
    let durations = Emits {
        counter: None,
        durations,
        from,
        to,
    };
    vec![calls, durations]
}

fn named(config: &Config, name: &str) -> String {
    match config.namespace.as_str() {
        "" => name.to_owned(),
        namespace => format!("{namespace}.{name}"),
    }
}

fn layout(config: &Config, unit: Duration) -> Layout {
    if let Some(exponential) = &config.histogram.exponential {
        return Layout::exponential(unit, exponential.max_size as usize);
    }
    let explicit = config.histogram.explicit.as_ref();
    let bounds = explicit.map_or_else(default_buckets, |explicit| explicit.buckets.clone());
    let bounds: Vec<Duration> = bounds.into_iter().map(|bound| bound.0).collect();
    Layout::explicit(unit, &bounds)
}

fn limits(config: &Config) -> Limits {
    Limits {
        resources: config.resource_metrics_cache_size as usize,
        series: match config.aggregation_cardinality_limit {
            0 => DEFAULT_LIMIT,
            limit => limit as usize,
        },
        quiet: config.metric_timestamp_cache_size as usize,
        resource_expiration: config.metrics_expiration.0,
        series_expiration: config.series_expiration.0,
    }
}
