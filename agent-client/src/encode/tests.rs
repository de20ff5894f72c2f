//! Against what `opentelemetry-proto` makes of the same.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use campanile_wire::otlp::{Limits, Signal, check};
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, LoggerProvider, Severity};
use opentelemetry::trace::{
    Event, Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId,
};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord, SdkLoggerProvider};
use opentelemetry_sdk::trace::SpanData;
use proptest::prelude::*;
use prost::Message;

use crate::environment::Settings;
use crate::intake::Intake;
use crate::protocol::Encoding;
use crate::testing;

fn key() -> impl Strategy<Value = String> {
    "[a-z.]{0,12}"
}

fn value() -> impl Strategy<Value = Value> {
    let text = || "\\PC{0,200}".prop_map(StringValue::from);
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::I64),
        (-1e300..1e300).prop_map(Value::F64),
        text().prop_map(Value::String),
        proptest::collection::vec(any::<bool>(), 0..4).prop_map(|v| Value::Array(Array::Bool(v))),
        proptest::collection::vec(any::<i64>(), 0..4).prop_map(|v| Value::Array(Array::I64(v))),
        proptest::collection::vec(-9.0..9.0, 0..4).prop_map(|v| Value::Array(Array::F64(v))),
        proptest::collection::vec(text(), 0..4).prop_map(|v| Value::Array(Array::String(v))),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let pair = (key(), value()).prop_map(|(key, value)| KeyValue::new(key, value));
    proptest::collection::vec(pair, 0..6)
}

fn time() -> impl Strategy<Value = SystemTime> {
    (0..u64::MAX / 2).prop_map(|nanos| UNIX_EPOCH + Duration::from_nanos(nanos))
}

fn context() -> impl Strategy<Value = SpanContext> {
    let state = prop_oneof![Just(""), Just("a=1,b=2")];
    (
        any::<u128>(),
        any::<u64>(),
        any::<u8>(),
        any::<bool>(),
        state,
    )
        .prop_map(|(trace, span, flags, remote, state)| {
            let state = state.parse().unwrap_or_default();
            let (trace, span) = (TraceId::from(trace.max(1)), SpanId::from(span.max(1)));
            SpanContext::new(trace, span, TraceFlags::new(flags), remote, state)
        })
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Unset),
        Just(Status::Ok),
        "\\PC{0,20}".prop_map(Status::error),
    ]
}

fn kind() -> impl Strategy<Value = SpanKind> {
    prop_oneof![
        Just(SpanKind::Client),
        Just(SpanKind::Consumer),
        Just(SpanKind::Internal),
        Just(SpanKind::Producer),
        Just(SpanKind::Server),
    ]
}

prop_compose! {
    fn span()(
        span_context in context(),
        parent in any::<u64>(),
        remote in any::<bool>(),
        kind in kind(),
        name in "\\PC{0,40}",
        times in (time(), time()),
        attributes in attributes(),
        events in proptest::collection::vec((time(), attributes(), any::<u32>()), 0..3),
        links in proptest::collection::vec((context(), attributes(), any::<u32>()), 0..3),
        dropped in any::<[u32; 3]>(),
        status in status(),
    ) -> SpanData {
        let mut span = testing::span("");
        span.span_context = span_context;
        span.parent_span_id = SpanId::from(parent);
        span.parent_span_is_remote = remote;
        span.span_kind = kind;
        span.name = name.into();
        (span.start_time, span.end_time) = times;
        span.attributes = attributes;
        for (time, attributes, dropped) in events {
            span.events.events.push(Event::new("event", time, attributes, dropped));
        }
        for (context, attributes, dropped) in links {
            span.links.links.push(Link::new(context, attributes, dropped));
        }
        [span.dropped_attributes_count, span.events.dropped_count, span.links.dropped_count] =
            dropped;
        span.status = status;
        span
    }
}

