//! Spans that are open when the program ends.

use campanile_agent_client::Protocol;
use opentelemetry::trace::{Span as _, SpanContext, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::support::{OtlpAgent, Tracing, client, text};

const INTERRUPTED: &str = "campanile.interrupted";

fn is_interrupted(span: &Span) -> bool {
    let attribute = span
        .attributes
        .iter()
        .find(|attribute| attribute.key == INTERRUPTED);
    let value = attribute.and_then(|attribute| attribute.value.clone()?.value);
    assert!(
        matches!(value, None | Some(Value::BoolValue(true))),
        "{value:?}"
    );
    value.is_some()
}

fn find<'a>(spans: &[&'a Span], name: &str) -> Option<&'a Span> {
    spans.iter().find(|span| span.name == name).copied()
}

fn assert_ids(span: &Span, context: &SpanContext, parent: &[u8]) {
    assert_eq!(span.trace_id, context.trace_id().to_bytes());
    assert_eq!(span.span_id, context.span_id().to_bytes());
    assert_eq!(span.parent_span_id, parent);
}

#[test]
fn a_span_that_is_open_at_the_end_is_sent_as_interrupted() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    let tracer = provider.tracer("test");
    let outer = tracer
        .span_builder("outer")
        .with_attributes([KeyValue::new("k", "v")])
        .start(&tracer);
    let outer_context = outer.span_context().clone();
    let context = Context::new().with_span(outer);
    let inner = tracer.start_with_context("inner", &context);
    drop(guard);
    agent.seen.wait_for(|seen| {
        let spans = seen.spans();
        let (sent_outer, sent_inner) = (find(&spans, "outer")?, find(&spans, "inner")?);
        assert_ids(sent_outer, &outer_context, &[]);
        let parent = outer_context.span_id().to_bytes();
        assert_ids(sent_inner, inner.span_context(), &parent);
        assert_eq!(text(&sent_outer.attributes, "k").as_deref(), Some("v"));
        for span in [sent_outer, sent_inner] {
            assert!(is_interrupted(span));
            assert!(span.start_time_unix_nano > 0);
            assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
        }
        Some(())
    });
}

#[test]
fn a_span_that_ended_is_sent_once_and_as_it_ended() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    let tracer = provider.tracer("test");
    let mut ended = tracer.start("ended");
    let open = tracer.start("open");
    ended.set_attribute(KeyValue::new("late", "yes"));
    ended.end();
    drop(ended);
    guard.shutdown(crate::support::DEADLINE).unwrap();
    agent.seen.wait_for(|seen| {
        let spans = seen.spans();
        let ended = find(&spans, "ended")?;
        assert!(!is_interrupted(ended));
        assert_eq!(text(&ended.attributes, "late").as_deref(), Some("yes"));
        find(&spans, "open")?;
        assert_eq!(spans.len(), 2, "{spans:#?}");
        Some(())
    });
    let stats = guard.stats();
    assert_eq!((stats.started, stats.ended, stats.sent), (2, 2, 2));
    drop(open);
}

#[test]
fn an_interrupted_span_that_ends_later_is_counted_and_not_sent_again() {
    let agent = OtlpAgent::start([]);
    let (provider, guard) = client(Protocol::Otlp, &agent.server.endpoint()).tracing();
    let open = provider.tracer("test").start("open");
    guard.shutdown(crate::support::DEADLINE).unwrap();
    drop(open);
    let stats = guard.stats();
    assert_eq!((stats.ended, stats.sent, stats.dropped.shutdown), (2, 1, 1));
    assert_eq!(agent.wait_for_spans(1), ["open"]);
}

#[test]
fn a_span_that_is_not_sampled_is_not_interrupted() {
    let agent = OtlpAgent::start([]);
    let mut settings = campanile_agent_client::environment::Settings::default();
    settings.sampler = campanile_agent_client::environment::TraceSampler::AlwaysOff;
    let (provider, guard) = campanile_agent_client::AgentClient::with_settings(settings)
        .endpoint(&agent.server.endpoint())
        .tracing();
    let open = provider.tracer("test").start("open");
    guard.shutdown(crate::support::DEADLINE).unwrap();
    let stats = guard.stats();
    assert_eq!((stats.started, stats.ended), (0, 0));
    drop(open);
}
