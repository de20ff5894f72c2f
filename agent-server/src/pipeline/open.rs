//! Opening pipelines: what is new is started, what is the same is taken over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::{Made, Parts};
use super::entrance::Entrance;
use super::head::{Connection, Ends, Head, Logging, Outlet};
use super::journals::is_lasting;
use super::pipelines::{Deferred, Opened, Pipelines};
use super::running::{Destination, Joint, Kept, Line, RunningLane, Source};
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

/// What pipelines are made of, and what they can take over.
pub(crate) struct Opening<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) destinations: &'p BTreeMap<ComponentId, Destination>,
    pub(crate) dead_letters: Option<DeadLetters>,
    pub(crate) journals: BTreeMap<JournalName, Journal>,
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
            deferred: Vec::new(),
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

/// How a pipeline leads to one destination.
struct Way<'w> {
    /// The lane that leads there already.
    running: Option<RunningLane>,
    exporter: &'w ComponentId,
    delivery: Delivery,
    batch: Option<BatchSettings>,
    /// The hold behind which it is.
    behind: Option<&'w ComponentId>,
    tasks: &'w Tasks,
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
        let holds = made.iter().filter(|made| made.is_hold());
        let mut holds: Vec<ComponentId> = holds.map(|made| made.id.clone()).collect();
        let mut ends = self.ends(batch, holds.last(), opened);
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
                    if !kept {
                        step.start(self.opening.tasks);
                    }
                    steps.insert(0, Arc::clone(&step));
                    Kept::Step(step)
                }
                Processing::Hold(hold) => {
                    holds.pop();
                    let next = self.head(std::mem::take(&mut steps), ends);
                    let delivery = hold.over(Arc::<Head>::clone(&next));
                    let way = Way {
                        running: self.held(&id, &next).filter(|_| kept),
                        exporter: &id,
                        delivery,
                        batch: None,
                        behind: holds.last(),
                        tasks: self.opening.tasks,
                    };
                    ends = Ends::default();
                    if let Some(exporter) = self.lead(way, &mut ends, opened) {
                        opened.holds.push((id.clone(), exporter));
                    }
                    Kept::Hold(next)
                }
            };
            self.processors.insert(id, kept);
        }
        Line {
            head: self.head(steps, ends),
            heads: self.heads,
            lanes: self.lanes,
            processors: self.processors,
        }
    }

    /// Where the pipeline ends, behind its last hold.
    fn ends(
        &mut self,
        batch: Option<BatchSettings>,
        behind: Option<&ComponentId>,
        opened: &mut Opened,
    ) -> Ends {
        let mut ends = Ends::default();
        for id in &self.pipeline.exporters {
            if let Some(connector) = self.connectors.get(id) {
                let connection = self.connection(id, connector, opened);
                ends.outlets.push(Outlet::Connector(connection));
            } else if let Some(destination) = self.opening.destinations.get(id) {
                let way = Way {
                    running: self.running_lane(id, destination, batch),
                    exporter: id,
                    delivery: destination.delivery.clone(),
                    batch,
                    behind,
                    tasks: &destination.lanes,
                };
                self.lead(way, &mut ends, opened);
            }
        }
        ends
    }

    /// Leads to a destination: by the lane that runs, or by a new one, whose exporter it gives
    /// back. What is to get everything is led from the journal, if there is one.
    fn lead(
        &mut self,
        way: Way<'_>,
        ends: &mut Ends,
        opened: &mut Opened,
    ) -> Option<Arc<dyn Exporter>> {
        let lasting = is_lasting(&way.delivery);
        let journal = journals::name(self.pipeline, way.behind);
        let journal = self.opening.journals.get(&journal).filter(|_| lasting);
        let running = way.running.filter(|lane| lane.source.is_in(journal));
        let settings = way.delivery.settings.clone();
        let exporter = Arc::clone(&way.delivery.exporter);
        let is_new = running.is_none();
        let lane = running.unwrap_or_else(|| {
            let route = Route {
                name: self.lane_name(way.exporter),
                delivery: way.delivery,
                batch: way.batch,
                dead_letters: self.opening.dead_letters.clone().filter(|_| lasting),
                memory: self.opening.shared.memory.clone(),
            };
            let tasks = way.tasks.branch();
            RunningLane {
                source: self.start(route, journal, &tasks, opened),
                batch: way.batch,
                tasks,
            }
        });
        let books = lane.source.books();
        opened
            .books
            .push((self.lane_name(way.exporter), books.clone()));
        match &lane.source {
            Source::Queue(lane) => ends.outlets.push(Outlet::Lane(lane.clone())),
            Source::Journal(journal, _) => ends
                .journal
                .get_or_insert_with(|| Logging::to(journal.clone()))
                .add(books, &settings),
        }
        self.lanes.insert(way.exporter.clone(), lane);
        is_new.then_some(exporter)
    }

    /// Starts a lane; later, where it delivers from a journal from which others deliver now.
    fn start(
        &self,
        route: Route,
        journal: Option<&Journal>,
        tasks: &Tasks,
        opened: &mut Opened,
    ) -> Source {
        let metrics = &self.opening.shared.metrics;
        let Some(journal) = journal else {
            return Source::Queue(Lane::start(route, metrics, tasks));
        };
        let books = Books::new(&route.name, metrics);
        if self.opening.running.is_in(journal) {
            opened.deferred.push(Deferred {
                route,
                journal: journal.clone(),
                tasks: tasks.clone(),
            });
        } else {
            LoggedLane::start(route, journal, metrics, tasks)
                .expect("a journal that was just started runs");
        }
        Source::Journal(journal.clone(), books)
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
    fn head(&mut self, steps: Vec<Arc<dyn Processor>>, ends: Ends) -> Arc<Head> {
        let running = self.before.and_then(|line| line.head_of(&steps, &ends));
        let head = running.unwrap_or_else(|| Arc::new(Head::new(steps, ends)));
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
