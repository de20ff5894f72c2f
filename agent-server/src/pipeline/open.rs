//! Pipelines whose lanes run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::Entrances;
use super::entrance::Entrance;
use super::head::{Connection, Head, Outlet};
use super::{Feed, Plan};
use crate::component::{
    ComponentId, Connector, Consumer, Delivery, Exporter, Outputs, Processing, Processor, Shared,
    Tasks,
};
use crate::config::Pipeline;
use crate::delivery::{BatchSettings, Books, Lane, LaneName};

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
struct Parts<'p> {
    plan: &'p Plan,
    deliveries: &'p BTreeMap<ComponentId, Delivery>,
    connectors: BTreeMap<ComponentId, Arc<dyn Connector>>,
    shared: &'p Shared,
    tasks: &'p Tasks,
}

impl Opened {
    /// Starts the lanes of every pipeline, those behind a connector before those before it.
    pub(super) fn open(
        plan: &Plan,
        processings: Vec<Processings>,
        deliveries: &BTreeMap<ComponentId, Delivery>,
        connectors: BTreeMap<ComponentId, Arc<dyn Connector>>,
        shared: &Shared,
        tasks: &Tasks,
    ) -> Self {
        let parts = Parts {
            plan,
            deliveries,
            connectors,
            shared,
            tasks,
        };
        let mut opened = Self {
            books: Vec::new(),
            holds: Vec::new(),
            heads: BTreeMap::new(),
        };
        let mut processings: Vec<_> = processings.into_iter().map(Some).collect();
        for index in plan.backwards() {
            let processings = processings.get_mut(index).and_then(Option::take);
            if let (Some(pipeline), Some(processings)) = (plan.pipelines.get(index), processings) {
                let head = opened.pipeline(&parts, pipeline, processings);
                opened.heads.insert(index, head);
            }
        }
        opened.start_connectors(&parts);
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
        let mut outlets = self.outlets(parts, pipeline, batch);
        let mut steps = Vec::new();
        for (id, processing) in processings.into_iter().rev() {
            match processing {
                Processing::Batch(_) => {}
                Processing::Step(step) => steps.insert(0, step),
                Processing::Hold(hold) => {
                    let next = head(std::mem::take(&mut steps), outlets);
                    let delivery = hold.over(next);
                    self.holds
                        .push((id.clone(), Arc::clone(&delivery.exporter)));
                    let lane = self.lane(parts, pipeline, &id, delivery, None);
                    outlets = vec![Outlet::Lane(lane)];
                }
            }
        }
        head(steps, outlets)
    }

    fn outlets(
        &mut self,
        parts: &Parts<'_>,
        pipeline: &Pipeline,
        batch: Option<BatchSettings>,
    ) -> Vec<Outlet> {
        let mut outlets = Vec::new();
        for id in &pipeline.exporters {
            if let Some(connector) = parts.connectors.get(id) {
                let connection = self.connection(parts, pipeline, id, connector);
                outlets.push(Outlet::Connector(Arc::new(connection)));
            } else if let Some(delivery) = parts.deliveries.get(id) {
                let lane = self.lane(parts, pipeline, id, delivery.clone(), batch);
                outlets.push(Outlet::Lane(lane));
            }
        }
        outlets
    }

    fn lane(
        &mut self,
        parts: &Parts<'_>,
        pipeline: &Pipeline,
        exporter: &ComponentId,
        delivery: Delivery,
        batch: Option<BatchSettings>,
    ) -> Lane {
        let name = lane_name(pipeline, exporter);
        let metrics = &parts.shared.metrics;
        let lane = Lane::start(name.clone(), delivery, batch, metrics, parts.tasks);
        self.books.push((name, lane.books()));
        lane
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

fn head(steps: Vec<Arc<dyn Processor>>, outlets: Vec<Outlet>) -> Arc<Head> {
    let looks_inside =
        steps.iter().any(|step| step.looks_inside()) || outlets.iter().any(Outlet::looks_inside);
    Arc::new(Head {
        steps,
        outlets,
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
