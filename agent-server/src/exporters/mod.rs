//! Exporters: one folder each. To add one, write the folder, its `mod` line and its list line.

mod answer;
mod compression;
mod dial;
mod grpc;
mod headers;
mod http_client;
mod keepalive;
mod losses;
mod retry_after;
mod series_config;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tls;

pub(crate) use self::headers::HeaderValues;

mod debug;
mod file;
mod jaeger;
mod nop;
mod opencensus;
mod otlp;
mod otlphttp;
mod prometheus;
mod prometheusremotewrite;
pub mod store;
mod zipkin;

pub(crate) use self::dial::{Dial, Place as DialPlace};
pub(crate) use self::headers::Headers;
pub(crate) use self::http_client::{Keeping, client, parse_url};
pub(crate) use self::tls::TlsSettings;
use crate::component::{Delivery, Entry};

/// Every exporter the agent knows.
pub static EXPORTERS: &[Entry<Delivery>] = &[
    Entry::of::<debug::Debug>(),
    Entry::of::<file::File>(),
    Entry::of::<jaeger::Jaeger>(),
    Entry::of::<nop::Nop>(),
    Entry::of::<opencensus::OpenCensus>(),
    Entry::of::<otlp::Otlp>(),
    Entry::of::<otlphttp::OtlpHttp>(),
    Entry::of::<prometheus::Prometheus>(),
    Entry::of::<prometheusremotewrite::PrometheusRemoteWrite>(),
    Entry::of::<store::StoreFactory>(),
    Entry::of::<zipkin::Zipkin>(),
];
