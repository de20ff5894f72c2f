//! What an application records with.

use std::sync::Arc;

use campanile_propagation::Propagator;
use campanile_wire::otlp::Signal;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, PeriodicReader, SdkMeterProvider, Stream,
};
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanLimits};

use crate::client::Client;
use crate::environment::Settings;
use crate::ids::Ids;
use crate::own_metrics;
use crate::sdk::{AgentLogExporter, AgentMetricExporter, AgentSpanExporter, Route};

/// A provider for each signal, and the headers that traces cross processes in.
///
/// What is recorded goes to the agent as long as the guard lives. Of a signal that is switched
/// off, the provider works and nothing goes anywhere.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Providers {
    /// Makes tracers.
    pub tracer_provider: SdkTracerProvider,
    /// Makes meters.
    pub meter_provider: SdkMeterProvider,
    /// Makes loggers, for a bridge of `tracing` or `log`.
    pub logger_provider: SdkLoggerProvider,
    /// Reads and writes the headers.
    pub propagator: Propagator,
    /// Whether what loggers emit goes anywhere.
    #[cfg_attr(
        not(feature = "tracing"),
        expect(dead_code, reason = "the bridge asks")
    )]
    pub(crate) sends_logs: bool,
}

/// Exporters for a program that has providers of its own. Their resources are the providers'.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exporters {
    /// For a tracer provider.
    pub spans: AgentSpanExporter,
    /// For the reader of a meter provider.
    pub metrics: AgentMetricExporter,
    /// For a logger provider.
    pub logs: AgentLogExporter,
}

impl Exporters {
    pub(crate) fn new(settings: &Settings, clients: &[Arc<Client>]) -> Self {
        let temporality = settings.collection.temporality;
        Self {
            spans: AgentSpanExporter::new(route(clients, Signal::Traces)),
            metrics: AgentMetricExporter::new(route(clients, Signal::Metrics), temporality),
            logs: AgentLogExporter::new(route(clients, Signal::Logs)),
        }
    }
}

impl Providers {
    pub(crate) fn new(settings: &Settings, resource: &Resource, clients: &[Arc<Client>]) -> Self {
        let exporters = Exporters::new(settings, clients);
        let is_sent = |signal| settings.destination(signal).export && !settings.disabled;
        let mut tracers = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_span_limits(span_limits(settings))
            .with_id_generator(Ids::new(clients))
            .with_sampler(if settings.disabled {
                Sampler::AlwaysOff
            } else {
                settings.sampler.to_sdk()
            });
        if is_sent(Signal::Traces) {
            let processor = exporters.spans.into_processor().behind_ids();
            tracers = tracers.with_span_processor(processor);
        }
        let mut loggers = SdkLoggerProvider::builder().with_resource(resource.clone());
        if is_sent(Signal::Logs) {
            loggers = loggers.with_log_processor(exporters.logs.into_processor());
        }
        let metrics = is_sent(Signal::Metrics).then_some(exporters.metrics);
        let meter_provider = meter_provider(settings, resource, metrics);
        if is_sent(Signal::Metrics) {
            // Without a reader, the SDK takes every instrument for a mistake.
            own_metrics::register(&meter_provider, clients);
        }
        Self {
            tracer_provider: tracers.build(),
            meter_provider,
            logger_provider: loggers.build(),
            propagator: Propagator::from_names(&settings.propagators).0,
            sends_logs: is_sent(Signal::Logs),
        }
    }
}

fn meter_provider(
    settings: &Settings,
    resource: &Resource,
    exporter: Option<AgentMetricExporter>,
) -> SdkMeterProvider {
    let mut meters = SdkMeterProvider::builder().with_resource(resource.clone());
    if let Some(exporter) = exporter {
        let reader = PeriodicReader::builder(exporter).with_interval(settings.collection.interval);
        meters = meters.with_reader(reader.build());
    }
    if settings.collection.exponential_histograms {
        meters = meters.with_view(exponential);
    }
    meters.build()
}

/// The sizes of the specification.
/// <https://opentelemetry.io/docs/specs/otel/metrics/sdk/#base2-exponential-bucket-histogram-aggregation>
fn exponential(instrument: &Instrument) -> Option<Stream> {
    let aggregation = Aggregation::Base2ExponentialHistogram {
        max_size: 160,
        max_scale: 20,
        record_min_max: true,
    };
    let is_histogram = instrument.kind() == InstrumentKind::Histogram;
    let stream = Stream::builder().with_aggregation(aggregation);
    is_histogram.then(|| stream.build().ok()).flatten()
}

fn route(clients: &[Arc<Client>], signal: Signal) -> Route {
    let client = clients
        .iter()
        .find(|client| client.intake(signal).is_some());
    Route::new(client.cloned(), signal)
}

fn span_limits(settings: &Settings) -> SpanLimits {
    let limits = settings.limits;
    SpanLimits {
        max_events_per_span: limits.events_per_span,
        max_attributes_per_span: limits.attributes_per_span,
        max_links_per_span: limits.links_per_span,
        max_attributes_per_event: limits.attributes_per_event,
        max_attributes_per_link: limits.attributes_per_link,
    }
}
