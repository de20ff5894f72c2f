//! What a metric is, and which are wanted.

use std::collections::{BTreeMap, BTreeSet};

use super::config::Toggle;

/// A metric that a scraper can give.
#[derive(Debug)]
pub(super) struct Metric {
    /// The name, as the Collector has it.
    pub(super) name: &'static str,
    /// The unit in UCUM.
    pub(super) unit: &'static str,
    /// What it is.
    pub(super) about: &'static str,
    /// How its points relate.
    pub(super) kind: Kind,
    /// Whether it is given without being asked for.
    pub(super) default: bool,
}

/// How the points of a metric relate to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Each point stands for itself.
    Gauge,
    /// A sum since the start that only grows.
    Counter,
    /// A sum that adds up over its attributes, and goes up and down.
    UpDown,
}

impl Metric {
    /// A metric that is given unless it is switched off.
    pub(super) const fn new(
        name: &'static str,
        unit: &'static str,
        kind: Kind,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            unit,
            about,
            kind,
            default: true,
        }
    }

    /// The same, given only when it is switched on.
    pub(super) const fn on_request(mut self) -> Self {
        self.default = false;
        self
    }
}

/// The metrics of one scraper that are wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection(BTreeSet<&'static str>);

impl Selection {
    /// Those of `metrics` that are on by default or by `toggles`.
    pub(super) fn new(metrics: &[Metric], toggles: &BTreeMap<String, Toggle>) -> Self {
        let on = |metric: &&Metric| {
            let toggle = toggles.get(metric.name);
            toggle.map_or(metric.default, |toggle| toggle.enabled)
        };
        Self(
            metrics
                .iter()
                .filter(on)
                .map(|metric| metric.name)
                .collect(),
        )
    }

    /// Whether a metric is wanted.
    pub(super) fn has(&self, metric: &Metric) -> bool {
        self.0.contains(metric.name)
    }
}
