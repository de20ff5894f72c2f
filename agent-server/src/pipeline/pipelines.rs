//! All pipelines that run.

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_wire::otlp::Signal;

use super::entrance::Entrance;
use super::head::Head;
use super::running::{Joint, Kept, Line, RunningLane};
use crate::component::{ComponentId, Exporter, Intakes, Tasks};
use crate::config::Pipeline;
use crate::delivery::{Books, LaneName};

/// The pipelines that run under one configuration. Dropping them closes the lanes to which nothing
/// else leads.
#[derive(Default)]
pub(crate) struct Pipelines {
    pub(super) entrances: BTreeMap<ComponentId, Entrances>,
    pub(super) joints: BTreeMap<ComponentId, Joint>,
    pub(super) lines: BTreeMap<String, Line>,
}

/// The ways from one receiver into its pipelines, by signal.
pub(super) type Entrances = BTreeMap<Signal, Arc<Entrance>>;

/// Pipelines whose lanes run, and to which no receiver that ran before leads yet.
pub(crate) struct Opened {
    pub(crate) pipelines: Pipelines,
    /// The books of what is new.
    pub(crate) books: Vec<(LaneName, Books)>,
    /// The exporters of the new lanes that lead to holds: to be started, and not to be kept,
    /// because they keep the lanes behind them.
    pub(crate) holds: Vec<(ComponentId, Arc<dyn Exporter>)>,
    /// The ways in that lead somewhere else from now on.
    pub(super) turns: Vec<(Arc<Entrance>, Vec<Arc<Head>>)>,
}

impl Pipelines {
    /// What a receiver hands its payloads to.
    pub(crate) fn intakes(&self, receiver: &ComponentId) -> Intakes {
        let mut intakes = Intakes::default();
        for (signal, entrance) in self.entrances.get(receiver).into_iter().flatten() {
            intakes.set(*signal, Arc::<Entrance>::clone(entrance));
        }
        intakes
    }

    /// The processor `id` of a pipeline that runs.
    pub(super) fn kept(&self, pipeline: &Pipeline, id: &ComponentId) -> Option<&Kept> {
        self.lines.get(&pipeline.name)?.processors.get(id)
    }

    fn lanes(&self) -> impl Iterator<Item = &RunningLane> {
        self.lines.values().flat_map(|line| line.lanes.values())
    }
}

impl Opened {
    /// Leads every receiver and connector that runs on into the new pipelines, which take the
    /// place of `running`. Gives back the tasks of the lanes that nothing leads to any more: each
    /// ends when it has delivered what it holds.
    pub(crate) fn take_over(self, running: &mut Pipelines) -> Vec<Tasks> {
        for (entrance, heads) in self.turns {
            entrance.open(heads);
        }
        let old = std::mem::replace(running, self.pipelines);
        let lanes = old
            .lanes()
            .filter(|old| !running.lanes().any(|new| new.lane.is(&old.lane)));
        lanes.map(|lane| lane.tasks.clone()).collect()
    }
}
