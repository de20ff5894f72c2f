//! The agent's own metrics: counters and gauges with labels, printed in the Prometheus text format.
//!
//! Names follow the Collector's (`otelcol_receiver_accepted_spans`), because dashboards for them
//! exist. A handle is an atomic: look it up once, when a component is built, and count for free.
//!
//! # Design
//!
//! The `prometheus-client` crate appends `_total` to every counter, which those dashboards do not
//! expect, and the format is a few lines to write.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Series that one agent may have; what comes beyond is counted in one series without labels.
const MAX_SERIES: usize = 10_000;

/// A number that only grows.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Adds `amount`.
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// The current value.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicI64>);

impl Gauge {
    /// Sets the value.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Adds `amount`, which may be negative.
    pub fn add(&self, amount: i64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// The current value.
    #[must_use]
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Clone, Debug)]
enum Series {
    Counter(Counter),
    Gauge(Gauge),
}

#[derive(Debug)]
struct Family {
    help: &'static str,
    kind: &'static str,
    series: BTreeMap<String, Series>,
}

/// Every metric of one agent, shared. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<BTreeMap<&'static str, Family>>>);

impl Metrics {
    /// The counter `name` with `labels`, made on first use.
    #[must_use]
    pub fn counter(
        &self,
        name: &'static str,
        help: &'static str,
        labels: &[(&str, &str)],
    ) -> Counter {
        let new = || Series::Counter(Counter::default());
        match self.series(name, help, "counter", labels, new) {
            Series::Counter(counter) => counter,
            Series::Gauge(_) => Counter::default(),
        }
    }

    /// The gauge `name` with `labels`, made on first use.
    #[must_use]
    pub fn gauge(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)]) -> Gauge {
        match self.series(name, help, "gauge", labels, || {
            Series::Gauge(Gauge::default())
        }) {
            Series::Gauge(gauge) => gauge,
            Series::Counter(_) => Gauge::default(),
        }
    }

    fn series(
        &self,
        name: &'static str,
        help: &'static str,
        kind: &'static str,
        labels: &[(&str, &str)],
        new: impl FnOnce() -> Series,
    ) -> Series {
        let mut families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let series: usize = families.values().map(|family| family.series.len()).sum();
        let family = families.entry(name).or_insert(Family {
            help,
            kind,
            series: BTreeMap::new(),
        });
        let mut key = render_labels(labels);
        if series >= MAX_SERIES && !family.series.contains_key(&key) {
            key = String::new();
        }
        family.series.entry(key).or_insert_with(new).clone()
    }

    /// Takes a metric off the page, with all its series.
    pub fn forget(&self, name: &str) {
        let mut families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        families.remove(name);
    }

    /// Every current value by `name{label="value"}`.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, i64> {
        let families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = |series: &Series| match series {
            Series::Counter(counter) => i64::try_from(counter.get()).unwrap_or(i64::MAX),
            Series::Gauge(gauge) => gauge.get(),
        };
        let all = families.iter().flat_map(|(name, family)| {
            let series = family.series.iter();
            series.map(move |(labels, series)| (format!("{name}{labels}"), value(series)))
        });
        all.collect()
    }

    /// Everything in the Prometheus text format 0.0.4.
    #[must_use]
    pub fn render(&self) -> String {
        let families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        for (name, family) in families.iter() {
            let _ = writeln!(
                out,
                "# HELP {name} {}\n# TYPE {name} {}",
                family.help, family.kind
            );
            for (labels, series) in &family.series {
                let _ = match series {
                    Series::Counter(counter) => writeln!(out, "{name}{labels} {}", counter.get()),
                    Series::Gauge(gauge) => writeln!(out, "{name}{labels} {}", gauge.get()),
                };
            }
        }
        out
    }
}

fn render_labels(labels: &[(&str, &str)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let pairs = labels.iter().map(|(name, value)| {
        let value = value
            .replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('\n', r"\n");
        format!("{name}=\"{value}\"")
    });
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_and_labels_are_the_same_counter() {
        let metrics = Metrics::default();
        metrics
            .counter("spans", "Spans.", &[("receiver", "otlp")])
            .add(2);
        metrics
            .counter("spans", "Spans.", &[("receiver", "otlp")])
            .add(3);
        metrics.gauge("depth", "Depth.", &[]).set(-1);
        let expected = "# HELP depth Depth.\n# TYPE depth gauge\ndepth -1\n\
                        # HELP spans Spans.\n# TYPE spans counter\nspans{receiver=\"otlp\"} 5\n";
        assert_eq!(metrics.render(), expected);
        let values = [("depth", -1), ("spans{receiver=\"otlp\"}", 5)];
        let values = values.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(metrics.values(), BTreeMap::from(values));
    }

    #[test]
    fn label_values_are_escaped() {
        let metrics = Metrics::default();
        metrics.counter("x", "X.", &[("l", "a\"b\\c\nd")]).add(1);
        assert!(metrics.render().contains(r#"x{l="a\"b\\c\nd"} 1"#));
    }

    #[test]
    fn series_are_bounded() {
        let metrics = Metrics::default();
        for index in 0..MAX_SERIES + 50 {
            metrics
                .counter("x", "X.", &[("l", &index.to_string())])
                .add(1);
        }
        assert_eq!(metrics.counter("x", "X.", &[]).get(), 50);
    }
}
