//! The measurement of one request.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;

use crate::describe::{Answer, Conclusion, Exchange, Sizes};
use crate::metrics::{Dimensions, Instruments};

/// Measures one request, from its start to its only end.
#[derive(Debug)]
pub(crate) struct Measurement {
    instruments: Arc<Instruments>,
    dimensions: Dimensions,
    /// What was added to `active_requests`, to be taken away under the same attributes.
    active: Option<Vec<KeyValue>>,
    measures_sizes: bool,
}

impl Measurement {
    /// Begins: there is one more active request.
    pub(crate) fn start(
        instruments: &Arc<Instruments>,
        dimensions: Dimensions,
        exchange: &Exchange,
        measures_sizes: bool,
    ) -> Self {
        let active = (!exchange.is_grpc).then(|| dimensions.of_active(exchange));
        if let Some(attributes) = &active {
            instruments.active.add(1, attributes);
        }
        Self {
            instruments: Arc::clone(instruments),
            dimensions,
            active,
            measures_sizes,
        }
    }

    /// Ends. `sizes` are what was counted of the bodies.
    pub(crate) fn finish(
        self,
        exchange: &Exchange,
        answer: Answer,
        conclusion: &Conclusion,
        duration: Duration,
        sizes: Sizes,
    ) {
        let seconds = duration.as_secs_f64();
        let Some(active) = &self.active else {
            let attributes = self.dimensions.of_rpc(conclusion);
            self.instruments.rpc_duration.record(seconds, &attributes);
            return;
        };
        self.instruments.active.add(-1, active);
        let attributes = self.dimensions.of_http(exchange, answer, conclusion);
        self.instruments.duration.record(seconds, &attributes);
        if self.measures_sizes {
            if let Some(size) = sizes.request {
                self.instruments.request_size.record(size, &attributes);
            }
            if let Some(size) = sizes.response {
                self.instruments.response_size.record(size, &attributes);
            }
        }
    }
}
