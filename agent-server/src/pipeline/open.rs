//! Opening pipelines: what is new is started, what is the same is taken over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::{Made, Parts};
use super::entrance::Entrance;
use super::head::{Connection, Head, Outlet};
use super::pipelines::{Opened, Pipelines};
use super::running::{Destination, Joint, Kept, Line, RunningLane};
use super::{Feed, Plan};
use crate::component::{
    ComponentId, Connector, Consumer, Delivery, Outputs, Processing, Processor, Shared, Tasks,
};
use crate::config::Pipeline;
use crate::delivery::{BatchSettings, Books, Lane, LaneName};

/// What pipelines are made of, and what they can take over.
pub(crate) struct Opening<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) destinations: &'p BTreeMap<ComponentId, Destination>,
    pub(crate) running: &'p Pipelines,
    pub(crate) shared: &'p Shared,
    /// Of the lanes, and of connectors.
    pub(crate) tasks: &'p Tasks,
}

impl Opening<'_> {
    /// Opens every pipeline, those behind a connector before those before it. What runs is not
    /// touched.
    pub(crate) fn open(&self, parts: &mut Parts) -> Opened {
        let mut opened = Opened {
            pipelines: Pipelines::default(),
            books: Vec::new(),
            holds: Vec::new(),
            turns: Vec::new(),
        };
        let connectors = self.connectors(parts);
        for index in self.plan.backwards() {
            let made = parts.processings.get_mut(index).map(std::mem::take);
            if let (Some(pipeline), Some(made)) = (self.plan.pipelines.get(index), made) {
                let line = LineOpening {
                    opening: self,
                    pipeline,
                    connectors: &connectors,
                    before: self.running.lines.get(&pipeline.name),
                    heads: Vec::new(),
                    lanes: BTreeMap::new(),
                    processors: BTreeMap::new(),
                };
                let line = line.open(made, &mut opened);
                opened.pipelines.lines.insert(pipeline.name.clone(), line);
            }
        }
        self.join(connectors, parts, &mut opened);
        for (id, feed) in &self.plan.receivers {
            self.enter(id, feed, &mut opened);
        }
        opened
    }

    /// The new connectors, and those that run on.
    fn connectors(&self, parts: &Parts) -> BTreeMap<ComponentId, Arc<dyn Connector>> {
        let ids = self.plan.connectors.keys();
        let connectors = ids.filter_map(|id| {
            let running = || Some(&self.running.joints.get(id)?.connector);
            let connector = parts.connectors.get(id).or_else(running)?;
            Some((id.clone(), Arc::clone(connector)))
        });
        connectors.collect()
    }

    /// Makes the ways from a receiver into its pipelines, or prepares to turn them.
    fn enter(&self, id: &ComponentId, feed: &Feed, opened: &mut Opened) {
        let running = self.running.entrances.get(id);
        let mut entrances = BTreeMap::new();
        for (signal, pipelines) in feed {
            let heads = pipelines
                .iter()
                .filter_map(|index| self.head(*index, opened));
            let running = running.and_then(|entrances| entrances.get(signal));
            let entrance = entrance(running, heads.collect(), opened);
            entrances.insert(*signal, entrance);
        }
        opened.pipelines.entrances.insert(id.clone(), entrances);
    }

    /// Starts the new connectors, and prepares to turn what the others emit.
    fn join(
        &self,
        connectors: BTreeMap<ComponentId, Arc<dyn Connector>>,
        parts: &Parts,
        opened: &mut Opened,
    ) {
        for (id, connector) in connectors {
            let is_new = parts.connectors.contains_key(&id);
            let running = self.running.joints.get(&id).filter(|_| !is_new);
            let mut outputs = Outputs::default();
            let mut ways = BTreeMap::new();
            let feed = self.plan.connectors.get(&id).into_iter().flatten();
            for (signal, index) in feed.flat_map(|(s, all)| all.iter().map(move |i| (*s, *i))) {
                let Some((name, head)) = self.named_head(index, opened) else {
                    continue;
                };
                let running = running.and_then(|joint| joint.outputs.get(&name));
                let way = entrance(running, vec![head], opened);
                let consumer: Arc<dyn Consumer> = Arc::<Entrance>::clone(&way);
                outputs.push(signal, name.clone(), consumer);
                ways.insert(name, way);
            }
            if is_new {
                connector.start(outputs, self.tasks);
            }
            let joint = Joint {
                connector,
                outputs: ways,
            };
            opened.pipelines.joints.insert(id, joint);
        }
    }

    fn head(&self, index: usize, opened: &Opened) -> Option<Arc<Head>> {
        self.named_head(index, opened).map(|(_, head)| head)
    }

    /// The name of the pipeline at this place of the plan, and its head.
    fn named_head(&self, index: usize, opened: &Opened) -> Option<(String, Arc<Head>)> {
        let name = &self.plan.pipelines.get(index)?.name;
        let line = opened.pipelines.lines.get(name)?;
        Some((name.clone(), Arc::clone(&line.head)))
    }
}

