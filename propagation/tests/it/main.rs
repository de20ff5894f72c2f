//! The crate as its users see it: vectors, properties, and whole journeys of a context.

mod b3;
mod baggage;
mod carriers;
mod composite;
mod datadog;
mod format_properties;
mod format_vectors;
mod gcp;
mod jaeger;
mod journey;
mod lookup;
mod opencensus;
mod ottrace;
mod properties;
mod server_timing;
mod trace_context;
mod trust;
mod vectors;
mod words;
mod xray;
