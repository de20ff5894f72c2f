//! What a new configuration changes: pure.

use std::collections::{BTreeMap, BTreeSet};

use campanile_wire::otlp::Signal;

use super::{Feed, Plan};
use crate::component::ComponentId;
use crate::config::{Component, Components, Config, Pipeline, Telemetry};

/// What becomes of one component or pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    Added,
    /// It makes room for another one of the same name.
    Changed,
    /// It runs on.
    Kept,
    /// It runs on, with other values of these keys.
    Live(Vec<&'static str>),
    /// It is not there any more.
    Removed,
}

/// The components of one section, by id.
pub type Section = BTreeMap<ComponentId, Change>;

/// What a new configuration changes, component by component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The connectors.
    pub connectors: Section,
    /// Whether what is accepted is to be kept otherwise: the data directory, and pipelines that
    /// wait for another level of it.
    pub data: (bool, Vec<String>),
    /// The exporters.
    pub exporters: Section,
    /// The extensions.
    pub extensions: Section,
    /// The log of the agent itself: level and encoding.
    pub logs: (bool, bool),
    /// The metrics page.
    pub metrics: Change,
    /// The pipelines, by name: whether their own lines in the configuration have changed.
    pub pipelines: BTreeMap<String, Change>,
    /// The processors.
    pub processors: Section,
    /// The receivers.
    pub receivers: Section,
    /// Whether the agent describes itself otherwise.
    pub resource: bool,
}

impl Change {
    fn of(was: bool, is: bool, same: bool) -> Self {
        match (was, is) {
            (false, _) => Self::Added,
            (true, false) => Self::Removed,
            (true, true) if same => Self::Kept,
            (true, true) => Self::Changed,
        }
    }

    /// Whether it runs on.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Kept | Self::Live(_))
    }

    /// Whether one is to be started.
    #[must_use]
    pub fn starts(&self) -> bool {
        matches!(self, Self::Added | Self::Changed)
    }

    /// Whether one is to be stopped.
    #[must_use]
    pub fn stops(&self) -> bool {
        matches!(self, Self::Changed | Self::Removed)
    }
}

impl Changes {
    /// What differs between a configuration, none at the start, and a new one. Both are checked.
    #[must_use]
    pub fn between(old: Option<&Config>, new: &Config) -> Self {
        let old_plan = old.map(|old| Plan::of(&old.service));
        let plan = Plan::of(&new.service);
        // A receiver learns at its start which signals are wanted, a connector where they can go.
        let hears = |id: &ComponentId| {
            let signals = |plan: &Plan| plan.receivers.get(id).map(signals);
            old_plan.as_ref().and_then(signals) == signals(&plan)
        };
        let feeds = |id: &ComponentId| {
            let names = |plan: &Plan| plan.connectors.get(id).map(|feed| named(plan, feed));
            old_plan.as_ref().and_then(names) == names(&plan)
        };
        let any = |_: &ComponentId| true;
        let logs = |config: &Config| config.service.telemetry.logs.clone();
        let (was, is) = (old.map(logs).unwrap_or_else(|| logs(new)), logs(new));
        Self {
            connectors: section(old.map(|old| &old.connectors), &new.connectors, feeds),
            data: data(old, new),
            exporters: section(old.map(|old| &old.exporters), &new.exporters, any),
            extensions: section(old.map(|old| &old.extensions), &new.extensions, any),
            logs: (was.level != is.level, was.encoding != is.encoding),
            metrics: metrics(
                old.map(|old| &old.service.telemetry),
                &new.service.telemetry,
            ),
            pipelines: pipelines(old_plan.as_ref(), &plan),
            processors: section(old.map(|old| &old.processors), &new.processors, any),
            receivers: section(old.map(|old| &old.receivers), &new.receivers, hears),
            resource: old
                .is_none_or(|old| old.service.telemetry.resource != new.service.telemetry.resource),
        }
    }
}

/// Whether the data directory differs, and the pipelines whose journal goes on at another level.
fn data(old: Option<&Config>, new: &Config) -> (bool, Vec<String>) {
    let Some(old) = old else {
        return (false, Vec::new());
    };
    let level = |pipeline: &Pipeline| pipeline.acknowledge.durability();
    let before = old.service.pipelines.iter();
    let others = new.service.pipelines.iter().filter(|pipeline| {
        let before = before.clone().find(|before| before.name == pipeline.name);
        let before = before.and_then(level);
        before.is_some() && level(pipeline).is_some() && before != level(pipeline)
    });
    let others = others.map(|pipeline| pipeline.name.clone()).collect();
    (old.service.data != new.service.data, others)
}

fn signals(feed: &Feed) -> BTreeSet<Signal> {
    feed.keys().copied().collect()
}

fn named(plan: &Plan, feed: &Feed) -> Vec<(Signal, Vec<String>)> {
    let feed = feed.iter();
    feed.map(|(signal, indices)| {
        let pipelines = indices
            .iter()
            .filter_map(|index| plan.pipelines.get(*index));
        (
            *signal,
            pipelines.map(|pipeline| pipeline.name.clone()).collect(),
        )
    })
    .collect()
}

fn section<C>(
    old: Option<&Components<C>>,
    new: &Components<C>,
    connected_alike: impl Fn(&ComponentId) -> bool,
) -> Section {
    let ids = old.into_iter().flat_map(Components::keys).chain(new.keys());
    let ids: BTreeSet<&ComponentId> = ids.collect();
    let change = |id: &ComponentId| {
        let (old, new) = (old.and_then(|old| old.get(id)), new.get(id));
        match (old, new) {
            (Some(old), Some(new)) if connected_alike(id) => compared(old, new),
            (old, new) => Change::of(old.is_some(), new.is_some(), false),
        }
    };
    ids.into_iter().map(|id| (id.clone(), change(id))).collect()
}

fn compared<C>(old: &Component<C>, new: &Component<C>) -> Change {
    let difference = old.difference(new);
    match (difference.rest, difference.live) {
        (true, _) => Change::Changed,
        (false, live) if live.is_empty() => Change::Kept,
        (false, live) => Change::Live(live),
    }
}

fn metrics(old: Option<&Telemetry>, new: &Telemetry) -> Change {
    let endpoint = |telemetry: &Telemetry| telemetry.metrics_endpoint().map(|(at, _)| at);
    let (was, is) = (old.and_then(endpoint), endpoint(new));
    match (&was, &is) {
        (None, None) => Change::Kept,
        _ => Change::of(was.is_some(), is.is_some(), was == is),
    }
}

fn pipelines(old: Option<&Plan>, new: &Plan) -> BTreeMap<String, Change> {
    let find = |plan: &Plan, name: &str| {
        let mut pipelines = plan.pipelines.iter();
        pipelines.find(|pipeline| pipeline.name == name).cloned()
    };
    let all = old
        .into_iter()
        .chain([new])
        .flat_map(|plan| &plan.pipelines);
    let changes = all.map(|pipeline| {
        let name = &pipeline.name;
        let (was, is) = (old.and_then(|old| find(old, name)), find(new, name));
        let change = Change::of(was.is_some(), is.is_some(), was == is);
        (name.clone(), change)
    });
    changes.collect()
}
