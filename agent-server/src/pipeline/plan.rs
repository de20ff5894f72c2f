//! What there is to build: pure, printable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use campanile_wire::otlp::Signal;

use crate::component::ComponentId;
use crate::config::{Acknowledge, Pipeline, Service};
use crate::delivery::LaneName;

/// What an agent consists of. Its `Display` is a page for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The connectors, and the pipelines that each feeds.
    pub connectors: BTreeMap<ComponentId, Feed>,
    /// The exporters, each built once however many lanes lead to it.
    pub exporters: BTreeSet<ComponentId>,
    /// The extensions, in the order in which they start.
    pub extensions: Vec<ComponentId>,
    /// One lane from each pipeline to each of its exporters.
    pub lanes: Vec<LaneName>,
    /// The pipelines, in the order in which they were written.
    pub pipelines: Vec<Pipeline>,
    /// The receivers, each built once however many pipelines it feeds.
    pub receivers: BTreeMap<ComponentId, Feed>,
}

/// The pipelines that a receiver or a connector feeds, per signal: indices into [`Plan::pipelines`].
pub type Feed = BTreeMap<Signal, Vec<usize>>;

impl Plan {
    /// The plan of a checked configuration.
    #[must_use]
    pub fn of(service: &Service) -> Self {
        let pipelines = service.pipelines.clone();
        let connects = |id: &ComponentId| service.connectors.contains(id);
        let exporters = pipelines.iter().flat_map(|pipeline| &pipeline.exporters);
        let exporters = exporters.filter(|id| !connects(id));
        let lanes = pipelines.iter().flat_map(|pipeline| {
            let exporters = pipeline.exporters.iter().filter(|id| !connects(id));
            exporters.map(|exporter| LaneName {
                pipeline: pipeline.name.clone(),
                exporter: exporter.clone(),
                signal: pipeline.signal,
            })
        });
        let mut connectors: BTreeMap<ComponentId, Feed> = BTreeMap::new();
        let mut receivers: BTreeMap<ComponentId, Feed> = BTreeMap::new();
        for (index, pipeline) in pipelines.iter().enumerate() {
            for receiver in &pipeline.receivers {
                let fed = match connects(receiver) {
                    true => &mut connectors,
                    false => &mut receivers,
                };
                let feed = fed.entry(receiver.clone()).or_default();
                feed.entry(pipeline.signal).or_default().push(index);
            }
        }
        Self {
            connectors,
            exporters: exporters.cloned().collect(),
            extensions: service.extensions.clone(),
            lanes: lanes.collect(),
            receivers,
            pipelines,
        }
    }

    /// The places of the pipelines, each behind all that it feeds through connectors. A checked
    /// configuration has no circles.
    #[must_use]
    pub fn backwards(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut left: Vec<usize> = (0..self.pipelines.len()).collect();
        while !left.is_empty() {
            let ends = |index: &usize| self.fed_by(*index).all(|fed| order.contains(&fed));
            let (next, rest): (Vec<usize>, Vec<usize>) = left.iter().partition(|i| ends(i));
            if next.is_empty() {
                break;
            }
            order.extend(next);
            left = rest;
        }
        order
    }

    /// The pipelines that one feeds through connectors.
    fn fed_by(&self, index: usize) -> impl Iterator<Item = usize> {
        let exporters = self
            .pipelines
            .get(index)
            .map(|pipeline| &pipeline.exporters);
        let feeds = exporters.into_iter().flatten();
        let feeds = feeds.filter_map(|id| self.connectors.get(id));
        feeds.flat_map(|feed| feed.values().flatten().copied())
    }

    /// The names of the pipelines of a feed.
    #[must_use]
    pub fn names(&self, feed: &Feed) -> Vec<String> {
        let mut fed: Vec<&usize> = feed.values().flatten().collect();
        fed.sort_unstable();
        let fed = fed
            .into_iter()
            .filter_map(|index| self.pipelines.get(*index));
        fed.map(|pipeline| pipeline.name.clone()).collect()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for extension in &self.extensions {
            writeln!(formatter, "extension {extension}")?;
        }
        for (receiver, feed) in &self.receivers {
            let names = self.names(feed);
            writeln!(formatter, "receiver {receiver} -> {}", names.join(", "))?;
        }
        for (connector, feed) in &self.connectors {
            let names = self.names(feed);
            writeln!(formatter, "connector {connector} -> {}", names.join(", "))?;
        }
        for pipeline in &self.pipelines {
            write!(formatter, "pipeline {}", pipeline.name)?;
            for processor in &pipeline.processors {
                write!(formatter, " -> {processor}")?;
            }
            if pipeline.acknowledge != Acknowledge::Memory {
                write!(formatter, " (accepted when {})", pipeline.acknowledge)?;
            }
            formatter.write_str("\n")?;
            let lanes = self.lanes.iter();
            for lane in lanes.filter(|lane| lane.pipeline == pipeline.name) {
                writeln!(formatter, "  lane -> {}", lane.exporter)?;
            }
            let exporters = pipeline.exporters.iter();
            for id in exporters.filter(|id| self.connectors.contains_key(id)) {
                writeln!(formatter, "  connector -> {id}")?;
            }
        }
        Ok(())
    }
}
