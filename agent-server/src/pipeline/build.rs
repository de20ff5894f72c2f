//! From a plan to components that are connected.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fanout::{Fanout, Head};
use super::{Feed, Plan};
use crate::component::{
    ComponentId, Context, Delivery, Exporter, Extension, Intakes, Processing, Receiver, Shared,
    Tasks,
};
use crate::config::{Components, Config, Problem};
use crate::delivery::{BatchSettings, Books, Lane, LaneName};

/// Components that are connected; only the lanes run yet.
pub(crate) struct Built {
    pub(crate) exporters: Vec<(ComponentId, Arc<dyn Exporter>)>,
    pub(crate) extensions: Vec<(ComponentId, Box<dyn Extension>)>,
    /// The lanes' books. Not the lanes: they end when the last receiver lets go of them.
    pub(crate) books: Vec<(LaneName, Books)>,
    pub(crate) receivers: Vec<(ComponentId, Box<dyn Receiver>, Intakes)>,
}

/// Builds every component of a plan, and starts the lanes in `tasks`. The lanes come last, so that
/// nothing runs when a component cannot be built.
pub(crate) fn build(
    config: &Config,
    plan: &Plan,
    shared: &Shared,
    tasks: &Tasks,
) -> Result<Built, Problem> {
    let deliveries = all(&config.exporters, plan.exporters.iter(), shared)?;
    let extensions = all(&config.extensions, plan.extensions.iter(), shared)?;
    let receivers = all(&config.receivers, plan.receivers.keys(), shared)?;
    let mut processings = Vec::new();
    for pipeline in &plan.pipelines {
        processings.push(all(&config.processors, pipeline.processors.iter(), shared)?);
    }

    let deliveries: BTreeMap<ComponentId, Delivery> = deliveries.into_iter().collect();
    let mut opened = Opened::default();
    for (pipeline, processings) in plan.pipelines.iter().zip(processings) {
        let lanes = plan
            .lanes
            .iter()
            .filter(|lane| lane.pipeline == pipeline.name);
        let processings = processings.into_iter().map(|(_, processing)| processing);
        opened.open(lanes, processings, &deliveries, shared, tasks);
    }
    let receivers = receivers.into_iter().map(|(id, receiver)| {
        let feed = plan.receivers.get(&id);
        let intakes = feed.map(|feed| opened.intakes(feed)).unwrap_or_default();
        (id, receiver, intakes)
    });
    Ok(Built {
        receivers: receivers.collect(),
        exporters: deliveries
            .into_iter()
            .map(|(id, delivery)| (id, delivery.exporter))
            .collect(),
        extensions,
        books: opened.books,
    })
}

/// Builds one component for each id.
fn all<'i, C>(
    components: &Components<C>,
    ids: impl Iterator<Item = &'i ComponentId>,
    shared: &Shared,
) -> Result<Vec<(ComponentId, C)>, Problem> {
    ids.map(|id| Ok((id.clone(), one(components, id, shared)?)))
        .collect()
}

fn one<C>(components: &Components<C>, id: &ComponentId, shared: &Shared) -> Result<C, Problem> {
    let component = components
        .get(id)
        .expect("a checked configuration refers to components that it has");
    let written = component.written();
    let configured = component.configure().map_err(|invalids| {
        let invalid = invalids.into_iter().next();
        let (key, message) =
            invalid.map_or_else(Default::default, |invalid| (invalid.key, invalid.message));
        written.blame(&key, message)
    })?;
    let context = Context {
        id: id.clone(),
        shared: shared.clone(),
    };
    configured
        .build(context)
        .map_err(|error| written.blame(&error.key, error.message))
}

/// Pipelines whose lanes run.
#[derive(Default)]
struct Opened {
    books: Vec<(LaneName, Books)>,
    heads: Vec<Arc<Head>>,
}

impl Opened {
    /// Starts the lanes of one pipeline.
    fn open<'l>(
        &mut self,
        names: impl Iterator<Item = &'l LaneName>,
        processings: impl Iterator<Item = Processing>,
        deliveries: &BTreeMap<ComponentId, Delivery>,
        shared: &Shared,
        tasks: &Tasks,
    ) {
        let mut batch: Option<BatchSettings> = None;
        let mut steps = Vec::new();
        for processing in processings {
            match processing {
                Processing::Batch(settings) => batch = Some(settings),
                Processing::Step(step) => steps.push(step),
            }
        }
        let mut lanes = Vec::new();
        let mut looks_inside = !steps.is_empty();
        for name in names {
            let delivery = deliveries
                .get(&name.exporter)
                .expect("a plan's lanes lead to its exporters");
            looks_inside |= !delivery.settings.passes;
            let lane = Lane::start(
                name.clone(),
                delivery.clone(),
                batch,
                &shared.metrics,
                tasks,
            );
            self.books.push((name.clone(), lane.books()));
            lanes.push(lane);
        }
        self.heads.push(Arc::new(Head {
            steps,
            lanes,
            looks_inside,
        }));
    }

    /// What a receiver hands its payloads to.
    fn intakes(&self, feed: &Feed) -> Intakes {
        let mut intakes = Intakes::default();
        for (signal, pipelines) in feed {
            let heads = pipelines.iter().filter_map(|index| self.heads.get(*index));
            let heads: Vec<_> = heads.cloned().collect();
            intakes.set(*signal, Arc::new(Fanout(heads)));
        }
        intakes
    }
}
