//! The client's statistics as metrics of the program, under the names of the semantic conventions.
//!
//! <https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/>

use std::sync::Arc;

use campanile_wire::otlp::Signal;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_semantic_conventions::attribute::{ERROR_TYPE, OTEL_COMPONENT_TYPE};
use opentelemetry_semantic_conventions::metric as semconv;

use crate::client::Client;
use crate::stats::Stats;

/// The names of one signal's metrics.
struct Names {
    unit: &'static str,
    started: Option<&'static str>,
    processed: Option<&'static str>,
    queued: Option<&'static str>,
    exported: &'static str,
}

static LOGS: Names = Names {
    unit: "{log_record}",
    started: Some(semconv::OTEL_SDK_LOG_CREATED),
    processed: Some(semconv::OTEL_SDK_PROCESSOR_LOG_PROCESSED),
    queued: Some(semconv::OTEL_SDK_PROCESSOR_LOG_QUEUE_SIZE),
    exported: semconv::OTEL_SDK_EXPORTER_LOG_EXPORTED,
};
static METRICS: Names = Names {
    unit: "{data_point}",
    started: None,
    processed: None,
    queued: None,
    exported: semconv::OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED,
};
static TRACES: Names = Names {
    unit: "{span}",
    started: Some(semconv::OTEL_SDK_SPAN_STARTED),
    processed: Some(semconv::OTEL_SDK_PROCESSOR_SPAN_PROCESSED),
    queued: Some(semconv::OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE),
    exported: semconv::OTEL_SDK_EXPORTER_SPAN_EXPORTED,
};

/// Counts, each with the reason why it is apart.
type Counts = Vec<(Option<&'static str>, u64)>;

/// What a component calls itself.
const COMPONENT: &str = "campanile_agent_client";

/// Has the meter provider ask the clients for their statistics at every collection.
pub(crate) fn register(provider: &SdkMeterProvider, clients: &[Arc<Client>]) {
    let meter = provider.meter(env!("CARGO_PKG_NAME"));
    for client in clients {
        for intake in client.intakes() {
            register_signal(&meter, client, intake.signal);
        }
    }
}

fn register_signal(meter: &Meter, client: &Arc<Client>, signal: Signal) {
    let names = match signal {
        Signal::Logs => &LOGS,
        Signal::Metrics => &METRICS,
        Signal::Traces => &TRACES,
    };
    let counter = |name, read: fn(Stats) -> Counts| {
        let client = Arc::clone(client);
        let _registered = meter
            .u64_observable_counter(name)
            .with_unit(names.unit)
            .with_callback(move |observer| {
                for (error, value) in read(stats(&client, signal)) {
                    observer.observe(value, &attributes(error));
                }
            })
            .build();
    };
    if let Some(name) = names.started {
        counter(name, |stats| vec![(None, stats.started)]);
    }
    if let Some(name) = names.processed {
        counter(name, processed);
    }
    counter(names.exported, exported);
    if let Some(name) = names.queued {
        let client = Arc::clone(client);
        let _registered = meter
            .i64_observable_up_down_counter(name)
            .with_unit(names.unit)
            .with_callback(move |observer| {
                let queued = stats(&client, signal).queued;
                observer.observe(queued.cast_signed(), &attributes(None));
            })
            .build();
    }
}

/// What left the queue for the exporter, and what never did.
fn processed(stats: Stats) -> Counts {
    vec![
        (None, stats.sent + stats.failed.total()),
        (Some("queue_full"), stats.dropped.buffer_full),
        (Some("already_shutdown"), stats.dropped.shutdown),
    ]
}

fn exported(stats: Stats) -> Counts {
    vec![
        (None, stats.sent),
        (Some("refused"), stats.failed.refused),
        (Some("rejected"), stats.failed.rejected),
    ]
}

fn attributes(error: Option<&'static str>) -> Vec<KeyValue> {
    let component = KeyValue::new(OTEL_COMPONENT_TYPE, COMPONENT);
    let error = error.map(|error| KeyValue::new(ERROR_TYPE, error));
    std::iter::once(component).chain(error).collect()
}

fn stats(client: &Arc<Client>, signal: Signal) -> Stats {
    let intake = client.latest().intake(signal);
    intake.map(|intake| intake.stats()).unwrap_or_default()
}
