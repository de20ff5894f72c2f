//! What is done to a span between two sockets, step by step: `cargo bench -p campanile-agent`
//! prints nanoseconds a span, the least of five runs. Instructions, on a machine that is busy:
//! `valgrind --tool=callgrind target/release/deps/passing-* CASE`.
//!
//! The agent as a whole, with its sockets, is the suite `agent` of the benchmark program.

#![allow(
    clippy::print_stdout,
    reason = "a benchmark prints what it has measured"
)]

use std::hint::black_box;
use std::time::Instant;

use bytes::Bytes;
use campanile_agent::payload::Payload;
use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Draft, Edit, Fate, Group, Within};
use campanile_wire::otlp::view::resource_spans;
use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal, check, json, scan};
use campanile_wire::zipkin;

/// Spans of a request.
const SPANS: usize = 100;

/// Requests of a run.
const REQUESTS: usize = 200;

/// A step: its name, and what is done to one request.
type Step = (&'static str, Box<dyn Fn()>);

fn main() {
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    for (name, step) in steps() {
        if wanted
            .as_ref()
            .is_none_or(|wanted| name.contains(wanted.as_str()))
        {
            let runs = (0..5).map(|_| nanoseconds(&step));
            let least = runs.fold(f64::INFINITY, f64::min);
            println!("{name:<16} {least:>8.1} ns a span");
        }
    }
}

fn nanoseconds(step: &dyn Fn()) -> f64 {
    let start = Instant::now();
    (0..REQUESTS).for_each(|_| step());
    start.elapsed().as_nanos() as f64 / (SPANS * REQUESTS) as f64
}

fn steps() -> Vec<Step> {
    let request = Bytes::from(request());
    let limits = Limits::default();
    let payload = Payload::parse(Signal::Traces, request.clone(), &limits).expect("sound");
    let text = json::encode(Signal::Traces, &request).expect("sound");
    let list = zipkin_list();
    let (scanned, checked, viewed) = (request.clone(), request.clone(), request);
    let (joined, halved) = (payload.clone(), payload.clone());
    let (sifted, of_resource, of_spans) = (payload.clone(), payload.clone(), payload);
    vec![
        step("scan", move || scan(Signal::Traces, &scanned, &limits)),
        step("check", move || check(Signal::Traces, &checked, &limits)),
        step("view", move || {
            let spans = resource_spans(&viewed).flat_map(|resource| resource.scope_spans());
            spans.flat_map(|scope| scope.spans()).count()
        }),
        step("join", move || {
            Payload::join(vec![joined.clone(), joined.clone()])
        }),
        step("split", move || halved.clone().split(SPANS as u64 / 2)),
        step("sift", move || {
            let mut number = 0;
            sifted.clone().sifted(|_, _| {
                number += 1;
                number % 10 == 0
            })
        }),
        step("insert, resource", move || {
            of_resource.clone().edited(&mut Insert::new(Group::Skip))
        }),
        step("insert, spans", move || {
            of_spans.clone().edited(&mut Insert::new(Group::Enter))
        }),
        step("otlp json in", move || {
            json::decode(Signal::Traces, text.as_bytes())
        }),
        step("zipkin json in", move || {
            let limits = zipkin::Limits::default();
            zipkin::json::read(&list, &limits, |span| {
                black_box(span);
            })
        }),
    ]
}

fn step<T>(name: &'static str, does: impl Fn() -> T + 'static) -> Step {
    let run = move || {
        black_box(does());
    };
    (name, Box::new(run))
}

/// Inserts an attribute in resources or, if it enters them, spans.
struct Insert {
    attributes: AttributeEdits,
    resources: Group,
}

impl Insert {
    fn new(resources: Group) -> Self {
        let insert =
            AttributeEdit::insert("deployment.environment.name", Scalar::Text("production"));
        Self {
            attributes: AttributeEdits::new([insert]),
            resources,
        }
    }
}

impl Edit for Insert {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        if self.resources == Group::Skip {
            resource.edit_attributes(&self.attributes);
        }
        self.resources
    }

    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        item.edit_attributes(&self.attributes);
        Fate::Keep
    }
}

/// A request of spans of about 550 bytes.
fn request() -> Vec<u8> {
    let mut request = Vec::new();
    write::nested(&mut request, 1, |resource_spans| {
        write::nested(resource_spans, 1, |resource| {
            for number in 0..8 {
                let key = format!("resource.attribute.{number}");
                write::attribute(resource, 1, &key, Scalar::Text("a value of some length"));
            }
        });
        write::nested(resource_spans, 2, |scope_spans| {
            for number in 0..SPANS {
                write::nested(scope_spans, 2, |span| put_span(span, number as u64));
            }
        });
    });
    request
}

fn put_span(span: &mut Vec<u8>, number: u64) {
    let start = 1_800_000_000_000_000_000 + number;
    write::bytes(span, 1, &[7; 16]);
    write::bytes(span, 2, &(number + 1).to_be_bytes());
    write::text(span, 5, "GET /carts/{id}");
    write::varint(span, 6, 2);
    write::fixed64(span, 7, start);
    write::fixed64(span, 8, start + 1_000_000);
    for number in 0..11 {
        let key = format!("span.attribute.{number}");
        write::attribute(span, 9, &key, Scalar::Text("a value of some length"));
    }
}

/// The like of it in Zipkin's v2 JSON.
fn zipkin_list() -> String {
    let span = |number: usize| {
        let tags: Vec<_> = (0..11)
            .map(|tag| format!(r#""span.attribute.{tag}":"a value of some length""#))
            .collect();
        format!(
            r#"{{"traceId":"{:032x}","id":"{:016x}","name":"get","timestamp":1800000000000000,
               "duration":1000,"localEndpoint":{{"serviceName":"shop"}},"tags":{{{}}}}}"#,
            7,
            number + 1,
            tags.join(",")
        )
    };
    let spans: Vec<_> = (0..SPANS).map(span).collect();
    format!("[{}]", spans.join(","))
}
