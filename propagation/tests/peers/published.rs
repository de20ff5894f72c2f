//! The published propagators, by the names of our formats.

#![expect(
    deprecated,
    reason = "the published propagators of B3, Jaeger and Datadog are what people move away from"
)]

use opentelemetry_aws::trace::XrayPropagator;
use opentelemetry_datadog::DatadogPropagator;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_zipkin::B3Encoding;

use crate::words::Peer;

pub(crate) fn published(name: &str) -> Peer {
    let b3 = opentelemetry_zipkin::Propagator::with_encoding;
    match name {
        "tracecontext" => Peer::current(TraceContextPropagator::new()),
        "baggage" => Peer::current(BaggagePropagator::new()),
        "b3" => Peer::current(b3(B3Encoding::SingleHeader)),
        "b3multi" => Peer::current(b3(B3Encoding::MultipleHeader)),
        "xray" => Peer::current(XrayPropagator::new()),
        "datadog" => Peer::older(DatadogPropagator::new()),
        "jaeger" => Peer::older(opentelemetry_jaeger_propagator::Propagator::new()),
        other => panic!("nobody publishes a propagator for {other}"),
    }
}
