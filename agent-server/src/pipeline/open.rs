//! Pipelines whose lanes run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::Entrances;
use super::entrance::Entrance;
use super::head::{Connection, Head, Logging, Outlet};
use super::journals::is_lasting;
use super::{Feed, Plan, journals};
use crate::component::{
    ComponentId, Connector, Consumer, Delivery, Exporter, Outputs, Processing, Processor, Shared,
    Tasks,
};
use crate::config::Pipeline;
use crate::delivery::dead_letters::DeadLetters;
use crate::delivery::{
    BatchSettings, Books, Journal, JournalName, Lane, LaneName, LoggedLane, Route,
};

/// The processors of one pipeline, built.
pub(super) type Processings = Vec<(ComponentId, Processing)>;

/// The pipelines of a plan, connected.
pub(super) struct Opened {
    pub(super) books: Vec<(LaneName, Books)>,
    pub(super) holds: Vec<(ComponentId, Arc<dyn Exporter>)>,
    /// By the pipeline's place in the plan.
    heads: BTreeMap<usize, Arc<Head>>,
}

/// What the pipelines are made of.
pub(super) struct Parts<'p> {
    pub(super) plan: &'p Plan,
    pub(super) deliveries: &'p BTreeMap<ComponentId, Delivery>,
    pub(super) connectors: BTreeMap<ComponentId, Arc<dyn Connector>>,
    pub(super) dead_letters: Option<DeadLetters>,
    pub(super) journals: BTreeMap<JournalName, Journal>,
    pub(super) shared: &'p Shared,
    pub(super) tasks: &'p Tasks,
}

/// Where a part of a pipeline ends.
#[derive(Default)]
struct Ends {
    outlets: Vec<Outlet>,
    journal: Option<Logging>,
}

impl Opened {
    /// Starts the lanes of every pipeline, those behind a connector before those before it.
    pub(super) fn open(parts: &Parts<'_>, processings: Vec<Processings>) -> Self {
        let plan = parts.plan;
        let mut opened = Self {
            books: Vec::new(),
            holds: Vec::new(),
            heads: BTreeMap::new(),
        };
        let mut processings: Vec<_> = processings.into_iter().map(Some).collect();
        for index in plan.backwards() {
            let processings = processings.get_mut(index).and_then(Option::take);
            if let (Some(pipeline), Some(processings)) = (plan.pipelines.get(index), processings) {
                let head = opened.pipeline(parts, pipeline, processings);
                opened.heads.insert(index, head);
            }
        }
        opened.start_connectors(parts);
        opened
    }

    /// What a receiver hands its payloads to.
    pub(super) fn entrances(&self, feed: &Feed) -> Entrances {
        let mut entrances = Entrances::new();
        for (signal, pipelines) in feed {
            let heads = pipelines.iter().filter_map(|index| self.heads.get(index));
            let entrance = Entrance::default();
            entrance.open(heads.cloned().collect());
            entrances.insert(*signal, Arc::new(entrance));
        }
        entrances
    }

    /// Opens one pipeline from its end.
    fn pipeline(
        &mut self,
        parts: &Parts<'_>,
        pipeline: &Pipeline,
        processings: Processings,
    ) -> Arc<Head> {
        let batch = batch_of(&processings);
        let is_hold = |processing: &Processing| matches!(processing, Processing::Hold(_));
        let holds = processings
            .iter()
            .filter(|(_, processing)| is_hold(processing));
        let mut holds: Vec<ComponentId> = holds.map(|(id, _)| id.clone()).collect();
        let mut ends = self.ends(parts, pipeline, batch, holds.last());
        let mut steps = Vec::new();
        for (id, processing) in processings.into_iter().rev() {
            match processing {
                Processing::Batch(_) => {}
                Processing::Step(step) => steps.insert(0, step),
                Processing::Hold(hold) => {
                    holds.pop();
                    let next = head(std::mem::take(&mut steps), ends);
                    let delivery = hold.over(next);
                    self.holds
                        .push((id.clone(), Arc::clone(&delivery.exporter)));
                    ends = Ends::default();
                    let behind = holds.last();
                    self.lead(parts, pipeline, (&id, delivery), (None, behind), &mut ends);
                }
            }
        }
        head(steps, ends)
    }

