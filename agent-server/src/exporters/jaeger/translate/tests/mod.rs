mod fields;
mod limits;
mod round_trip;

use campanile_wire::jaeger::{Limits, Process, Span, Value, proto};
use campanile_wire::otlp::{Signal, json};
use serde_json::{Value as Json, json};

use super::{Written, request};

/// The bytes of an export request.
fn otlp(request: &Json) -> Vec<u8> {
    json::decode(Signal::Traces, request.to_string().as_bytes()).expect("valid OTLP")
}

/// An export request of one span, which has ids and `more`.
fn one_span(more: &Json) -> Json {
    let mut span = json!({ "traceId": "01".repeat(16), "spanId": "02".repeat(8) });
    let fields = span.as_object_mut().expect("a map");
    fields.extend(more.as_object().cloned().unwrap_or_default());
    json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [span] }] }] })
}

/// Reads what was written. The bytes are leaked: they live as long as the test.
fn read(written: &Written) -> (Vec<Span<'static>>, Process<'static>) {
    let bytes: &'static [u8] = written.request.clone().leak();
    let mut spans = Vec::new();
    let process = proto::read(bytes, &Limits::default(), |span| spans.push(span.clone()));
    (spans, process.expect("ours can be read"))
}

fn translated(otlp_json: &Json) -> (Vec<Span<'static>>, Process<'static>) {
    let written = request(&[otlp(otlp_json)]).expect("not large");
    assert_eq!(written.rejected, 0);
    read(&written)
}

/// The only span of an export request.
fn span(more: &Json) -> Span<'static> {
    let (mut spans, _) = translated(&one_span(more));
    assert_eq!(spans.len(), 1);
    spans.remove(0)
}

fn attribute(key: &str, value: &Json) -> Json {
    json!({ "key": key, "value": value })
}

/// Tags as text: `key=value`.
fn shown(tags: &[campanile_wire::jaeger::Tag<'_>]) -> Vec<String> {
    let show = |value: &Value<'_>| match value {
        Value::Binary(bytes) => format!("0x{}", const_hex::encode(bytes)),
        Value::Bool(truth) => truth.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::Long(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
    };
    let tags = tags.iter();
    tags.map(|tag| format!("{}={}", tag.key, show(&tag.value)))
        .collect()
}
