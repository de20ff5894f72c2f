//! What is read of a machine that was written down, and of this one.

mod config;
mod fixture;
mod machine;
mod process;
mod receiver;
mod this;

use campanile_wire::otlp::view::{
    AnyValue, Data, Metric, NumberPoint, Temporality, resource_metrics,
};
use serde_json::{Value, json};

use super::collect::{Collector, Reading};
use super::config::Config;
use fixture::Machine;

/// The time of every reading here, in nanoseconds: 100 s after the machine started.
const NOW: u64 = 1_700_000_100_000_000_000;
/// When the machine started.
const BOOT: u64 = 1_700_000_000_000_000_000;

/// A collector of some scrapers of a machine.
fn collector(machine: &Machine, scrapers: &Value) -> Collector {
    let config = json!({"root_path": machine.root(), "scrapers": scrapers});
    let config: Config = serde_json::from_value(config).expect("a configuration");
    Collector::new(&config).expect("valid filters")
}

/// What one reading of some scrapers gives, a line for each point.
fn read(machine: &Machine, scrapers: &Value) -> Vec<String> {
    lines(&collector(machine, scrapers).read_at(NOW))
}

/// A line for each point: `name{key=value} value unit`, and how it is meant.
fn lines(reading: &Reading) -> Vec<String> {
    assert_eq!(reading.failed, [], "everything can be read");
    let mut lines = Vec::new();
    each_metric(reading, |metric| {
        let (kind, points): (_, Vec<NumberPoint<'_>>) = match metric.data {
            Some(Data::Gauge(gauge)) => ("gauge", gauge.points().collect()),
            Some(Data::Sum(sum)) => {
                assert_eq!(sum.temporality, Temporality::Cumulative, "{}", metric.name);
                let kind = if sum.is_monotonic { "counter" } else { "sum" };
                (kind, sum.points().collect())
            }
            ref other => panic!("{}: {other:?}", metric.name),
        };
        assert!(!metric.description.is_empty(), "{}", metric.name);
        for point in points {
            let attributes = point.attributes().iter().map(|(key, value)| {
                let AnyValue::Text(value) = value else {
                    panic!("{key}: {value:?}")
                };
                format!("{key}={value}")
            });
            let attributes = attributes.collect::<Vec<_>>().join(",");
            let value = point.value.expect("a value").as_f64();
            let value = (value * 1e6).round() / 1e6;
            let start = if kind == "gauge" { 0 } else { BOOT };
            assert_eq!(point.time_unix_nano, NOW, "{}", metric.name);
            if metric.name.starts_with("system.") {
                assert_eq!(point.start_unix_nano, start, "{}", metric.name);
            }
            let Metric { name, unit, .. } = metric;
            lines.push(format!("{name}{{{attributes}}} {value} {unit} {kind}"));
        }
    });
    lines
}

fn each_metric(reading: &Reading, mut look: impl FnMut(Metric<'_>)) {
    for request in &reading.requests {
        for resource in resource_metrics(request) {
            for scope in resource.scope_metrics() {
                let name = scope.scope().name();
                assert!(name.starts_with("campanile/hostmetrics/"), "{name}");
                scope.metrics().for_each(&mut look);
            }
        }
    }
}

/// The attributes of each resource, `key=value`.
fn resources(reading: &Reading) -> Vec<Vec<String>> {
    let requests = reading.requests.iter();
    let resources = requests.flat_map(|request| resource_metrics(request));
    let attributes = resources.map(|resource| {
        let all = resource.resource().attributes();
        let all = all.iter().map(|(key, value)| match value {
            AnyValue::Text(text) => format!("{key}={text}"),
            AnyValue::Int(number) => format!("{key}={number}"),
            other => panic!("{key}: {other:?}"),
        });
        all.collect()
    });
    attributes.collect()
}
