//! `tracing`, and applications with SDK pipelines of their own.

use campanile_agent_client::Protocol;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, LoggerProvider, Severity};
use opentelemetry::metrics::MeterProvider;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::prelude::*;

use crate::support::{SignalsAgent, client, end_span, text};

#[test]
fn spans_and_events_of_tracing_become_spans_and_log_records_that_name_them() {
    let agent = SignalsAgent::start();
    let (providers, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .logs(true)
        .build()
        .unwrap();
    let subscriber = tracing_subscriber::registry().with(providers.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("checkout", cart = "7").in_scope(|| {
            tracing::warn!(items = 3, "paid");
            tracing::info!(target: "h2::codec", "a frame");
        });
    });
    guard.flush().unwrap();
    agent.arrived.wait_for(|arrived| {
        let (spans, records) = (arrived.spans(), arrived.records());
        let ([span], [record]) = (spans.as_slice(), records.as_slice()) else {
            return None;
        };
        assert_eq!(span.name, "checkout");
        assert_eq!(text(&span.attributes, "cart").as_deref(), Some("7"));
        assert_eq!(span.events.len(), 1, "what libraries trace is left out");
        assert_eq!(record.severity_text, "WARN");
        let body = record.body.as_ref()?.value.as_ref();
        assert_eq!(body, Some(&Value::StringValue("paid".to_owned())));
        assert_eq!(record.trace_id, span.trace_id);
        assert_eq!(record.span_id, span.span_id);
        Some(())
    });
    assert_eq!((guard.stats().sent, guard.log_stats().sent), (1, 1));
}

#[test]
fn without_log_records_events_are_events_of_spans_alone() {
    let agent = SignalsAgent::start();
    let (providers, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .build()
        .unwrap();
    let subscriber = tracing_subscriber::registry().with(providers.tracing_layer());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("checkout").in_scope(|| tracing::info!("paid"));
    });
    guard.flush().unwrap();
    agent
        .arrived
        .wait_for(|arrived| (arrived.spans().first()?.events.len() == 1).then_some(()));
    assert_eq!(guard.log_stats().ended, 0);
}

#[test]
fn an_application_with_pipelines_of_its_own_uses_the_exporters_alone() {
    let agent = SignalsAgent::start();
    let (exporters, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .metrics(true)
        .logs(true)
        .build_exporters()
        .unwrap();
    let resource = Resource::builder_empty().with_service_name("own").build();
    let tracers = SdkTracerProvider::builder()
        .with_resource(resource.clone())
        .with_batch_exporter(exporters.spans)
        .build();
    let meters = SdkMeterProvider::builder()
        .with_resource(resource.clone())
        .with_reader(PeriodicReader::builder(exporters.metrics).build())
        .build();
    let loggers = SdkLoggerProvider::builder()
        .with_resource(resource)
        .with_batch_exporter(exporters.logs)
        .build();
    guard.report_to(&meters);
    end_span(&tracers, "a");
    meters.meter("m").u64_counter("orders").build().add(5, &[]);
    let logger = loggers.logger("l");
    let mut record = logger.create_log_record();
    record.set_severity_number(Severity::Info);
    record.set_body(AnyValue::from("b"));
    logger.emit(record);
    tracers.force_flush().unwrap();
    meters.force_flush().unwrap();
    loggers.force_flush().unwrap();
    guard.flush().unwrap();
    agent.arrived.wait_for(|arrived| {
        assert_eq!(arrived.sum("orders")?, 5);
        assert!(arrived.sum("otel.sdk.exporter.span.exported").is_some());
        let resource = arrived.traces.first()?.resource_spans[0]
            .resource
            .as_ref()?;
        assert_eq!(
            text(&resource.attributes, "service.name").as_deref(),
            Some("own")
        );
        assert_eq!(resource.attributes.len(), 1, "the provider's resource");
        (arrived.span_names() == ["a"] && arrived.records().len() == 1).then_some(())
    });
}