/// The way in that runs, to be turned to `heads`, or a new one that leads there.
fn entrance(
    running: Option<&Arc<Entrance>>,
    heads: Vec<Arc<Head>>,
    opened: &mut Opened,
) -> Arc<Entrance> {
    match running {
        Some(entrance) => {
            opened.turns.push((Arc::clone(entrance), heads));
            Arc::clone(entrance)
        }
        None => {
            let entrance = Entrance::default();
            entrance.open(heads);
            Arc::new(entrance)
        }
    }
}

/// One pipeline on its way to run.
struct LineOpening<'o> {
    opening: &'o Opening<'o>,
    pipeline: &'o Pipeline,
    connectors: &'o BTreeMap<ComponentId, Arc<dyn Connector>>,
    /// The same pipeline as it runs.
    before: Option<&'o Line>,
    heads: Vec<Arc<Head>>,
    lanes: BTreeMap<ComponentId, RunningLane>,
    processors: BTreeMap<ComponentId, Kept>,
}

impl LineOpening<'_> {
    /// Opens the pipeline from its end.
    fn open(mut self, made: Vec<Made>, opened: &mut Opened) -> Line {
        let batch = batch_of(&made);
        let mut outlets = self.outlets(batch, opened);
        let mut steps = Vec::new();
        for Made {
            id,
            processing,
            kept,
        } in made.into_iter().rev()
        {
            let kept = match processing {
                Processing::Batch(settings) => Kept::Batch(settings),
                Processing::Step(step) => {
                    steps.insert(0, Arc::clone(&step));
                    Kept::Step(step)
                }
                Processing::Hold(hold) => {
                    let next = self.head(std::mem::take(&mut steps), outlets);
                    let running = self.held(&id, &next).filter(|_| kept);
                    let lane = running.unwrap_or_else(|| {
                        let delivery = hold.over(Arc::<Head>::clone(&next));
                        let exporter = Arc::clone(&delivery.exporter);
                        opened.holds.push((id.clone(), exporter));
                        self.start(&id, delivery, None, self.opening.tasks)
                    });
                    outlets = vec![self.lead(&id, lane, opened)];
                    Kept::Hold(next)
                }
            };
            self.processors.insert(id, kept);
        }
        Line {
            head: self.head(steps, outlets),
            heads: self.heads,
            lanes: self.lanes,
            processors: self.processors,
        }
    }

    fn outlets(&mut self, batch: Option<BatchSettings>, opened: &mut Opened) -> Vec<Outlet> {
        let mut outlets = Vec::new();
        for id in &self.pipeline.exporters {
            if let Some(connector) = self.connectors.get(id) {
                outlets.push(Outlet::Connector(self.connection(id, connector, opened)));
            } else if let Some(destination) = self.opening.destinations.get(id) {
                let running = self.running_lane(id, destination, batch);
                let lane = running.unwrap_or_else(|| {
                    let delivery = destination.delivery.clone();
                    self.start(id, delivery, batch, &destination.lanes)
                });
                outlets.push(self.lead(id, lane, opened));
            }
        }
        outlets
    }

    /// The lane to an exporter that can run on: the same pipeline led to the same exporter, which
    /// delivers as before. Any other lane is replaced: it delivers what it holds, and ends.
    fn running_lane(
        &self,
        id: &ComponentId,
        destination: &Destination,
        batch: Option<BatchSettings>,
    ) -> Option<RunningLane> {
        let lane = self.before?.lanes.get(id)?;
        (destination.kept && lane.batch == batch).then(|| lane.clone())
    }

    /// The lane to a hold that can run on: what it holds goes where new payloads go.
    fn held(&self, id: &ComponentId, next: &Arc<Head>) -> Option<RunningLane> {
        let before = self.before?;
        match before.processors.get(id)? {
            Kept::Hold(was) if Arc::ptr_eq(was, next) => before.lanes.get(id).cloned(),
            _ => None,
        }
    }

    fn start(
        &self,
        exporter: &ComponentId,
        delivery: Delivery,
        batch: Option<BatchSettings>,
        tasks: &Tasks,
    ) -> RunningLane {
        let name = self.lane_name(exporter);
        let tasks = tasks.branch();
        let lane = Lane::start(name, delivery, batch, &self.opening.shared.metrics, &tasks);
        RunningLane { lane, batch, tasks }
    }

    /// Notes that the pipeline leads to this lane.
    fn lead(&mut self, id: &ComponentId, lane: RunningLane, opened: &mut Opened) -> Outlet {
        opened.books.push((self.lane_name(id), lane.lane.books()));
        let outlet = Outlet::Lane(lane.lane.clone());
        self.lanes.insert(id.clone(), lane);
        outlet
    }

    fn connection(
        &self,
        id: &ComponentId,
        connector: &Arc<dyn Connector>,
        opened: &mut Opened,
    ) -> Arc<Connection> {
        let feed = self.opening.plan.connectors.get(id);
        let fed = feed.and_then(|feed| feed.get(&self.pipeline.signal));
        let fed = fed.map_or(&[][..], Vec::as_slice).iter();
        let fed = fed.filter_map(|index| self.opening.named_head(*index, opened));
        let (pipelines, heads): (Vec<_>, Vec<_>) = fed.unzip();
        let running = self
            .before
            .and_then(|line| line.connection(connector, &pipelines, &heads));
        let connection = running.unwrap_or_else(|| {
            let name = self.lane_name(id);
            let books = Books::new(&name, &self.opening.shared.metrics);
            Arc::new(Connection {
                connector: Arc::clone(connector),
                books,
                pipelines,
                heads,
            })
        });
        opened
            .books
            .push((self.lane_name(id), connection.books.clone()));
        connection
    }

    /// A head of these parts: the one that runs, where it is made of the same.
    fn head(&mut self, steps: Vec<Arc<dyn Processor>>, outlets: Vec<Outlet>) -> Arc<Head> {
        let running = self.before.and_then(|line| line.head_of(&steps, &outlets));
        let head = running.unwrap_or_else(|| Arc::new(Head::new(steps, outlets)));
        self.heads.push(Arc::clone(&head));
        head
    }

    fn lane_name(&self, exporter: &ComponentId) -> LaneName {
        LaneName {
            pipeline: self.pipeline.name.clone(),
            exporter: exporter.clone(),
            signal: self.pipeline.signal,
        }
    }
}

fn batch_of(made: &[Made]) -> Option<BatchSettings> {
    let mut last = made.iter().rev();
    last.find_map(|made| match made.processing {
        Processing::Batch(settings) => Some(settings),
        Processing::Hold(_) | Processing::Step(_) => None,
    })
}
