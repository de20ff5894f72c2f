//! The instruments of one side
//! ([HTTP](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/http/http-metrics.md),
//! [RPC](https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/rpc/rpc-metrics.md)).

use opentelemetry::global;
use opentelemetry::metrics::{Histogram, Meter, MeterProvider, UpDownCounter};

use crate::describe::Side;
use crate::record::scope;

/// The buckets that the conventions ask for, in seconds.
const BOUNDARIES: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// What one side measures.
#[derive(Clone, Debug)]
pub(crate) struct Instruments {
    pub(super) duration: Histogram<f64>,
    pub(super) active: UpDownCounter<i64>,
    pub(super) request_size: Histogram<u64>,
    pub(super) response_size: Histogram<u64>,
    pub(super) rpc_duration: Histogram<f64>,
}

impl Instruments {
    /// Instruments of the provider that is the global one now; none where nobody has set one.
    pub(crate) fn global(side: Side) -> Option<Self> {
        let provider = global::meter_provider();
        // The provider that stands in for a missing one is the only one without any state, and
        // measuring for it would be waste.
        let is_stateless = size_of_val(&*provider) == 0;
        (!is_stateless).then(|| Self::new(side, &provider.meter_with_scope(scope())))
    }

    /// Instruments of `provider`.
    pub(crate) fn of(side: Side, provider: &impl MeterProvider) -> Self {
        Self::new(side, &provider.meter_with_scope(scope()))
    }

    fn new(side: Side, meter: &Meter) -> Self {
        match side {
            Side::Client => Self {
                duration: seconds(meter, "http.client.request.duration"),
                active: requests(meter, "http.client.active_requests"),
                request_size: bytes(meter, "http.client.request.body.size"),
                response_size: bytes(meter, "http.client.response.body.size"),
                rpc_duration: seconds(meter, "rpc.client.call.duration"),
            },
            Side::Server => Self {
                duration: seconds(meter, "http.server.request.duration"),
                active: requests(meter, "http.server.active_requests"),
                request_size: bytes(meter, "http.server.request.body.size"),
                response_size: bytes(meter, "http.server.response.body.size"),
                rpc_duration: seconds(meter, "rpc.server.call.duration"),
            },
        }
    }
}

fn seconds(meter: &Meter, name: &'static str) -> Histogram<f64> {
    meter
        .f64_histogram(name)
        .with_unit("s")
        .with_boundaries(BOUNDARIES.to_vec())
        .build()
}

fn requests(meter: &Meter, name: &'static str) -> UpDownCounter<i64> {
    meter
        .i64_up_down_counter(name)
        .with_unit("{request}")
        .build()
}

fn bytes(meter: &Meter, name: &'static str) -> Histogram<u64> {
    meter.u64_histogram(name).with_unit("By").build()
}
