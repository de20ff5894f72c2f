//! From a plan to components that are connected.

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_wire::otlp::Signal;

use super::entrance::Entrance;
use super::open::{Opened, Parts};
use super::{Plan, journals};
use crate::component::{
    ComponentId, Connector, Context, Delivery, Exporter, Extension, Intakes, Receiver, Shared,
    Tasks,
};
use crate::config::{Component, Components, Config, Problem};
use crate::delivery::{Books, DataDirectory, LaneName};

/// Components that are connected; only the lanes run yet.
pub(crate) struct Built {
    pub(crate) exporters: Vec<(ComponentId, Arc<dyn Exporter>)>,
    pub(crate) extensions: Vec<(ComponentId, Box<dyn Extension>)>,
    /// The exporters of the lanes that lead to holds: to be started, and not to be kept, because
    /// they keep the lanes behind them.
    pub(crate) holds: Vec<(ComponentId, Arc<dyn Exporter>)>,
    /// The lanes' books. Not the lanes: they end when the last receiver lets go of them.
    pub(crate) books: Vec<(LaneName, Books)>,
    pub(crate) receivers: Vec<(ComponentId, Box<dyn Receiver>, Entrances)>,
}

/// The ways from one receiver into its pipelines, by signal.
pub(crate) type Entrances = BTreeMap<Signal, Arc<Entrance>>;

/// Builds every component of a plan, and starts the lanes in `tasks`. The lanes come last, so that
/// nothing runs when a component cannot be built.
pub(crate) fn build(
    config: &Config,
    plan: &Plan,
    data: &mut Option<DataDirectory>,
    shared: &Shared,
    tasks: &Tasks,
) -> Result<Built, Problem> {
    let deliveries = all(&config.exporters, plan.exporters.iter(), shared)?;
    let extensions = all(&config.extensions, plan.extensions.iter(), shared)?;
    let receivers = all(&config.receivers, plan.receivers.keys(), shared)?;
    let connectors = connectors(config, plan, shared)?;
    let mut processings = Vec::new();
    for pipeline in &plan.pipelines {
        processings.push(all(&config.processors, pipeline.processors.iter(), shared)?);
    }

    let deliveries: BTreeMap<ComponentId, Delivery> = deliveries.into_iter().collect();
    let service = &config.service;
    let journals = journals::open(data, service, &processings, &deliveries, shared, tasks)?;
    let parts = Parts {
        plan,
        deliveries: &deliveries,
        connectors,
        dead_letters: data.as_ref().map(|data| data.dead_letters().clone()),
        journals,
        shared,
        tasks,
    };
    let opened = Opened::open(&parts, processings);
    drop(parts);
    let receivers = receivers.into_iter().map(|(id, receiver)| {
        let feed = plan.receivers.get(&id);
        let entrances = feed.map(|feed| opened.entrances(feed)).unwrap_or_default();
        (id, receiver, entrances)
    });
    Ok(Built {
        receivers: receivers.collect(),
        exporters: deliveries
            .into_iter()
            .map(|(id, delivery)| (id, delivery.exporter))
            .collect(),
        extensions,
        holds: opened.holds,
        books: opened.books,
    })
}

/// What a receiver hands its payloads to.
pub(crate) fn intakes(entrances: &Entrances) -> Intakes {
    let mut intakes = Intakes::default();
    for (signal, entrance) in entrances {
        intakes.set(*signal, Arc::<Entrance>::clone(entrance));
    }
    intakes
}

/// Builds one component for each id.
fn all<'i, C>(
    components: &Components<C>,
    ids: impl Iterator<Item = &'i ComponentId>,
    shared: &Shared,
) -> Result<Vec<(ComponentId, C)>, Problem> {
    ids.map(|id| Ok((id.clone(), one(found(components, id), id, shared)?)))
        .collect()
}

fn found<'c, C>(components: &'c Components<C>, id: &ComponentId) -> &'c Component<C> {
    components
        .get(id)
        .expect("a checked configuration refers to components that it has")
}

fn one<C>(component: &Component<C>, id: &ComponentId, shared: &Shared) -> Result<C, Problem> {
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

/// Builds every connector, and tells it which pipelines it feeds.
fn connectors(
    config: &Config,
    plan: &Plan,
    shared: &Shared,
) -> Result<BTreeMap<ComponentId, Arc<dyn Connector>>, Problem> {
    let mut built = BTreeMap::new();
    for (id, feed) in &plan.connectors {
        let component = found(&config.connectors, id);
        let connector = one(component, id, shared)?;
        connector
            .connect(&plan.names(feed))
            .map_err(|error| component.written().blame(&error.key, error.message))?;
        built.insert(id.clone(), connector);
    }
    Ok(built)
}
