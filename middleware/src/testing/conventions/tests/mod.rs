//! Telemetry that is right but for one defect, and what is said about it.

mod attributes;
mod check;
mod http;
mod metrics;
mod rpc;
mod secrets;
mod spans;

use std::time::SystemTime;

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::Check;

/// A span of `GET /users/{id}` as a server records it.
fn http_server() -> SpanData {
    let span = span(SpanKind::Server, "GET /users/{id}");
    let span = with(span, "http.request.method", "GET");
    let span = with(span, "http.response.status_code", 200);
    let span = with(span, "http.route", "/users/{id}");
    let span = with(span, "network.protocol.version", "1.1");
    let span = with(span, "server.address", "example.com");
    let span = with(span, "url.path", "/users/7");
    with(span, "url.scheme", "https")
}

/// A span of `GET` as a client records it.
fn http_client() -> SpanData {
    let span = span(SpanKind::Client, "GET");
    let span = with(span, "http.request.method", "GET");
    let span = with(span, "http.response.status_code", 200);
    let span = with(span, "server.address", "example.com");
    let span = with(span, "server.port", 443);
    with(span, "url.full", "https://example.com/users/7?page=2")
}

/// A call as a server records it.
fn rpc_server() -> SpanData {
    let span = span(SpanKind::Server, "pkg.Users/Get");
    let span = with(span, "rpc.method", "pkg.Users/Get");
    let span = with(span, "rpc.response.status_code", "OK");
    with(span, "rpc.system.name", "grpc")
}

/// A call as a client records it.
fn rpc_client() -> SpanData {
    let span = SpanData {
        span_kind: SpanKind::Client,
        ..rpc_server()
    };
    with(span, "server.address", "example.com")
}

fn span(kind: SpanKind, name: &'static str) -> SpanData {
    SpanData {
        span_context: SpanContext::empty_context(),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: kind,
        name: name.into(),
        start_time: SystemTime::UNIX_EPOCH,
        end_time: SystemTime::UNIX_EPOCH,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

/// `span` with `key` set to `value`, once.
fn with(span: SpanData, key: &'static str, value: impl Into<Value>) -> SpanData {
    let mut span = without(span, key);
    span.attributes.push(KeyValue::new(key, value));
    span
}

fn without(mut span: SpanData, key: &str) -> SpanData {
    span.attributes.retain(|kv| kv.key.as_str() != key);
    span
}

fn named(span: SpanData, name: &'static str) -> SpanData {
    SpanData {
        name: name.into(),
        ..span
    }
}

/// `span` as it is after an error.
fn failed(span: SpanData, error_type: &'static str) -> SpanData {
    SpanData {
        status: Status::error(""),
        ..with(span, "error.type", error_type)
    }
}

fn texts(values: &[&'static str]) -> Value {
    let values = values.iter().map(|value| StringValue::from(*value));
    Value::Array(Array::String(values.collect()))
}

/// What the default check says about `span`, without the name of the span.
fn said(span: &SpanData) -> Vec<String> {
    said_by(&Check::new(), span)
}

fn said_by(check: &Check, span: &SpanData) -> Vec<String> {
    let violations = check.span(span).into_iter();
    violations.map(|v| v.problem.to_string()).collect()
}

/// Each span has one defect: the one in the sentence beside it.
#[track_caller]
fn assert_caught(table: impl IntoIterator<Item = (SpanData, &'static str)>) {
    for (span, sentence) in table {
        assert_eq!(said(&span), [sentence], "{:#?}", span.attributes);
    }
}

#[track_caller]
fn assert_right(spans: impl IntoIterator<Item = SpanData>) {
    for span in spans {
        assert_eq!(said(&span), [""; 0], "{:#?}", span.attributes);
    }
}
