//! What is wrong with a configuration.

use std::collections::BTreeSet;

use super::super::checks::{MAX_BUCKETS, interval, rising, within};
use super::config::{Config, Dimension};
use super::dimensions::{MAX_DIMENSIONS, SPAN_DIMENSIONS};
use crate::component::{Invalid, Validate};
use crate::receivers::refuse;

/// Exemplars that a point may have.
const MAX_EXEMPLARS: u32 = 100;
/// Series and resources that may be asked for.
const MAX_LIMIT: u32 = 100_000;

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let unsupported = [
            (
                "include_collector_instance_id",
                self.include_collector_instance_id,
            ),
            ("add_resource_attributes", self.add_resource_attributes),
            ("dimensions_cache_size", self.dimensions_cache_size),
        ];
        let mut wrong = refuse("", &unsupported);
        wrong.extend(self.dimensions());
        wrong.extend(self.histogram());
        wrong.extend(self.limits());
        wrong
    }
}

impl Config {
    fn dimensions(&self) -> Vec<Invalid> {
        let lists = [
            ("dimensions", &self.dimensions),
            ("calls_dimensions", &self.calls_dimensions),
            ("histogram.dimensions", &self.histogram.dimensions),
            ("events.dimensions", &self.events.dimensions),
        ];
        let mut wrong = Vec::new();
        for (key, list) in lists {
            let mut taken: BTreeSet<&str> = SPAN_DIMENSIONS.into_iter().collect();
            if key != "dimensions" {
                taken.extend(self.dimensions.iter().map(|common| common.name.as_str()));
            }
            wrong.extend(duplicates(key, list, taken));
        }
        let count: usize = lists.iter().map(|(_, list)| list.len()).sum();
        if count > MAX_DIMENSIONS {
            let message = format!("more than {MAX_DIMENSIONS} dimensions in all lists together");
            wrong.push(Invalid::new("dimensions", message));
        }
        if self.events.enabled && self.events.dimensions.is_empty() {
            let message = "required where events are counted: `[{name: event.name}]`";
            wrong.push(Invalid::new("events.dimensions", message));
        }
        wrong
    }

    fn histogram(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        let histogram = &self.histogram;
        if histogram.explicit.is_some() && histogram.exponential.is_some() {
            let message = "`explicit` and `exponential` exclude each other: remove one";
            wrong.push(Invalid::new("histogram", message));
        }
        if let Some(explicit) = &histogram.explicit {
            wrong.extend(rising("histogram.explicit.buckets", &explicit.buckets));
        }
        if let Some(exponential) = &histogram.exponential {
            let key = "histogram.exponential.max_size";
            wrong.extend(within(key, exponential.max_size, 2, MAX_BUCKETS));
        }
        wrong
    }

    fn limits(&self) -> Vec<Invalid> {
        let resources = self.resource_metrics_cache_size;
        let limits = [
            within("resource_metrics_cache_size", resources, 1, MAX_LIMIT),
            within(
                "aggregation_cardinality_limit",
                self.aggregation_cardinality_limit,
                0,
                MAX_LIMIT,
            ),
            within(
                "metric_timestamp_cache_size",
                self.metric_timestamp_cache_size,
                1,
                MAX_LIMIT,
            ),
            within(
                "exemplars.max_per_data_point",
                self.exemplars.max_per_data_point,
                1,
                MAX_EXEMPLARS,
            ),
        ];
        let mut wrong: Vec<_> = limits.into_iter().flatten().collect();
        wrong.extend(interval(self.metrics_flush_interval));
        wrong
    }
}

fn duplicates<'c>(key: &str, list: &'c [Dimension], mut taken: BTreeSet<&'c str>) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    for (index, dimension) in list.iter().enumerate() {
        let key = format!("{key}[{index}].name");
        if dimension.name.is_empty() {
            wrong.push(Invalid::new(key, "must not be empty"));
        } else if !taken.insert(&dimension.name) {
            let message = format!("`{}` is a dimension already", dimension.name);
            wrong.push(Invalid::new(key, message));
        }
    }
    wrong
}