    /// Where the pipeline ends, behind its last hold.
    fn ends(
        &mut self,
        parts: &Parts<'_>,
        pipeline: &Pipeline,
        batch: Option<BatchSettings>,
        behind: Option<&ComponentId>,
    ) -> Ends {
        let mut ends = Ends::default();
        for id in &pipeline.exporters {
            if let Some(connector) = parts.connectors.get(id) {
                let connection = self.connection(parts, pipeline, id, connector);
                ends.outlets.push(Outlet::Connector(Arc::new(connection)));
            } else if let Some(delivery) = parts.deliveries.get(id) {
                let delivery = (id, delivery.clone());
                self.lead(parts, pipeline, delivery, (batch, behind), &mut ends);
            }
        }
        ends
    }

    /// Starts the lane to one destination: from the journal if there is one and the destination
    /// is to get everything.
    fn lead(
        &mut self,
        parts: &Parts<'_>,
        pipeline: &Pipeline,
        (exporter, delivery): (&ComponentId, Delivery),
        (batch, behind): (Option<BatchSettings>, Option<&ComponentId>),
        ends: &mut Ends,
    ) {
        let name = lane_name(pipeline, exporter);
        let metrics = &parts.shared.metrics;
        let lasting = is_lasting(&delivery);
        let route = Route {
            name: name.clone(),
            delivery,
            batch,
            dead_letters: parts.dead_letters.clone().filter(|_| lasting),
        };
        let journal = parts.journals.get(&journals::name(pipeline, behind));
        let Some(journal) = journal.filter(|_| lasting) else {
            let lane = Lane::start(route, metrics, parts.tasks);
            self.books.push((name, lane.books()));
            return ends.outlets.push(Outlet::Lane(lane));
        };
        let lane = LoggedLane::start(route, journal, metrics, parts.tasks)
            .expect("a journal that was just started runs");
        self.books.push((name, lane.books()));
        let logging = ends
            .journal
            .get_or_insert_with(|| Logging::to(journal.clone()));
        logging.add(&lane);
    }

    fn connection(
        &mut self,
        parts: &Parts<'_>,
        pipeline: &Pipeline,
        id: &ComponentId,
        connector: &Arc<dyn Connector>,
    ) -> Connection {
        let feed = parts.plan.connectors.get(id);
        let fed = feed.and_then(|feed| feed.get(&pipeline.signal));
        let fed = fed.map_or(&[][..], Vec::as_slice);
        let fed = fed.iter().filter_map(|index| {
            let pipeline = parts.plan.pipelines.get(*index)?;
            Some((pipeline.name.clone(), Arc::clone(self.heads.get(index)?)))
        });
        let (pipelines, heads) = fed.unzip();
        let name = lane_name(pipeline, id);
        let books = Books::new(&name, &parts.shared.metrics);
        self.books.push((name, books.clone()));
        Connection {
            connector: Arc::clone(connector),
            books,
            pipelines,
            heads,
        }
    }

    fn start_connectors(&self, parts: &Parts<'_>) {
        for (id, connector) in &parts.connectors {
            let mut outputs = Outputs::default();
            let feed = parts.plan.connectors.get(id).into_iter().flatten();
            for (signal, index) in feed.flat_map(|(s, all)| all.iter().map(move |i| (*s, i))) {
                let pipeline = parts.plan.pipelines.get(*index);
                if let (Some(pipeline), Some(head)) = (pipeline, self.heads.get(index)) {
                    let head: Arc<dyn Consumer> = Arc::<Head>::clone(head);
                    outputs.push(signal, pipeline.name.clone(), head);
                }
            }
            connector.start(outputs, parts.tasks);
        }
    }
}

fn head(steps: Vec<Arc<dyn Processor>>, ends: Ends) -> Arc<Head> {
    let Ends { outlets, journal } = ends;
    let looks_inside = steps.iter().any(|step| step.looks_inside())
        || outlets.iter().any(Outlet::looks_inside)
        || journal.as_ref().is_some_and(Logging::looks_inside);
    Arc::new(Head {
        steps,
        outlets,
        journal,
        looks_inside,
    })
}

fn batch_of(processings: &Processings) -> Option<BatchSettings> {
    let mut last = processings.iter().rev();
    last.find_map(|(_, processing)| match processing {
        Processing::Batch(settings) => Some(*settings),
        Processing::Hold(_) | Processing::Step(_) => None,
    })
}

fn lane_name(pipeline: &Pipeline, exporter: &ComponentId) -> LaneName {
    LaneName {
        pipeline: pipeline.name.clone(),
        exporter: exporter.clone(),
        signal: pipeline.signal,
    }
}
