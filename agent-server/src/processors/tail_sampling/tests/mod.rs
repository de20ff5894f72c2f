mod bounds;
mod config;
mod holds;
mod policies;
mod random;
mod rates;
mod timing;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use campanile_wire::otlp::view::{Span, resource_spans};
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::config::Config;
use super::counters::Counters;
use super::held::Answer;
use super::parcel::Outcome;
use super::sampler::{Arrival, Sampler};
use super::split::Split;
use super::{TailSampling, build};
use crate::component::{Context, Entry, Shared};
use crate::ops::Metrics;
use crate::payload::Payload;

const SECOND: Duration = Duration::from_secs(1);

/// A span to write. Numbers stand for ids.
#[derive(Clone, Debug)]
struct Written<'a> {
    trace: u8,
    name: String,
    /// 0 for a root.
    parent: u8,
    milliseconds: (u64, u64),
    status: u64,
    flags: u32,
    trace_state: &'a str,
    /// The name of an event, if it has one.
    event: &'a str,
    attributes: Vec<(&'a str, Scalar<'a>)>,
}

/// A span of `trace` that is not its root.
fn child(trace: u8, name: &str) -> Written<'static> {
    Written {
        trace,
        name: name.to_owned(),
        parent: 9,
        milliseconds: (1_000, 1_010),
        status: 0,
        flags: 0,
        trace_state: "",
        event: "",
        attributes: Vec::new(),
    }
}

/// The root of `trace`.
fn root(trace: u8, name: &str) -> Written<'static> {
    Written {
        parent: 0,
        ..child(trace, name)
    }
}

impl Written<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let id = |value: u8, length: usize| {
            let mut id = vec![0; length];
            id[length - 1] = value;
            id
        };
        write::bytes(out, 1, &id(self.trace, 16));
        write::bytes(out, 2, &[1; 8]);
        write::text(out, 3, self.trace_state);
        if self.parent > 0 {
            write::bytes(out, 4, &id(self.parent, 8));
        }
        write::text(out, 5, &self.name);
        write::fixed64(out, 7, self.milliseconds.0 * 1_000_000);
        write::fixed64(out, 8, self.milliseconds.1 * 1_000_000);
        for (key, value) in &self.attributes {
            write::attribute(out, 9, key, *value);
        }
        if !self.event.is_empty() {
            write::nested(out, 11, |event| write::text(event, 2, self.event));
        }
        if self.status > 0 {
            write::nested(out, 15, |status| write::varint(status, 3, self.status));
        }
        write::fixed32(out, 16, self.flags);
    }
}

/// A payload of a resource with these attributes.
fn of(resource: &[(&str, Scalar<'_>)], spans: &[Written<'_>]) -> Payload {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |out| {
        write::nested(out, 1, |out| {
            for (key, value) in resource {
                write::attribute(out, 1, key, *value);
            }
        });
        write::nested(out, 2, |out| {
            write::nested(out, 1, |out| write::text(out, 1, "library"));
            for span in spans {
                write::nested(out, 2, |out| span.write(out));
            }
        });
    });
    let parsed = Payload::parse_deep(Signal::Traces, Bytes::from(request), &Limits::default());
    parsed.expect("what is written here is sound")
}

fn payload(spans: &[Written<'_>]) -> Payload {
    of(&[("service.name", Scalar::Text("shop"))], spans)
}

/// The names of the spans, in order.
fn names(payload: &Payload) -> Vec<String> {
    let again = Payload::parse_deep(Signal::Traces, payload.bytes().clone(), &Limits::default());
    assert_eq!(again.as_ref(), Ok(payload));
    resource_spans(payload.bytes())
        .flat_map(|resource| resource.scope_spans())
        .flat_map(|scope| scope.spans().map(|span: Span<'_>| span.name.to_owned()))
        .collect()
}

fn context(id: &str) -> (Context, Metrics) {
    let shared = Shared::default();
    let metrics = shared.metrics.clone();
    let id = id.parse().expect("an id");
    (Context { id, shared }, metrics)
}

/// The configuration in `value`, which is valid.
fn configured(value: &Value) -> Config {
    let wrong = Entry::of::<TailSampling>().configure(value).err();
    assert_eq!(wrong, None, "{value}");
    serde_json::from_value(value.clone()).expect("it was read before")
}

/// Keeps every trace.
fn always() -> Value {
    json!({"name": "all", "type": "always_sample"})
}

/// Keeps traces with an error.
fn errors() -> Value {
    json!({
        "name": "errors", "type": "status_code", "status_code": {"status_codes": ["ERROR"]},
    })
}

/// A sampler without task: time is passed in.
struct Scene {
    sampler: Sampler,
    start: Instant,
    metrics: Metrics,
    answers: Vec<oneshot::Receiver<Answer>>,
}

impl Scene {
    fn new(config: &Value) -> Self {
        let (context, metrics) = context("tail_sampling");
        let config = configured(config);
        let policies = build::policies(&config, &context).expect("valid");
        Self {
            sampler: Sampler::new(config.settings(), policies, Counters::new(&context)),
            start: Instant::now(),
            metrics,
            answers: Vec::new(),
        }
    }

    fn at(&self, milliseconds: u64) -> Instant {
        self.start + Duration::from_millis(milliseconds)
    }

    /// A payload comes.
    fn arrive(&mut self, milliseconds: u64, payload: Payload) {
        let (answer, answered) = oneshot::channel();
        self.answers.push(answered);
        let arrival = Arrival {
            split: Split::new(payload.bytes()),
            payload,
            answer,
        };
        let now = self.at(milliseconds);
        self.sampler.arrive(arrival, now);
    }

    /// Time goes on; says what is handed over, and that it was taken.
    fn decide(&mut self, milliseconds: u64) -> Vec<String> {
        let now = self.at(milliseconds);
        self.sampler.decide_due(now);
        self.take()
    }

    /// What is handed over, and that it was taken.
    fn take(&mut self) -> Vec<String> {
        let mut taken = Vec::new();
        for parcel in self.sampler.take_kept() {
            taken.extend(names(&parcel.payload));
            let shared: u64 = parcel.shares.iter().map(|(_, spans)| spans).sum();
            assert_eq!(parcel.payload.items(), shared);
            self.sampler.arrived(&parcel.shares, &Outcome::Taken);
        }
        taken
    }

    fn drain(&mut self, milliseconds: u64) -> Vec<String> {
        let now = self.at(milliseconds);
        self.sampler.drain(now);
        self.take()
    }

    /// The spans that were sampled out of the payload `index`, once it was answered for.
    fn answer(&mut self, index: usize) -> Option<u64> {
        let answer = self.answers[index].try_recv().ok()?;
        Some(answer.expect("nothing fails").sampled_out)
    }

    fn metric(&self, name: &str) -> i64 {
        let values = self.metrics.values();
        let mut found = values.iter().filter(|(series, _)| series.contains(name));
        found.next().map_or(0, |(_, value)| *value)
    }
}

/// Whether one trace of these payloads is kept.
fn keeps(policies: &Value, payloads: impl IntoIterator<Item = Payload>) -> bool {
    let mut scene = Scene::new(&json!({"policies": policies}));
    for payload in payloads {
        scene.arrive(0, payload);
    }
    !scene.drain(0).is_empty()
}

fn shares(shares: &[(u32, u64)]) -> VecDeque<(u32, u64)> {
    shares.iter().copied().collect()
}