proptest! {
    #[test]
    fn a_span_is_what_the_reference_makes_of_it(span in span()) {
        let mut bytes = Vec::new();
        super::span(&mut bytes, &span);
        let ours = Span::decode(bytes.as_slice()).unwrap();
        let mut theirs = Span::from(span.clone());
        if span.status == Status::Unset {
            // An unset status is the same as none.
            theirs.status = None;
        }
        prop_assert_eq!(ours, theirs);
    }
}

/// Keeps the last record.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Option<SdkLogRecord>>>);

impl LogProcessor for Kept {
    fn emit(&self, record: &mut SdkLogRecord, _: &InstrumentationScope) {
        *self.0.lock().unwrap() = Some(record.clone());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// The record that an application emits.
fn emitted(record: impl FnOnce(&mut SdkLogRecord)) -> SdkLogRecord {
    let kept = Kept::default();
    let provider = SdkLoggerProvider::builder()
        .with_log_processor(kept.clone())
        .build();
    let logger = provider.logger("lib");
    let mut emitted = logger.create_log_record();
    record(&mut emitted);
    logger.emit(emitted);
    let kept = kept.0.lock().unwrap().take();
    kept.unwrap()
}

fn full_record() -> SdkLogRecord {
    emitted(|record| {
        record.set_event_name("event");
        record.set_timestamp(UNIX_EPOCH + Duration::from_secs(7));
        record.set_severity_number(Severity::Warn2);
        record.set_severity_text("WARN");
        let map = [("k".into(), AnyValue::Boolean(true))]
            .into_iter()
            .collect();
        record.set_body(AnyValue::Map(Box::new(map)));
        record.set_trace_context(TraceId::from(5), SpanId::from(6), Some(TraceFlags::SAMPLED));
        record.add_attribute("text", "t\u{e4}xt");
        record.add_attribute("int", -5);
        record.add_attribute("double", 0.5);
        record.add_attribute("bytes", AnyValue::Bytes(Box::new(vec![0, 255])));
        let list = vec![AnyValue::Int(1), AnyValue::String("x".into())];
        record.add_attribute("list", AnyValue::ListAny(Box::new(list)));
    })
}

fn encoded(record: &SdkLogRecord, max: usize, chars: Option<usize>) -> LogRecord {
    let mut bytes = Vec::new();
    super::log_record(&mut bytes, record, max, chars);
    LogRecord::decode(bytes.as_slice()).unwrap()
}

#[test]
fn a_log_record_is_what_the_reference_makes_of_it() {
    let record = full_record();
    assert_eq!(encoded(&record, 128, None), LogRecord::from(&record));
    let empty = emitted(|_| {});
    assert_eq!(encoded(&empty, 128, None), LogRecord::from(&empty));
}

#[test]
fn a_log_record_keeps_to_its_limits() {
    let record = encoded(&full_record(), 2, Some(2));
    assert_eq!(
        (record.attributes.len(), record.dropped_attributes_count),
        (2, 3)
    );
    let text = record.attributes[0].value.clone().unwrap().value.unwrap();
    assert_eq!(format!("{text:?}"), "StringValue(\"t\u{e4}\")");
}

fn intake(signal: Signal, resource: Resource) -> Intake {
    let wake = Arc::new(tokio::sync::Notify::new());
    let intake = Intake::new(signal, &Settings::default(), wake);
    intake.set_resource(resource);
    intake
}

/// Everything that waits, as one message.
fn message(intake: &Intake) -> Vec<u8> {
    intake.queue.gather();
    let taken = intake.queue.take().unwrap();
    let sender = intake.sender();
    let bytes = super::message(
        intake.encoding,
        intake.signal,
        &sender.envelope,
        &taken.blocks,
    );
    check(intake.signal, &bytes, &Limits::default()).unwrap();
    bytes
}

#[test]
fn a_message_names_the_resource_once_and_groups_by_scope() {
    let resource = Resource::builder_empty()
        .with_service_name("shop")
        .with_schema_url([KeyValue::new("k", 1)], "https://schema")
        .build();
    let intake = intake(Signal::Traces, resource);
    let scope = InstrumentationScope::builder("lib")
        .with_version("1")
        .with_schema_url("https://lib")
        .with_attributes([KeyValue::new("a", "b")])
        .build();
    for (name, scope) in [("a", None), ("b", Some(&scope)), ("c", None)] {
        let mut span = testing::span(name);
        if let Some(scope) = scope {
            span.instrumentation_scope = scope.clone();
        }
        intake.push_span(span);
    }
    let request = ExportTraceServiceRequest::decode(message(&intake).as_slice()).unwrap();
    let [group] = request.resource_spans.as_slice() else {
        panic!("one resource")
    };
    assert_eq!(group.resource.as_ref().unwrap().attributes.len(), 2);
    assert_eq!(group.schema_url, "https://schema");
    let [plain, lib] = group.scope_spans.as_slice() else {
        panic!("two scopes")
    };
    let names: Vec<_> = plain.spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
    assert_eq!(lib.schema_url, "https://lib");
    let scope = lib.scope.as_ref().unwrap();
    assert_eq!((scope.name.as_str(), scope.version.as_str()), ("lib", "1"));
    assert_eq!(scope.attributes.len(), 1);
}

#[test]
fn a_log_record_with_a_target_has_it_for_a_scope() {
    let intake = intake(Signal::Logs, Resource::builder_empty().build());
    let scope = InstrumentationScope::builder("lib")
        .with_version("1")
        .build();
    intake.push_log(&emitted(|record| record.set_target("module")), &scope);
    intake.push_log(&emitted(|_| {}), &scope);
    let request = ExportLogsServiceRequest::decode(message(&intake).as_slice()).unwrap();
    let scopes = &request.resource_logs[0].scope_logs;
    let name = |index: usize| {
        let scope = scopes[index].scope.as_ref().unwrap();
        (scope.name.as_str(), scope.version.as_str())
    };
    assert_eq!((name(0), name(1)), (("module", "1"), ("lib", "1")));
}

/// Gauges of this many points each.
fn gauges(metrics: usize, points: usize) -> ExportMetricsServiceRequest {
    let point = NumberDataPoint {
        time_unix_nano: 5,
        value: Some(5i64.into()),
        ..NumberDataPoint::default()
    };
    let metric = |number| Metric {
        name: format!("metric{number}"),
        data: Some(Data::Gauge(Gauge {
            data_points: vec![point.clone(); points],
        })),
        ..Metric::default()
    };
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            scope_metrics: vec![ScopeMetrics {
                metrics: (0..metrics).map(metric).collect(),
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    }
}

#[test]
fn a_large_collection_is_several_requests_and_an_empty_one_none() {
    for encoding in [Encoding::Otlp, Encoding::OpenCensus] {
        let requests = super::metrics(encoding, gauges(100, 10), 4096);
        assert!(requests.len() > 2, "{encoding:?}: {}", requests.len());
        let points: usize = requests.iter().map(|(_, points)| points).sum();
        assert_eq!(points, 1000, "{encoding:?}");
        for (request, _) in &requests {
            assert!(request.len() < 8192, "{encoding:?}: {}", request.len());
        }
        assert!(super::metrics(encoding, gauges(1, 0), 4096).is_empty());
        let whole = super::metrics(encoding, gauges(2, 2), 4096);
        assert_eq!(
            whole.iter().map(|(_, points)| *points).collect::<Vec<_>>(),
            [4]
        );
    }
}

#[test]
fn a_head_frames_any_length() {
    for len in [0, 1, 127, 128, 16_383, 16_384, 1 << 30, usize::MAX] {
        let (head, end) = super::head(2, len);
        let mut expected = vec![0x12];
        prost::encoding::encode_varint(len as u64, &mut expected);
        assert_eq!(head[..end], expected, "{len}");
    }
}

#[test]
fn a_thread_that_encodes_while_it_encodes_gets_a_buffer_of_its_own() {
    super::with_scratch(|outer| {
        outer.push(1);
        super::with_scratch(|inner| {
            assert!(inner.is_empty());
            inner.push(2);
        });
        assert_eq!(outer.as_slice(), [1]);
    });
    super::with_scratch(|again| assert!(again.is_empty()));
}
