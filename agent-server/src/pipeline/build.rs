//! From a plan to components: what is not there yet is built, nothing is started.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::counted::Counted;
use super::pipelines::Pipelines;
use super::running::Kept;
use super::{Changes, Plan, Section};
use crate::component::{
    ComponentId, Connector, Context, Delivery, Extension, Processing, Receiver, Shared,
};
use crate::config::{Component, Components, Config, Pipeline, Problem};

/// The components that a configuration has and the running one has not, or not so. Nothing of it
/// runs.
pub(crate) struct Parts {
    pub(super) connectors: BTreeMap<ComponentId, Arc<dyn Connector>>,
    pub(crate) exporters: BTreeMap<ComponentId, Delivery>,
    pub(crate) extensions: BTreeMap<ComponentId, Box<dyn Extension>>,
    /// By the pipeline's place in the plan, all of them.
    pub(super) processings: Vec<Vec<Made>>,
    pub(crate) receivers: BTreeMap<ComponentId, Box<dyn Receiver>>,
}

/// A processor of one pipeline.
pub(super) struct Made {
    pub(super) id: ComponentId,
    pub(super) processing: Processing,
    /// Whether the running one is configured alike.
    pub(super) kept: bool,
}

impl Made {
    pub(super) fn is_hold(&self) -> bool {
        matches!(self.processing, Processing::Hold(_))
    }
}

impl Parts {
    /// Builds what `changes` asks for. Steps of pipelines that run are taken over.
    pub(crate) fn build(
        config: &Config,
        plan: &Plan,
        changes: &Changes,
        running: &Pipelines,
        shared: &Shared,
    ) -> Result<Self, Problem> {
        refuse_second(&config.exporters)?;
        let mut processings = Vec::new();
        let exporters = all(&config.exporters, &changes.exporters, shared)?;
        let extensions = all(&config.extensions, &changes.extensions, shared)?;
        let receivers = all(&config.receivers, &changes.receivers, shared)?;
        let connectors = connectors(config, plan, changes, shared)?;
        for pipeline in &plan.pipelines {
            let made = pipeline.processors.iter();
            let made = made.map(|id| processing(config, changes, running, pipeline, id, shared));
            processings.push(made.collect::<Result<_, _>>()?);
        }
        Ok(Self {
            connectors,
            exporters,
            extensions,
            processings,
            receivers,
        })
    }
}

/// Builds one component for each id that is to start.
fn all<C>(
    components: &Components<C>,
    changes: &Section,
    shared: &Shared,
) -> Result<BTreeMap<ComponentId, C>, Problem> {
    let starting = changes.iter().filter(|(_, change)| change.starts());
    starting
        .map(|(id, _)| Ok((id.clone(), one(found(components, id), id, shared)?)))
        .collect()
}

/// The component of this id.
pub(crate) fn found<'c, C>(components: &'c Components<C>, id: &ComponentId) -> &'c Component<C> {
    components
        .get(id)
        .expect("a checked configuration refers to components that it has")
}

/// Builds one component.
pub(crate) fn one<C>(
    component: &Component<C>,
    id: &ComponentId,
    shared: &Shared,
) -> Result<C, Problem> {
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

/// Finds a second component of a type of which an agent can have one only.
fn refuse_second<C>(components: &Components<C>) -> Result<(), Problem> {
    let alone = components.iter().filter(|(_, one)| one.is_alone());
    let mut seen: Vec<&str> = Vec::new();
    for (id, component) in alone {
        if seen.contains(&id.kind()) {
            let kind = id.kind();
            let message = format!("there is another `{kind}`; an agent has one {kind}");
            return Err(component.written().blame("", message));
        }
        seen.push(id.kind());
    }
    Ok(())
}

/// Builds the new connectors, and tells each which pipelines it feeds.
fn connectors(
    config: &Config,
    plan: &Plan,
    changes: &Changes,
    shared: &Shared,
) -> Result<BTreeMap<ComponentId, Arc<dyn Connector>>, Problem> {
    let built = all(&config.connectors, &changes.connectors, shared)?;
    for (id, connector) in &built {
        let component = found(&config.connectors, id);
        let feed = plan.connectors.get(id);
        let names = feed.map(|feed| plan.names(feed)).unwrap_or_default();
        connector
            .connect(&names)
            .map_err(|error| component.written().blame(&error.key, error.message))?;
    }
    Ok(built)
}

fn processing(
    config: &Config,
    changes: &Changes,
    running: &Pipelines,
    pipeline: &Pipeline,
    id: &ComponentId,
    shared: &Shared,
) -> Result<Made, Problem> {
    let same = changes.processors.get(id).is_some_and(|c| c.is_kept());
    let running = running.kept(pipeline, id).filter(|_| same);
    let processing = match running {
        Some(Kept::Batch(settings)) => Processing::Batch(*settings),
        Some(Kept::Step(step)) => Processing::Step(Arc::clone(step)),
        // What is behind it may have changed, and a hold leads to one place for ever.
        Some(Kept::Hold(_)) | None => match one(found(&config.processors, id), id, shared)? {
            Processing::Step(step) => {
                let counted = Counted::new(step, id, pipeline.signal, &shared.metrics);
                Processing::Step(Arc::new(counted))
            }
            other => other,
        },
    };
    Ok(Made {
        id: id.clone(),
        processing,
        kept: running.is_some(),
    })
}
