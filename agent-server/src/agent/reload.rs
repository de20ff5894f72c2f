//! A new configuration for an agent that runs, or its first one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::failure::blame;
use super::part::Part;
use super::succession::{Succession, leave};
use super::{Agent, Reloaded, StartFailure, begin};
use crate::component::{ComponentId, Context, Shared, Tasks};
use crate::config::{Components, Config, Problem};
use crate::delivery::LaneName;
use crate::delivery::queues::{LaneOperator, Operator};
use crate::ops::target_info;
use crate::pipeline::{
    Change, Changes, Destination, Opened, Opening, Parts, Plan, Section, found, open_data,
    open_journals,
};

/// How long an exporter may take to flush and close.
pub(super) const CLOSING: Duration = Duration::from_secs(2);
/// Lanes that may be on their way out, each with a queue. Beyond it nothing is replaced.
const MAX_OLD_LANES: usize = 16;

/// What runs beside the old configuration until it takes its place.
struct Prepared {
    changes: Changes,
    destinations: BTreeMap<ComponentId, Destination>,
    opened: Opened,
    parts: Parts,
}

impl Agent {
    /// Puts a new configuration into force. Only what has changed is stopped and started: sockets,
    /// connections and queues of everything else stay as they are.
    ///
    /// # Errors
    ///
    /// When the new configuration cannot be put into practice, such as for a port that is taken.
    /// The old one is in force then, as if nothing had happened.
    ///
    /// # Cancellation
    ///
    /// To be awaited to its end: of a reload that is dropped on the way, what has started runs until
    /// the agent stops.
    pub async fn reload(&mut self, new: Config) -> Result<Reloaded, StartFailure> {
        self.refuse_too_many()?;
        let mut prepared = self.prepare(&new)?;
        let predecessors = self.predecessors(&prepared.changes);
        let mut succession = Succession::new(predecessors, &self.leaving, &self.shared.addresses);
        let started = self.start_parts(&new, &mut prepared, &mut succession).await;
        if let Err(problem) = started {
            self.undo(prepared, succession).await;
            return Err(problem.into());
        }
        let reloaded = Reloaded::from(&prepared.changes);
        self.put_in_force(new, prepared, succession).await;
        Ok(reloaded)
    }

    fn refuse_too_many(&mut self) -> Result<(), Problem> {
        self.old_lanes.retain(|lane| !lane.is_empty());
        if self.old_lanes.len() <= MAX_OLD_LANES {
            return Ok(());
        }
        let lanes = self.old_lanes.len();
        let message = format!(
            "{lanes} queues of earlier configurations are still being delivered; their \
             destinations do not take what they hold"
        );
        let help = "wait until the destinations answer, or restart the agent";
        Err(Problem::elsewhere(message).help(help.to_owned()))
    }

    /// Builds everything that is new and opens the pipelines. Nothing can be reached yet.
    fn prepare(&mut self, new: &Config) -> Result<Prepared, Problem> {
        let plan = Plan::of(&new.service);
        let changes = Changes::between(self.config.as_ref(), new);
        let mut parts = Parts::build(new, &plan, &changes, &self.pipelines, &self.shared)?;
        let mut destinations = BTreeMap::new();
        for id in &plan.exporters {
            let running = self.exporters.get(id);
            let destination = match parts.exporters.get(id) {
                Some(delivery) => Some(Destination {
                    delivery: delivery.clone(),
                    lanes: self.lanes.branch(),
                    kept: false,
                }),
                None => running.map(|running| Destination {
                    kept: true,
                    ..running.clone()
                }),
            };
            destinations.extend(destination.map(|destination| (id.clone(), destination)));
        }
        if self.config.is_none() {
            self.data = open_data(&new.service)?;
        }
        let (shared, tasks) = (&self.shared, &self.lanes);
        let (data, to) = (&mut self.data, &destinations);
        let journals = open_journals(data, &new.service, &parts, to, shared, tasks)?;
        let dead_letters = self.data.as_ref().map(|data| data.dead_letters().clone());
        let opening = Opening {
            plan: &plan,
            destinations: &destinations,
            dead_letters,
            journals,
            running: &self.pipelines,
            shared: &self.shared,
            tasks: &self.lanes,
        };
        let opened = opening.open(&mut parts);
        // What is not led to any more closes.
        drop(opening);
        Ok(Prepared {
            changes,
            destinations,
            opened,
            parts,
        })
    }

