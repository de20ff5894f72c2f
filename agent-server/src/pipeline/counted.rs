//! What goes into each processor, and what comes out: the Collector's counters.

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use crate::component::{ComponentId, Processor, Refusal, Removal, Tasks};
use crate::ops::{Counter, Metrics};
use crate::payload::Payload;

/// A step whose items are counted, as `otelcol_processor_incoming_items` and
/// `otelcol_processor_outgoing_items`.
pub(super) struct Counted {
    step: Arc<dyn Processor>,
    incoming: Counter,
    outgoing: Counter,
}

impl Counted {
    /// Counts what passes `step`, which is processor `id` in a pipeline of `signal`.
    pub(super) fn new(
        step: Arc<dyn Processor>,
        id: &ComponentId,
        signal: Signal,
        metrics: &Metrics,
    ) -> Self {
        let id = id.to_string();
        let labels = [("processor", id.as_str()), ("otel_signal", signal.name())];
        let counter = |name, help| metrics.counter(name, help, &labels);
        Self {
            step,
            incoming: counter(
                "otelcol_processor_incoming_items",
                "Items that went into a processor.",
            ),
            outgoing: counter(
                "otelcol_processor_outgoing_items",
                "Items that came out of a processor.",
            ),
        }
    }
}

impl Processor for Counted {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        self.incoming.add(payload.items());
        let left = self.step.process(payload)?;
        self.outgoing.add(left.as_ref().map_or(0, Payload::items));
        Ok(left)
    }

    fn looks_inside(&self) -> bool {
        self.step.looks_inside()
    }

    fn start(&self, tasks: &Tasks) {
        self.step.start(tasks);
    }

    fn removal(&self) -> Removal {
        self.step.removal()
    }
}
