//! Metrics and log records, beside spans.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use campanile_agent_client::{Builder, Guard, Protocol, Providers, Stats};
use campanile_wire::opencensus::metrics::v1::point;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, LoggerProvider, Severity};
use opentelemetry::metrics::MeterProvider;
use opentelemetry::trace::{SpanContext, TraceContextExt, Tracer, TracerProvider};
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::support::{
    Arrived, DEADLINE, HttpAgent, Log, OpenCensusMetricsAgent, SignalsAgent, client, end_span,
    text, watched,
};

pub(crate) const FOR_EVER: Duration = Duration::from_secs(3600);

/// A client of every signal whose metrics nobody collects but the test.
pub(crate) fn all_signals(protocol: Protocol, endpoint: &str) -> Builder {
    client(protocol, endpoint)
        .metrics(true)
        .logs(true)
        .metric_interval(FOR_EVER)
}

fn emit(providers: &Providers, body: &'static str) {
    let logger = providers.logger_provider.logger("test");
    let mut record = logger.create_log_record();
    record.set_body(AnyValue::from(body));
    record.set_severity_number(Severity::Warn);
    logger.emit(record);
}

fn count(providers: &Providers, orders: u64) {
    let meter = providers.meter_provider.meter("test");
    meter.u64_counter("orders").build().add(orders, &[]);
}

/// One item of each signal; returns the context of the span, which the record is emitted in.
pub(crate) fn record_all(providers: &Providers) -> SpanContext {
    count(providers, 5);
    let tracer = providers.tracer_provider.tracer("test");
    tracer.in_span("a", |context| {
        emit(providers, "hello");
        context.span().span_context().clone()
    })
}

/// The equation of `Stats`.
pub(crate) fn assert_balanced(stats: Stats) {
    let there = stats.sent + stats.failed.total() + stats.dropped.total() + stats.queued;
    assert_eq!(stats.ended, there, "{stats:?}");
}

pub(crate) fn assert_all_sent(guard: &Guard) {
    for stats in [guard.stats(), guard.log_stats(), guard.metric_stats()] {
        assert_balanced(stats);
        assert!(stats.ended > 0 && stats.sent == stats.ended, "{stats:?}");
    }
}

fn check_all(protocol: Protocol, endpoint: &str, arrived: &Log<Arrived>) {
    let (providers, guard) = all_signals(protocol, endpoint).build().unwrap();
    let span = record_all(&providers);
    guard.shutdown(DEADLINE).unwrap();
    arrived.wait_for(|arrived| {
        assert_eq!(arrived.span_names(), ["a"]);
        assert_eq!(arrived.sum("orders"), Some(5), "{protocol:?}");
        let records = arrived.records();
        let [record] = records.as_slice() else {
            panic!("one record: {records:#?}")
        };
        let body = record.body.as_ref().unwrap().value.as_ref().unwrap();
        assert_eq!(body, &Value::StringValue("hello".to_owned()));
        assert_eq!(record.severity_number, 13);
        assert_eq!(record.trace_id, span.trace_id().to_bytes());
        assert_eq!(record.span_id, span.span_id().to_bytes());
        let resource = arrived.logs[0].resource_logs[0].resource.as_ref().unwrap();
        assert_eq!(
            text(&resource.attributes, "service.name").as_deref(),
            Some("shop")
        );
        let resource = arrived.metrics[0].resource_metrics[0]
            .resource
            .as_ref()
            .unwrap();
        assert_eq!(
            text(&resource.attributes, "service.name").as_deref(),
            Some("shop")
        );
        Some(())
    });
    assert_all_sent(&guard);
}

#[test]
fn every_signal_arrives_over_grpc() {
    let agent = SignalsAgent::start();
    check_all(Protocol::Otlp, &agent.server.endpoint(), &agent.arrived);
}

#[test]
fn every_signal_arrives_over_http() {
    for protocol in [Protocol::OtlpHttp, Protocol::OtlpHttpJson] {
        let agent = HttpAgent::start([]);
        check_all(protocol, &agent.endpoint(), &agent.arrived);
        let mut paths: Vec<_> = agent
            .wait_for_requests(3)
            .into_iter()
            .map(|request| request.path)
            .collect();
        paths.sort_unstable();
        assert_eq!(paths, ["/v1/logs", "/v1/metrics", "/v1/traces"]);
    }
}

#[test]
fn metrics_arrive_over_opencensus_behind_a_node() {
    let agent = OpenCensusMetricsAgent::start();
    let (providers, guard) = all_signals(Protocol::OpenCensus, &agent.server.endpoint())
        .traces(false)
        .build()
        .unwrap();
    count(&providers, 5);
    emit(&providers, "nobody takes it");
    guard.shutdown(DEADLINE).unwrap();
    agent.streams.wait_for(|streams| {
        let streams_with_metrics = streams.with_metrics();
        let [first, rest @ ..] = *streams_with_metrics.first()? else {
            return None;
        };
        let node = first.node.as_ref().unwrap();
        assert_eq!(node.service_info.as_ref().unwrap().name, "shop");
        assert!(first.metrics.is_empty());
        assert!(rest.iter().all(|message| message.node.is_none()));
        let point = &streams.metric("orders")?.timeseries[0].points[0];
        assert_eq!(point.value, Some(point::Value::Int64Value(5)));
        Some(())
    });
    assert_balanced(guard.metric_stats());
    assert!(guard.metric_stats().sent > 0);
    assert_eq!(guard.log_stats(), Stats::default());
}

#[test]
fn dropping_the_guard_collects_metrics_one_last_time() {
    let agent = SignalsAgent::start();
    let (providers, guard) = all_signals(Protocol::Otlp, &agent.server.endpoint())
        .build()
        .unwrap();
    guard.flush().unwrap();
    count(&providers, 7);
    drop(guard);
    agent
        .arrived
        .wait_for(|arrived| (arrived.sum("orders") == Some(7)).then_some(()));
}

#[test]
fn metrics_are_collected_again_and_again() {
    let agent = SignalsAgent::start();
    let (providers, _guard) = all_signals(Protocol::Otlp, &agent.server.endpoint())
        .metric_interval(Duration::from_millis(20))
        .build()
        .unwrap();
    for orders in 1..=3 {
        count(&providers, 1);
        agent
            .arrived
            .wait_for(|arrived| (arrived.sum("orders") == Some(orders)).then_some(()));
    }
}

#[test]
fn a_callback_that_hangs_does_not_hold_up_the_exit() {
    watched("an exit with a hanging callback", || {
        let limit = Duration::from_millis(600);
        let agent = SignalsAgent::start();
        let (providers, guard) = all_signals(Protocol::Otlp, &agent.server.endpoint())
            .flush_timeout(limit)
            .schedule_delay(FOR_EVER)
            .build()
            .unwrap();
        guard.flush().unwrap();
        let (release, hang) = mpsc::channel::<()>();
        let hang = std::sync::Mutex::new(hang);
        let meter = providers.meter_provider.meter("test");
        let _gauge = meter
            .u64_observable_gauge("hangs")
            .with_callback(move |_| {
                // The sender's end is the release.
                let _ = hang.lock().unwrap().recv();
            })
            .build();
        end_span(&providers.tracer_provider, "a");
        let begin = Instant::now();
        drop(guard);
        let taken = begin.elapsed();
        // What a busy machine may make of it. The callback would take for ever.
        assert!(taken < limit * 3, "{taken:?}");
        // It did not take the spans' time.
        agent
            .arrived
            .wait_for(|arrived| (arrived.span_names() == ["a"]).then_some(()));
        drop(release);
    });
}
