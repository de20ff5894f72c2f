//! What must hold for any bytes, parser by parser: the bodies of the fuzz targets.
//!
//! Each is a plain function that panics when its parser breaks a promise. Three drive them: the
//! fuzzer (`tests/fuzz`, a workspace of its own), the replay of its corpus, and property tests.
//! The last two run on stable with the other tests.

mod headers;
mod jaeger;
mod log;
mod opencensus;
mod ottl;
mod prometheus;
mod propagation;
mod sampling;
mod scrape;
mod thrift;
mod wire;
mod zipkin;

/// A fuzz target: its name, which is that of its corpus, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub static TARGETS: &[Target] = &[
    ("headers", headers::headers),
    ("traceparent", propagation::traceparent),
    ("tracestate", propagation::tracestate),
    ("baggage", propagation::baggage),
    ("otlp_json", wire::otlp_json),
    ("otlp_check", wire::otlp_check),
    ("otlp_split", wire::otlp_split),
    ("jaeger_api_v2", jaeger::api_v2),
    ("log_segment", log::segment),
    ("opencensus_json", opencensus::json),
    ("opencensus_metrics", opencensus::metrics),
    ("opencensus_traces", opencensus::traces),
    ("ottl", ottl::ottl),
    ("probabilistic_sampler", sampling::probabilistic),
    ("prometheus_openmetrics", scrape::prometheus_openmetrics),
    ("prometheus_series", prometheus::series),
    ("prometheus_targets", scrape::prometheus_targets),
    ("prometheus_text", scrape::prometheus_text),
    ("thrift_binary", thrift::binary),
    ("thrift_compact", thrift::compact),
    ("zipkin_json_v1", zipkin::json_v1),
    ("zipkin_json_v2", zipkin::json_v2),
    ("zipkin_proto", zipkin::proto),
    ("zipkin_thrift", zipkin::thrift),
];

/// Runs the target `name` on `bytes`.
///
/// # Panics
///
/// When a promise is broken, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(other, _)| *other == name);
    let (_, body) = target.unwrap_or_else(|| panic!("there is no fuzz target {name}"));
    body(bytes);
}