    /// The parts that stop when the changes come into force.
    fn predecessors(&self, changes: &Changes) -> BTreeMap<Part, Tasks> {
        let stops = |section: &Section, id| section.get(id).is_some_and(Change::stops);
        let parts = self.parts.iter().filter(|(part, _)| match part {
            Part::Metrics => changes.metrics.stops(),
            Part::Exporter(id) => stops(&changes.exporters, id),
            Part::Extension(id) => stops(&changes.extensions, id),
            Part::Receiver(id) => stops(&changes.receivers, id),
        });
        parts
            .map(|(part, tasks)| (part.clone(), tasks.clone()))
            .collect()
    }

    async fn start_parts(
        &self,
        new: &Config,
        prepared: &mut Prepared,
        succession: &mut Succession,
    ) -> Result<(), Problem> {
        let (shared, pages) = (&self.shared, &self.pages);
        if prepared.changes.metrics.starts() {
            let begin = begin::metrics(new, shared);
            succession
                .start(Part::Metrics, pages.branch(), begin)
                .await?;
        }
        for (id, delivery) in &prepared.parts.exporters {
            let begin = begin::exporter(
                Arc::clone(&delivery.exporter),
                found(&new.exporters, id).written(),
            );
            let part = Part::Exporter(id.clone());
            succession.start(part, pages.branch(), begin).await?;
        }
        for (id, hold) in prepared.opened.holds.drain(..) {
            let started = hold.start(self.lanes.clone()).await;
            started.map_err(|error| {
                blame(found(&new.processors, &id).written(), error.key(), &error)
            })?;
        }
        // In the order in which they are listed.
        for id in &new.service.extensions {
            if let Some(built) = prepared.parts.extensions.remove(id) {
                let begin = begin::extension(Some(built), found(&new.extensions, id), id, shared);
                let part = Part::Extension(id.clone());
                succession.start(part, pages.branch(), begin).await?;
            }
        }
        for (id, built) in std::mem::take(&mut prepared.parts.receivers) {
            let intakes = prepared.opened.pipelines.intakes(&id);
            let component = found(&new.receivers, &id);
            let begin = begin::receiver(Some(built), component, &id, intakes, shared);
            let part = Part::Receiver(id.clone());
            succession
                .start(part, self.receivers.branch(), begin)
                .await?;
        }
        Ok(())
    }

    /// Everything has started: the new pipelines take over, and what is not needed any more stops.
    async fn put_in_force(&mut self, new: Config, prepared: Prepared, mut succession: Succession) {
        let Prepared {
            changes,
            destinations,
            opened,
            ..
        } = prepared;
        self.keep_books(&opened);
        let metrics = &self.shared.metrics;
        let old_lanes = opened.take_over(&mut self.pipelines, metrics).await;
        self.old_lanes.extend(old_lanes);
        self.operate(&new);
        self.apply_live(&new, &changes);
        let exporters = std::mem::replace(&mut self.exporters, destinations);
        for (id, old) in exporters {
            if changes.exporters.get(&id).is_some_and(Change::stops) {
                let page = succession.predecessors.remove(&Part::Exporter(id));
                self.retire(old, page);
            }
        }
        succession.stop_predecessors();
        for part in succession.predecessors.keys() {
            self.parts.remove(part);
        }
        self.parts.retain(|part, _| match part {
            Part::Exporter(id) => self.exporters.contains_key(id),
            _ => true,
        });
        self.parts.extend(succession.started);
        if changes.resource {
            self.shared.metrics.forget("target_info");
            target_info(&self.shared.metrics, &new.service.telemetry.resource);
        }
        self.config = Some(new);
    }

