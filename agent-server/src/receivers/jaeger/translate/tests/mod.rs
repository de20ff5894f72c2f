mod fields;
mod hostile;
mod upstream;
mod vectors;

use campanile_wire::jaeger::{Process, RefType, Reference, Span, Tag, Value};
use campanile_wire::otlp::{Limits, Signal, check, json, scan};
use serde_json::Value as Json;

use super::batch::{Rejects, Translated, post_spans};
use crate::receivers::testing::file;

/// The request as OTLP/JSON; it must be valid in every field.
fn as_json(translated: &Translated) -> Json {
    let bytes = &translated.bytes;
    check(Signal::Traces, bytes, &Limits::default()).expect("valid OTLP");
    let text = json::encode(Signal::Traces, bytes).expect("valid OTLP");
    serde_json::from_str(&text).expect("JSON")
}

/// The only span of a request.
fn only_span(translated: &Translated) -> Json {
    let request = as_json(translated);
    let counts = scan(Signal::Traces, &translated.bytes, &Limits::default());
    assert_eq!(counts.map(|counts| counts.items), Ok(1));
    request["resourceSpans"][0]["scopeSpans"][0]["spans"][0].clone()
}

/// A `PostSpansRequest` of these spans.
fn request(spans: &[Span<'_>], process: &Process<'_>) -> Vec<u8> {
    use campanile_wire::jaeger::proto::{put_process, put_span};
    use campanile_wire::otlp::write::nested;
    let mut out = Vec::new();
    nested(&mut out, 1, |out| {
        for span in spans {
            nested(out, 1, |out| put_span(out, span));
        }
        nested(out, 2, |out| put_process(out, process));
    });
    out
}

/// Translates spans of a process without tags.
fn translated(spans: &[Span<'_>]) -> Translated {
    let process = Process {
        service_name: "s".into(),
        ..Process::default()
    };
    post_spans(&request(spans, &process)).expect("valid")
}

/// A span with ids and nothing else.
fn span() -> Span<'static> {
    Span {
        trace_id: [1; 16],
        span_id: [2; 8],
        ..Span::default()
    }
}

/// A span with these tags.
fn tagged(tags: Vec<Tag<'_>>) -> Span<'_> {
    Span { tags, ..span() }
}

fn tag<'a>(key: &'a str, value: Value<'a>) -> Tag<'a> {
    Tag {
        key: key.into(),
        value,
    }
}

fn text(value: &str) -> Value<'_> {
    Value::Text(value.into())
}

fn reference(kind: RefType, trace: u8, span: u8) -> Reference {
    Reference {
        kind,
        trace_id: [trace; 16],
        span_id: [span; 8],
    }
}

/// The bytes of a wire vector.
fn vector(path: &str, name: &str) -> Vec<u8> {
    let all: Json = serde_json::from_str(&file(path)).expect("JSON");
    let mut list = all["vectors"].as_array().expect("a list").iter();
    let found = list.find(|vector| vector["name"] == name);
    let hex = found.expect("there is such a vector")["hex"].as_str();
    const_hex::decode(hex.expect("text")).expect("hex")
}
