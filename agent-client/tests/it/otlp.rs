//! OTLP over gRPC.

use std::time::{Duration, UNIX_EPOCH};

use campanile_agent_client::environment::Settings;
use campanile_agent_client::{AgentClient, FlushError, Protocol};
use opentelemetry::trace::{
    Link, Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId,
    TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prost::Message;
use tonic::{Code, Status as GrpcStatus};

use crate::support::{
    Answer, DEADLINE, OtlpAgent, SOON, Tracing, are_suppressed, client, end_span, end_spans,
    lines_about, listen, sorted,
};

fn remote_parent() -> Context {
    let state: TraceState = "a=1,b=2".parse().unwrap();
    let parent = SpanContext::new(
        TraceId::from(7),
        SpanId::from(8),
        TraceFlags::SAMPLED,
        true,
        state,
    );
    Context::new().with_remote_span_context(parent)
}

/// A span that uses every field.
fn end_full_span(provider: &SdkTracerProvider) {
    let scope = InstrumentationScope::builder("lib")
        .with_version("1.2")
        .build();
    let tracer = provider.tracer_with_scope(scope);
    let parent = remote_parent();
    let mut span = tracer
        .span_builder("name")
        .with_kind(SpanKind::Server)
        .with_start_time(UNIX_EPOCH + Duration::from_nanos(1_000_000_001))
        .with_attributes([KeyValue::new("n", 5)])
        .with_links(vec![Link::with_context(
            parent.span().span_context().clone(),
        )])
        .start_with_context(&tracer, &parent);
    span.add_event("event", vec![KeyValue::new("x", true)]);
    span.set_status(Status::error("broken"));
    span.end_with_timestamp(UNIX_EPOCH + Duration::from_nanos(2_000_000_002));
}

#[test]
fn a_span_arrives_with_every_field() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_full_span(&provider);
    guard.flush().unwrap();
    let request = agent
        .seen
        .wait_for(|seen| Some(seen.requests.first()?.1.clone()));
    let [resource] = request.resource_spans.as_slice() else {
        panic!("one resource")
    };
    let [scope] = resource.scope_spans.as_slice() else {
        panic!("one scope")
    };
    let name = scope
        .scope
        .as_ref()
        .map(|scope| (scope.name.as_str(), scope.version.as_str()));
    assert_eq!(name, Some(("lib", "1.2")));
    let [span] = scope.spans.as_slice() else {
        panic!("one span")
    };
    assert_eq!((span.name.as_str(), span.kind), ("name", 2));
    assert_eq!(span.trace_id, 7u128.to_be_bytes());
    assert_eq!(span.parent_span_id, 8u64.to_be_bytes());
    assert_eq!((span.trace_state.as_str(), span.flags), ("a=1,b=2", 0x301));
    assert_eq!(span.start_time_unix_nano, 1_000_000_001);
    assert_eq!(span.end_time_unix_nano, 2_000_000_002);
    assert_eq!(
        span.attributes[0].value,
        Some(AnyValue {
            value: Some(Value::IntValue(5))
        })
    );
    assert_eq!(
        (
            span.events[0].name.as_str(),
            span.events[0].attributes.len()
        ),
        ("event", 1)
    );
    assert_eq!(span.links[0].span_id, 8u64.to_be_bytes());
    assert_eq!(span.status.as_ref().unwrap().message, "broken");
}

#[test]
fn the_resource_goes_with_the_spans() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .service_version("3")
        .resource_attribute("k", "v")
        .tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    let request = agent
        .seen
        .wait_for(|seen| Some(seen.requests.first()?.1.clone()));
    let attributes = &request.resource_spans[0]
        .resource
        .as_ref()
        .unwrap()
        .attributes;
    for (key, text) in [
        ("service.name", "shop"),
        ("service.version", "3"),
        ("k", "v"),
    ] {
        let attribute = attributes
            .iter()
            .find(|attribute| attribute.key == key)
            .unwrap();
        let value = Some(Value::StringValue(text.to_owned()));
        assert_eq!(attribute.value, Some(AnyValue { value }), "{key}");
    }
}

