//! What every layer needs to trace: a recorder and a propagator, resolved when first used.

use std::sync::OnceLock;

use campanile_propagation::Propagator;
use opentelemetry::trace::{Tracer, TracerProvider};

use crate::record::TracerRecorder;

/// The recorder and the propagator of a layer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Telemetry {
    recorder: OnceLock<TracerRecorder>,
    propagator: OnceLock<Propagator>,
}

impl Telemetry {
    /// The recorder that was set, else one over the global provider of this moment, kept.
    pub(crate) fn recorder(&self) -> &TracerRecorder {
        self.recorder.get_or_init(TracerRecorder::global)
    }

    /// The propagator that was set, else the one of the environment, kept.
    pub(crate) fn propagator(&self) -> &Propagator {
        self.propagator.get_or_init(Propagator::from_env)
    }

    pub(crate) fn set_tracer_provider<P>(&mut self, provider: &P)
    where
        P: TracerProvider,
        P::Tracer: Send + Sync + 'static,
        <P::Tracer as Tracer>::Span: Send + Sync + 'static,
    {
        self.recorder = OnceLock::from(TracerRecorder::new(provider));
    }

    pub(crate) fn set_propagator(&mut self, propagator: Propagator) {
        self.propagator = OnceLock::from(propagator);
    }
}
