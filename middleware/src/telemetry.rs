//! What every layer needs to trace: a recorder, a propagator and instruments, resolved when first
//! used.

use std::sync::{Arc, OnceLock};

use campanile_propagation::Propagator;
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{Tracer, TracerProvider};

use crate::describe::Side;
use crate::metrics::Instruments;
use crate::record::TracerRecorder;

/// The recorder, the propagator and the instruments of a layer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Telemetry {
    recorder: OnceLock<TracerRecorder>,
    propagator: OnceLock<Propagator>,
    instruments: OnceLock<Option<Arc<Instruments>>>,
}

impl Telemetry {
    /// The recorder that was set, else one over the global provider of this moment, kept.
    #[inline]
    pub(crate) fn recorder(&self) -> &TracerRecorder {
        self.recorder.get_or_init(TracerRecorder::global)
    }

    /// The propagator that was set, else the one of the environment, kept.
    #[inline]
    pub(crate) fn propagator(&self) -> &Propagator {
        self.propagator.get_or_init(Propagator::from_env)
    }

    /// The instruments that were set, else those of the global provider of this moment, kept; none
    /// where nobody measures.
    #[inline]
    pub(crate) fn instruments(&self, side: Side) -> Option<&Arc<Instruments>> {
        self.instruments
            .get_or_init(|| Instruments::global(side).map(Arc::new))
            .as_ref()
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

    pub(crate) fn set_meter_provider(&mut self, side: Side, provider: &impl MeterProvider) {
        let instruments = Arc::new(Instruments::of(side, provider));
        self.instruments = OnceLock::from(Some(instruments));
    }

    pub(crate) fn set_no_metrics(&mut self) {
        self.instruments = OnceLock::from(None);
    }
}
