//! All pipelines that run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use campanile_wire::otlp::Signal;

use super::entrance::Entrance;
use super::head::Head;
use super::running::{Joint, Kept, Line, RunningLane, Source};
use crate::component::{ComponentId, Exporter, Intakes, Tasks};
use crate::config::Pipeline;
use crate::delivery::queues::Operated;
use crate::delivery::{Books, Journal, LaneName, LoggedLane, Route};
use crate::ops::Metrics;

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
    /// Lanes that start when those before them in the same journal have ended.
    pub(super) deferred: Vec<Deferred>,
    /// The ways in that lead somewhere else from now on.
    pub(super) turns: Vec<(Arc<Entrance>, Vec<Arc<Head>>)>,
}

/// A lane that delivers from a journal in which others have begun.
pub(super) struct Deferred {
    pub(super) route: Route,
    pub(super) journal: Journal,
    pub(super) tasks: Tasks,
}

/// How long a lane may take to give up what is under way.
const STOPPING: Duration = Duration::from_secs(2);

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

    /// Whether one of them is kept in this journal.
    pub(super) fn is_in(&self, journal: &Journal) -> bool {
        self.lines.values().any(|line| line.is_in(journal))
    }

    /// Every lane, for whoever asks what waits in it.
    pub(crate) fn operated(&self, pipelines: &[Pipeline]) -> Vec<Operated> {
        let lines = pipelines.iter().filter_map(|pipeline| {
            let line = self.lines.get(&pipeline.name)?;
            Some(line.lanes.iter().map(move |(id, lane)| {
                let name = LaneName {
                    pipeline: pipeline.name.clone(),
                    exporter: id.clone(),
                    signal: pipeline.signal,
                };
                match &lane.source {
                    Source::Queue(lane) => Operated::in_memory(name, lane),
                    Source::Journal(journal, books) => {
                        let level = pipeline.acknowledge.to_string();
                        Operated::logged(name, journal, books.clone(), level)
                    }
                }
            }))
        });
        lines.flatten().collect()
    }

    fn has(&self, lane: &RunningLane) -> bool {
        let books = lane.source.books();
        self.lanes().any(|other| other.source.books().are(&books))
    }

    /// The journals, and the destinations of each.
    fn journals(&self) -> Vec<(Journal, Vec<String>)> {
        let mut journals: Vec<(Journal, Vec<String>)> = Vec::new();
        let lanes = self.lines.values().flat_map(|line| &line.lanes);
        for (id, lane) in lanes {
            let Source::Journal(journal, _) = &lane.source else {
                continue;
            };
            match journals.iter_mut().find(|(known, _)| known.is(journal)) {
                Some((_, destinations)) => destinations.push(id.to_string()),
                None => journals.push((journal.clone(), vec![id.to_string()])),
            }
        }
        journals
    }

    fn lanes(&self) -> impl Iterator<Item = &RunningLane> {
        self.lines.values().flat_map(|line| line.lanes.values())
    }
}

impl Opened {
    /// Leads every receiver and connector that runs on into the new pipelines, which take the
    /// place of `running`. Gives back the tasks of the lanes that nothing leads to any more: each
    /// ends when it has delivered what it holds.
    ///
    /// A lane that delivers from a journal which goes on is stopped, and its successor begins with
    /// what it has not answered for.
    pub(crate) async fn take_over(self, running: &mut Pipelines, metrics: &Metrics) -> Vec<Tasks> {
        for (entrance, heads) in self.turns {
            entrance.open(heads);
        }
        let old = std::mem::replace(running, self.pipelines);
        let mut leaving = Vec::new();
        for lane in old.lanes().filter(|lane| !running.has(lane)) {
            match &lane.source {
                Source::Journal(journal, _) if running.is_in(journal) => {
                    lane.tasks.stop_within(STOPPING).await;
                }
                Source::Journal(..) | Source::Queue(_) => leaving.push(lane.tasks.clone()),
            }
        }
        for Deferred {
            route,
            journal,
            tasks,
        } in self.deferred
        {
            if LoggedLane::start(route, &journal, metrics, &tasks).is_none() {
                tracing::error!("journal {} has ended; restart the agent", journal.name());
            }
        }
        for (journal, destinations) in running.journals() {
            journal.retain(destinations);
        }
        leaving
    }
}