    /// Lets the queues be asked for, as they are now.
    fn operate(&mut self, new: &Config) {
        let queues = self.queues.get_or_insert_with(|| {
            let data = self.data.as_ref();
            let dead_letters = data.map(|data| data.dead_letters().clone());
            let operator = Arc::new(LaneOperator::new(dead_letters, self.lanes.branch()));
            self.shared
                .queues
                .fill(Arc::clone(&operator) as Arc<dyn Operator>);
            operator
        });
        queues.operate(self.pipelines.operated(&new.service.pipelines));
    }

    /// Keeps the books of every lane that runs or has something left, each once: the books of one
    /// name go on from lane to lane.
    fn keep_books(&mut self, opened: &Opened) {
        let is_new = |name: &LaneName| opened.books.iter().any(|(new, _)| new == name);
        self.books
            .retain(|(name, books)| !is_new(name) && books.balance().waiting() > 0);
        self.books.extend(opened.books.iter().cloned());
        self.shared.ledgers.show(self.books.clone());
    }

    fn apply_live(&self, new: &Config, changes: &Changes) {
        apply(&new.connectors, &changes.connectors, &self.shared);
        apply(&new.exporters, &changes.exporters, &self.shared);
        apply(&new.extensions, &changes.extensions, &self.shared);
        apply(&new.processors, &changes.processors, &self.shared);
        apply(&new.receivers, &changes.receivers, &self.shared);
    }

    /// Lets an exporter close when its last lane has delivered, and what it serves end then.
    pub(super) fn retire(&self, old: Destination, page: Option<Tasks>) {
        self.leaving.spawn(async move {
            old.lanes.ended().await;
            if timeout(CLOSING, old.delivery.exporter.finish())
                .await
                .is_err()
            {
                tracing::warn!(
                    "an exporter did not close in time; its last payloads may be missing"
                );
            }
            // What it serves may need it.
            if let Some(page) = page {
                page.stop_within(CLOSING).await;
            }
        });
    }

    /// Something has not started: what has starts to stop, and what had to make room comes back.
    async fn undo(&mut self, prepared: Prepared, succession: Succession) {
        let Prepared {
            destinations,
            opened,
            ..
        } = prepared;
        drop(opened);
        let started = succession.started;
        for (id, destination) in destinations {
            if !destination.kept {
                let page = started.get(&Part::Exporter(id)).cloned();
                self.retire(destination, page);
            }
        }
        for (part, tasks) in &started {
            if !matches!(part, Part::Exporter(_)) {
                leave(tasks, &self.leaving);
            }
        }
        if succession.stopped {
            self.bring_back(succession.predecessors, started).await;
        }
    }

    /// Starts parts again that were stopped for others, which stop now.
    async fn bring_back(&mut self, parts: BTreeMap<Part, Tasks>, others: BTreeMap<Part, Tasks>) {
        let Some(config) = &self.config else {
            return;
        };
        let mut back = Succession::new(others, &self.leaving, &self.shared.addresses);
        let shared = &self.shared;
        for part in parts.into_keys() {
            let (begin, root) = match &part {
                Part::Metrics => (begin::metrics(config, shared), &self.pages),
                Part::Exporter(id) => {
                    let Some(running) = self.exporters.get(id) else {
                        continue;
                    };
                    let exporter = Arc::clone(&running.delivery.exporter);
                    let written = found(&config.exporters, id).written();
                    (begin::exporter(exporter, written), &self.pages)
                }
                Part::Extension(id) => {
                    let component = found(&config.extensions, id);
                    (begin::extension(None, component, id, shared), &self.pages)
                }
                Part::Receiver(id) => {
                    let intakes = self.pipelines.intakes(id);
                    let component = found(&config.receivers, id);
                    let begin = begin::receiver(None, component, id, intakes, shared);
                    (begin, &self.receivers)
                }
            };
            if let Err(problem) = back.start(part.clone(), root.branch(), begin).await {
                tracing::error!("{part} did not come back: {problem}; restart the agent");
            }
        }
        self.parts.extend(back.started);
    }
}

/// Puts the live keys into practice that differ.
fn apply<C>(components: &Components<C>, changes: &Section, shared: &Shared) {
    for (id, change) in changes {
        if let (Change::Live(_), Some(component)) = (change, components.get(id)) {
            component.apply(&Context {
                id: id.clone(),
                shared: shared.clone(),
            });
        }
    }
}
