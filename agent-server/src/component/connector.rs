//! Connectors: where one pipeline ends and others begin.

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_wire::otlp::Signal;

use super::{BuildError, Consumer, Refusal, Tasks};
use crate::payload::Payload;

/// The exporter of some pipelines and the receiver of others.
///
/// What it passes on is passed on the receiver's task, before anybody is told that the payload was
/// accepted: [`route`](Self::route) decides, and only when every lane that can be reached has room
/// is anything sent and [`taken`](Self::taken) called. What it derives, such as metrics of spans,
/// it emits by itself, from a task that [`start`](Self::start) spawns.
pub trait Connector: Send + Sync {
    /// Learns the names of the pipelines that it feeds: `traces/slow`.
    ///
    /// # Errors
    ///
    /// When its configuration names one that is not among them.
    fn connect(&self, pipelines: &[String]) -> Result<(), BuildError> {
        let _ = pipelines;
        Ok(())
    }

    /// Decides what of a payload goes to which of `pipelines`: those that it feeds with the
    /// payload's signal. An answer is the place in that list, and what goes there.
    ///
    /// # Errors
    ///
    /// When the payload cannot be taken now or ever; the sender is told.
    fn route(
        &self,
        payload: &Payload,
        pipelines: &[String],
    ) -> Result<Vec<(usize, Payload)>, Refusal>;

    /// Is told of every payload that came and was accepted by everyone.
    fn taken(&self, payload: &Payload) {
        let _ = payload;
    }

    /// Spawns what emits by itself; called once, before the first payload. The task ends, after
    /// a last flush, when the connector is dropped, and lets go of `outputs` then: the lanes behind
    /// them end with it.
    fn start(&self, outputs: Outputs, tasks: &Tasks) {
        let _ = (outputs, tasks);
    }

    /// Whether it reads more of a payload than its framing. True unless it says otherwise.
    fn looks_inside(&self) -> bool {
        true
    }
}

/// The pipelines that a connector feeds, by signal, each with its name.
#[derive(Clone, Default)]
pub struct Outputs(BTreeMap<Signal, Vec<Output>>);

/// The name of a pipeline, and its head.
pub type Output = (String, Arc<dyn Consumer>);

impl Outputs {
    /// Those that take `signal`.
    #[must_use]
    pub fn get(&self, signal: Signal) -> &[Output] {
        self.0.get(&signal).map_or(&[], Vec::as_slice)
    }

    /// Adds a pipeline.
    pub fn push(&mut self, signal: Signal, pipeline: String, consumer: Arc<dyn Consumer>) {
        let pipelines = self.0.entry(signal).or_default();
        pipelines.push((pipeline, consumer));
    }
}

impl std::fmt::Debug for Outputs {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.0.values().flatten().map(|(pipeline, _)| pipeline);
        formatter.debug_set().entries(names).finish()
    }
}