#[test]
fn headers_go_with_every_request_and_are_never_shown() {
    let agent = OtlpAgent::start([]);
    let builder = client(Protocol::Otlp, &agent.server.endpoint()).header("X-Key", "secret");
    assert!(!format!("{builder:?}").contains("secret"));
    let (provider, guard) = builder.tracing();
    assert!(!format!("{guard:?}").contains("secret"));
    end_span(&provider, "a");
    let key = agent
        .seen
        .wait_for(|seen| Some(seen.requests.first()?.0.get("x-key")?.clone()));
    assert_eq!(key, "secret");
}

#[test]
fn a_retryable_answer_is_followed_by_the_same_bytes() {
    let agent = OtlpAgent::start([Answer::Fail(GrpcStatus::unavailable("later"))]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    let requests = agent.seen.wait_for(|seen| {
        let requests: Vec<_> = seen
            .requests
            .iter()
            .map(|(_, request)| request.clone())
            .collect();
        (requests.len() == 2).then_some(requests)
    });
    assert_eq!(requests[0], requests[1]);
    guard.flush().unwrap();
    let stats = guard.stats();
    assert_eq!((stats.sent, stats.queued, stats.dropped.total()), (1, 0, 0));
}

#[test]
fn a_permanent_answer_drops_the_spans_and_counts_them() {
    listen();
    let agent = OtlpAgent::start([Answer::Fail(GrpcStatus::invalid_argument("bad"))]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    end_span(&provider, "b");
    guard.flush().unwrap();
    assert_eq!(agent.wait_for_spans(2), ["a", "b"]);
    let stats = guard.stats();
    assert_eq!((stats.ended, stats.sent, stats.failed.refused), (2, 1, 1));
    let lines = lines_about(agent.server.address);
    let refusals: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("refused"))
        .collect();
    assert_eq!(refusals.len(), 1, "{lines:?}");
    assert!(refusals[0].contains("refused 1 spans for good") && refusals[0].contains("bad"));
}

#[test]
fn a_partial_success_is_counted_and_not_repeated() {
    let agent = OtlpAgent::start([Answer::Partial(2, "two too many")]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .schedule_delay(DEADLINE)
        .tracing();
    // The first attempt, right after the start, must not find some of the spans.
    guard.flush().unwrap();
    end_spans(&provider, 5);
    guard.flush().unwrap();
    let stats = guard.stats();
    assert_eq!((stats.sent, stats.failed.rejected, stats.queued), (3, 2, 0));
    agent
        .seen
        .wait_for(|seen| (seen.requests.len() == 1).then_some(()));
}

#[test]
fn an_exhausted_agent_that_names_a_delay_is_given_that_time() {
    // google.rpc.Status{details: [Any{RetryInfo{retry_delay: 0.3 s}}]}
    let delay = prost_types::Duration {
        seconds: 0,
        nanos: 300_000_000,
    };
    let mut info = vec![0x0a, u8::try_from(delay.encoded_len()).unwrap()];
    delay.encode(&mut info).unwrap();
    let any = prost_types::Any {
        type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
        value: info,
    };
    let mut details = vec![0x1a, u8::try_from(any.encoded_len()).unwrap()];
    any.encode(&mut details).unwrap();
    let status = GrpcStatus::with_details(Code::ResourceExhausted, "busy", details.into());
    let agent = OtlpAgent::start([Answer::Fail(status)]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    agent.wait_for_spans(1);
    // A flush comes too early as well.
    while guard.stats().sent == 0 {
        if let Err(error) = guard.flush() {
            assert_eq!(error, FlushError::Unreachable { left: 1 });
        }
    }
    let pauses = agent.wait_for_pauses(2);
    // Twenty milliseconds is what it would have been without the agent's word.
    assert!(pauses[0] >= Duration::from_millis(300), "{pauses:?}");
    assert!(SOON < Duration::from_millis(300));
    guard.flush().unwrap();
    assert_eq!(guard.stats().sent, 1);
}

#[test]
fn an_answer_that_never_comes_is_given_up_and_the_spans_are_sent_again() {
    listen();
    let agent = OtlpAgent::start([Answer::Hang]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .timeout(Duration::from_millis(100))
        .tracing();
    end_span(&provider, "a");
    assert_eq!(agent.wait_for_spans(2), ["a", "a"]);
    guard.flush().unwrap();
    assert_eq!((guard.stats().sent, guard.stats().queued), (1, 0));
    let lines = lines_about(agent.server.address);
    let timed_out = lines
        .iter()
        .filter(|line| line.contains("no answer within 100ms"));
    assert_eq!(timed_out.count(), 1, "{lines:#?}");
}

#[test]
fn the_client_works_where_telemetry_is_suppressed() {
    listen();
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    assert!(are_suppressed(agent.server.address));
}

#[test]
fn a_burst_within_the_bound_arrives_complete() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .buffer_bytes(256 << 20)
        .tracing();
    let names = end_spans(&provider, 20_000);
    guard.flush().unwrap();
    assert_eq!(sorted(agent.wait_for_spans(names.len())), sorted(names));
    assert_eq!(guard.stats().sent, 20_000);
}

#[test]
fn the_exporter_works_behind_the_sdks_own_processor() {
    let agent = OtlpAgent::start([]);
    let (exporters, guard) = client(Protocol::Otlp, &agent.server.endpoint())
        .build_exporters()
        .unwrap();
    let resource = opentelemetry_sdk::Resource::builder_empty()
        .with_service_name("own")
        .build();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporters.spans)
        .with_resource(resource)
        .build();
    end_span(&provider, "a");
    guard.flush().unwrap();
    let request = agent
        .seen
        .wait_for(|seen| Some(seen.requests.first()?.1.clone()));
    let resource = request.resource_spans[0].resource.as_ref().unwrap();
    assert_eq!(
        resource.attributes.len(),
        1,
        "the provider's resource: {resource:?}"
    );
    assert_eq!(agent.wait_for_spans(1), ["a"]);
}

#[test]
fn an_answer_that_is_too_large_is_not_read_and_the_request_not_repeated() {
    let large: &'static str = Box::leak("x".repeat(100_000).into_boxed_str());
    let agent = OtlpAgent::start([Answer::Partial(1, large)]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    end_span(&provider, "a");
    guard.flush().unwrap();
    assert_eq!((guard.stats().failed.refused, guard.stats().queued), (1, 0));
    end_span(&provider, "b");
    guard.flush().unwrap();
    assert_eq!(agent.wait_for_spans(2), ["a", "b"]);
}

#[test]
fn settings_from_the_environment_are_obeyed() {
    let agent = OtlpAgent::start([]);
    let endpoint = agent.server.endpoint();
    let (settings, warnings) = Settings::from_lookup(|name| {
        let value = match name {
            "CAMPANILE_AGENT_ENDPOINT" => &endpoint,
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE" => "2",
            "OTEL_BSP_SCHEDULE_DELAY" => "3600000",
            "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" => "1",
            "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT" => "3",
            "OTEL_SPAN_EVENT_COUNT_LIMIT" => "0",
            _ => return None,
        };
        Some(value.to_owned())
    });
    assert_eq!(warnings, []);
    let (provider, guard) = AgentClient::with_settings(settings)
        .flush_timeout(DEADLINE)
        .metrics(false)
        .logs(false)
        .tracing();
    let tracer = provider.tracer("test");
    for _ in 0..5 {
        let mut span = tracer.start("a");
        span.set_attributes([KeyValue::new("x", "abcdef"), KeyValue::new("y", 1)]);
        span.add_event("event", Vec::new());
        span.end();
    }
    guard.flush().unwrap();
    agent.seen.wait_for(|seen| {
        let spans = seen.spans();
        for span in &spans {
            let [attribute] = span.attributes.as_slice() else {
                panic!("one attribute")
            };
            let value = attribute.value.as_ref().unwrap().value.as_ref().unwrap();
            assert_eq!(value, &Value::StringValue("abc".to_owned()));
            assert_eq!(
                (span.dropped_attributes_count, span.dropped_events_count),
                (1, 1)
            );
        }
        (spans.len() == 5 && seen.requests.len() >= 3).then_some(())
    });
}
