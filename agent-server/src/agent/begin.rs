//! How each kind of part starts.

use std::sync::Arc;

use super::part::{Begin, NotBegun};
use crate::component::{
    ComponentId, Context, Exporter, Extension, Intakes, Receiver, Shared, StartError,
};
use crate::config::{Component, Config, Problem, Written};
use crate::ops::metrics_page;
use crate::pipeline::one;

/// Serves the metrics page, if there is one.
pub(super) fn metrics<'c>(config: &'c Config, shared: &Shared) -> Begin<'c> {
    let service = &config.service;
    let context = Context {
        id: "service".parse().expect("a component id"),
        shared: shared.clone(),
    };
    Box::new(move |tasks| {
        let (context, written) = (context.clone(), service.written().clone());
        let endpoint = service.telemetry.metrics_endpoint();
        Box::pin(async move {
            let Some((endpoint, key)) = endpoint else {
                return Ok(());
            };
            // The page goes by one key, the configuration may have used another.
            let bound = metrics_page(&endpoint, &context, &tasks).await;
            bound.map_err(|error| NotBegun::blame(&written, key, &error))
        })
    })
}

/// Serves what an exporter serves.
pub(super) fn exporter(exporter: Arc<dyn Exporter>, written: &Written) -> Begin<'_> {
    Box::new(move |tasks| {
        let (exporter, written) = (Arc::clone(&exporter), written.clone());
        Box::pin(async move { begun(exporter.start(tasks).await, &written) })
    })
}

/// Starts an extension: the one that was built, and later others like it.
pub(super) fn extension<'c>(
    mut built: Option<Box<dyn Extension>>,
    component: &'c Component<Box<dyn Extension>>,
    id: &'c ComponentId,
    shared: &Shared,
) -> Begin<'c> {
    let shared = shared.clone();
    Box::new(move |tasks| {
        let extension = made(built.take(), component, id, &shared);
        let written = component.written().clone();
        Box::pin(async move { begun(extension?.start(tasks).await, &written) })
    })
}

/// Starts a receiver: the one that was built, and later others like it.
pub(super) fn receiver<'c>(
    mut built: Option<Box<dyn Receiver>>,
    component: &'c Component<Box<dyn Receiver>>,
    id: &'c ComponentId,
    intakes: Intakes,
    shared: &Shared,
) -> Begin<'c> {
    let shared = shared.clone();
    Box::new(move |tasks| {
        let receiver = made(built.take(), component, id, &shared);
        let (written, intakes) = (component.written().clone(), intakes.clone());
        Box::pin(async move { begun(receiver?.start(intakes, tasks).await, &written) })
    })
}

fn made<C>(
    built: Option<C>,
    component: &Component<C>,
    id: &ComponentId,
    shared: &Shared,
) -> Result<C, Problem> {
    built.map_or_else(|| one(component, id, shared), Ok)
}

fn begun(started: Result<(), StartError>, written: &Written) -> Result<(), NotBegun> {
    started.map_err(|error| NotBegun::blame(written, error.key(), &error))
}
