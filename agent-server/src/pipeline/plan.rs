//! What there is to build: pure, printable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use campanile_wire::otlp::Signal;

use crate::component::ComponentId;
use crate::config::{Pipeline, Service};
use crate::delivery::LaneName;

/// What an agent consists of. Its `Display` is a page for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
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

/// The pipelines that a receiver feeds, per signal: indices into [`Plan::pipelines`].
pub type Feed = BTreeMap<Signal, Vec<usize>>;

impl Plan {
    /// The plan of a checked configuration.
    #[must_use]
    pub fn of(service: &Service) -> Self {
        let pipelines = service.pipelines.clone();
        let exporters = pipelines.iter().flat_map(|pipeline| &pipeline.exporters);
        let lanes = pipelines.iter().flat_map(|pipeline| {
            pipeline.exporters.iter().map(|exporter| LaneName {
                pipeline: pipeline.name.clone(),
                exporter: exporter.clone(),
                signal: pipeline.signal,
            })
        });
        let mut receivers: BTreeMap<ComponentId, Feed> = BTreeMap::new();
        for (index, pipeline) in pipelines.iter().enumerate() {
            for receiver in &pipeline.receivers {
                let feed = receivers.entry(receiver.clone()).or_default();
                feed.entry(pipeline.signal).or_default().push(index);
            }
        }
        Self {
            exporters: exporters.cloned().collect(),
            extensions: service.extensions.clone(),
            lanes: lanes.collect(),
            receivers,
            pipelines,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for extension in &self.extensions {
            writeln!(formatter, "extension {extension}")?;
        }
        for (receiver, feed) in &self.receivers {
            let mut fed: Vec<&usize> = feed.values().flatten().collect();
            fed.sort_unstable();
            let fed = fed
                .into_iter()
                .filter_map(|index| self.pipelines.get(*index));
            let names: Vec<&str> = fed.map(|pipeline| pipeline.name.as_str()).collect();
            writeln!(formatter, "receiver {receiver} -> {}", names.join(", "))?;
        }
        for pipeline in &self.pipelines {
            write!(formatter, "pipeline {}", pipeline.name)?;
            for processor in &pipeline.processors {
                write!(formatter, " -> {processor}")?;
            }
            formatter.write_str("\n")?;
            let lanes = self.lanes.iter();
            for lane in lanes.filter(|lane| lane.pipeline == pipeline.name) {
                writeln!(formatter, "  lane -> {}", lane.exporter)?;
            }
        }
        Ok(())
    }
}
