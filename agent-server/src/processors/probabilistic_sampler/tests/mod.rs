mod hashes;
mod logs;
mod payloads;
mod random;
mod thresholds;
mod traces;
mod tracestates;

use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::view::{AnyValue, Attributes, Span, resource_spans};
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use serde_json::{Value, json};

use super::Probabilistic;
use crate::component::{Context, Entry, Invalid, Processing, Processor, Removal, Shared};
use crate::ops::Metrics;
use crate::payload::Payload;

/// The sampler of a configuration, and the metrics that it counts in.
fn sampler(config: &Value) -> (Arc<dyn Processor>, Metrics) {
    let shared = Shared::default();
    let metrics = shared.metrics.clone();
    let context = Context {
        id: "probabilistic_sampler".parse().expect("an id"),
        shared,
    };
    let configured = Entry::of::<Probabilistic>().configure(config);
    let processing = configured.expect("valid").build(context);
    let Ok(Processing::Step(step)) = processing else {
        panic!("not a step");
    };
    (step, metrics)
}

fn process(config: &Value, payload: Payload) -> Option<Payload> {
    sampler(config).0.process(payload).expect("never refused")
}

/// A trace id from hex digits.
fn id(hex: &str) -> Vec<u8> {
    const_hex::decode(hex).expect("hex")
}

/// A span to write: what samplers look at.
#[derive(Clone, Debug, Default)]
struct Written<'a> {
    trace_id: Vec<u8>,
    trace_state: &'a str,
    priority: Option<Scalar<'a>>,
}

impl Written<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        write::bytes(out, 1, &self.trace_id);
        write::bytes(out, 2, &[7; 8]);
        write::text(out, 3, self.trace_state);
        write::text(out, 5, "a span");
        write::attribute(out, 9, "http.route", Scalar::Text("/"));
        if let Some(priority) = self.priority {
            write::attribute(out, 9, "sampling.priority", priority);
        }
        write::attribute(out, 9, "n", Scalar::Int(1));
    }
}

/// A request with one resource and one scope.
fn request(signal: Signal, items: impl IntoIterator<Item = Vec<u8>>) -> Payload {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource| {
        write::nested(resource, 1, |resource| {
            write::attribute(resource, 1, "service.name", Scalar::Text("shop"));
        });
        write::nested(resource, 2, |scope| {
            write::nested(scope, 1, |scope| write::text(scope, 1, "library"));
            for item in items {
                write::nested(scope, 2, |out| out.extend_from_slice(&item));
            }
        });
    });
    let parsed = Payload::parse_deep(signal, Bytes::from(request), &Limits::default());
    parsed.expect("what is written here is sound")
}

fn spans<'a>(written: impl IntoIterator<Item = Written<'a>>) -> Payload {
    let spans = written.into_iter().map(|span| {
        let mut out = Vec::new();
        span.write(&mut out);
        out
    });
    request(Signal::Traces, spans)
}

/// The `tracestate` of each span that is left.
fn states(config: &Value, payload: Payload) -> Vec<String> {
    let Some(left) = process(config, payload) else {
        return Vec::new();
    };
    let again = Payload::parse_deep(Signal::Traces, left.bytes().clone(), &Limits::default());
    assert_eq!(again.as_ref(), Ok(&left));
    resource_spans(left.bytes())
        .flat_map(|resource| resource.scope_spans())
        .flat_map(|scope| {
            scope
                .spans()
                .map(|span: Span<'_>| span.trace_state.to_owned())
        })
        .collect()
}

/// What becomes of one span: its `tracestate`, if it is kept.
fn state(config: &Value, span: Written<'_>) -> Option<String> {
    states(config, spans([span])).pop()
}

fn wrong_keys(config: &Value) -> Vec<String> {
    match Entry::of::<Probabilistic>().configure(config) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong
            .into_iter()
            .map(|invalid: Invalid| invalid.key)
            .collect(),
    }
}

#[test]
fn the_defaults_are_the_collectors() {
    let expected = json!({
        "mode": "hash_seed", "sampling_percentage": 0.0, "hash_seed": 0, "fail_closed": true,
        "sampling_precision": 4, "attribute_source": "traceID", "from_attribute": "",
        "sampling_priority": "",
    });
    assert_eq!(Entry::of::<Probabilistic>().defaults(), expected);
    let written = json!({"mode": "", "attribute_source": ""});
    assert_eq!(
        Entry::of::<Probabilistic>().effective(&written),
        Ok(expected)
    );
}

#[test]
fn what_cannot_be_done_is_refused_by_its_key() {
    for percentage in [-1.0, 1e-20] {
        assert_eq!(
            wrong_keys(&json!({"sampling_percentage": percentage})),
            ["sampling_percentage"]
        );
    }
    for precision in [0, 15] {
        assert_eq!(
            wrong_keys(&json!({"sampling_precision": precision})),
            ["sampling_precision"]
        );
    }
    assert_eq!(wrong_keys(&json!({"mode": "coin"})), ["mode"]);
    assert_eq!(
        wrong_keys(&json!({"attribute_source": "record"})),
        ["from_attribute"]
    );
    assert!(wrong_keys(&json!({"sampling_percentage": 200, "mode": "murmur3"})).is_empty());
}

#[test]
fn what_it_takes_out_is_sampled_out() {
    assert_eq!(sampler(&json!({})).0.removal(), Removal::SampledOut);
}

fn attribute_text(record: &[u8], key: &str) -> Option<String> {
    let found = Attributes::new(record, 6).find(key);
    found.and_then(AnyValue::as_text).map(str::to_owned)
}
