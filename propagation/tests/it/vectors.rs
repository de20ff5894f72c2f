//! Every vector of every format, through header maps and through text maps. Those of the W3C
//! formats are checked here, the others where they are named.

use campanile_propagation::formats::{baggage, w3c};
use campanile_propagation::tracestate::TraceStateHeader;
use campanile_propagation::{Propagator, baggage::BaggageHeader, baggage::properties};
use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use serde_json::{Value, json};

use crate::format_vectors as others;
use crate::words::{extract, headers, inject, text_map, value};

/// The tests of one vector file: what its vectors must number, and what each must show.
struct File {
    name: &'static str,
    extract: (usize, fn(&Value)),
    inject: (usize, fn(&Value)),
}

const FILES: &[File] = &[
    File {
        name: "w3c_trace_context.json",
        extract: (73, trace_context_is_extracted),
        inject: (4, trace_context_is_injected),
    },
    File {
        name: "w3c_baggage.json",
        extract: (12, baggage_is_extracted),
        inject: (3, baggage_is_injected),
    },
    File {
        name: "b3.json",
        extract: (50, others::b3_is_extracted),
        inject: (5, others::b3_is_injected),
    },
    File {
        name: "jaeger.json",
        extract: (25, others::jaeger_is_extracted),
        inject: (3, others::jaeger_is_injected),
    },
    File {
        name: "ot_tracer.json",
        extract: (8, others::ottrace_is_extracted),
        inject: (1, others::ottrace_is_injected),
    },
    File {
        name: "cloud_trace.json",
        extract: (9, others::gcp_is_extracted),
        inject: (1, others::gcp_is_injected),
    },
    File {
        name: "aws_xray.json",
        extract: (17, crate::xray::is_extracted),
        inject: (2, crate::xray::is_injected),
    },
    File {
        name: "datadog.json",
        extract: (14, crate::datadog::is_extracted),
        inject: (1, crate::datadog::is_injected),
    },
    File {
        name: "opencensus_binary.json",
        extract: (16, crate::opencensus::is_extracted),
        inject: (1, crate::opencensus::is_injected),
    },
];

/// What a file has beside these two parts.
const FURTHER_PARTS: &[(&str, &str, Check)] = &[(
    "opencensus_binary.json",
    "tags",
    (11, crate::opencensus::tags_are_read),
)];

/// The vector files of formats that this crate does not have.
const WITHOUT_A_FORMAT: &[&str] = &["skywalking.json"];

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/propagation/");

/// How many vectors there are at least, and what each must show.
type Check = (usize, fn(&Value));

fn parts(file: &File) -> Vec<(&'static str, Check)> {
    let further = FURTHER_PARTS.iter().filter(|(name, ..)| *name == file.name);
    [("extract", file.extract), ("inject", file.inject)]
        .into_iter()
        .chain(further.map(|(_, part, check)| (*part, *check)))
        .collect()
}

#[test]
fn no_vector_file_is_left_unread() {
    let mut found: Vec<String> = std::fs::read_dir(FOLDER)
        .expect(FOLDER)
        .map(|entry| entry.expect(FOLDER).file_name().display().to_string())
        .collect();
    let mut expected: Vec<&str> = FILES.iter().map(|file| file.name).collect();
    expected.extend(WITHOUT_A_FORMAT);
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn every_vector_of_every_file_passes() {
    for file in FILES {
        let text = std::fs::read_to_string(format!("{FOLDER}{}", file.name)).expect(file.name);
        let vectors: Value = serde_json::from_str(&text).expect(file.name);
        for (part, _) in vectors
            .as_object()
            .expect("parts")
            .iter()
            .filter(|(_, v)| v.is_array())
        {
            let read = parts(file).iter().any(|(name, _)| name == part);
            assert!(read, "{}: {part} is not read", file.name);
        }
        for (part, (count, check)) in parts(file) {
            let vectors = vectors[part].as_array().expect(part);
            assert!(
                vectors.len() >= count,
                "{}: {part} has lost vectors",
                file.name
            );
            for vector in vectors {
                println!("{} {part}: {}", file.name, vector["name"]); // shown on failure
                check(vector);
            }
        }
    }
}

fn trace_context_is_extracted(vector: &Value) {
    let incoming = header_map(&vector["headers"]);
    let direct = w3c::extract(&incoming).unwrap_or_default();
    let over_headers = extract(&incoming);
    let over_text = Propagator::w3c().extract_with_context(&Context::new(), &text_map(&incoming));
    let alone = w3c::TraceContextPropagator::new()
        .extract_with_context(&Context::new(), &text_map(&incoming));
    for cx in [&over_headers, &over_text, &alone] {
        let found = cx.span().span_context().clone();
        assert_eq!(direct.clone().unwrap_or(SpanContext::NONE), found);
        match &vector["expect"] {
            Value::Null if vector.get("expect_any_of").is_none() => assert!(!found.is_valid()),
            expect => context_is(cx, &found, expect, &vector["expect_any_of"]),
        }
    }
}

fn context_is(cx: &Context, found: &SpanContext, expect: &Value, any_of: &Value) {
    assert!(found.is_valid() && found.is_remote());
    let sent = inject(cx);
    let parent = value(&sent, "traceparent").expect("a valid context is sent");
    let members = tracestate(&sent);
    for (name, expected) in expect.as_object().into_iter().flatten() {
        let actual = match name.as_str() {
            "trace_id" => json!(found.trace_id().to_string()),
            "span_id" => json!(found.span_id().to_string()),
            "sampled" => json!(found.is_sampled()),
            "random" => json!(found.trace_flags().to_u8() & 2 == 2),
            "flags" => json!(found.trace_flags().to_u8()),
            "outgoing_flags" => json!(u8::from_str_radix(&parent[53..], 16).expect("hex")),
            "outgoing_version" => json!(&parent[..2]),
            "tracestate" => members.clone(),
            other => panic!("the vectors expect {other}, which is not checked"),
        };
        assert_eq!(actual, *expected, "{name}");
    }
    if let Some(any_of) = any_of.as_array() {
        assert!(any_of.contains(&members), "{members}");
    }
}

fn trace_context_is_injected(vector: &Value) {
    let context = &vector["context"];
    let state = context["tracestate"].as_array().into_iter().flatten();
    let state = TraceState::from_key_value(state.map(|m| (text(&m[0]), text(&m[1]))));
    let span = SpanContext::new(
        TraceId::from_hex(text(&context["trace_id"])).expect("hex"),
        SpanId::from_hex(text(&context["span_id"])).expect("hex"),
        TraceFlags::default().with_sampled(context["sampled"] == true),
        false,
        state.expect("a valid tracestate"),
    );
    let expected = header_map(&vector["headers"]);
    let mut sent = headers([("traceparent", "stale"), ("tracestate", "stale=1")]);
    w3c::inject(&span, &mut sent);
    assert_eq!(sent, expected);
    assert_eq!(
        inject(&Context::new().with_remote_span_context(span)),
        expected
    );
}

fn baggage_is_extracted(vector: &Value) {
    let incoming = header_map(&vector["headers"]);
    let expected = vector["expect"].as_array().expect("a list of members");
    let header = baggage::extract(&incoming).expect("there are members");
    assert_eq!(members(&header), *expected);

    let over_headers = extract(&incoming);
    let over_text = Propagator::w3c().extract_with_context(&Context::new(), &text_map(&incoming));
    let alone = baggage::BaggagePropagator::new()
        .extract_with_context(&Context::new(), &text_map(&incoming));
    for cx in [over_headers, over_text, alone] {
        assert_eq!(cx.baggage().len(), expected.len());
        for member in expected {
            let (value, metadata) = cx
                .baggage()
                .get_with_metadata(text(&member["key"]))
                .expect("the key is there");
            let found: Vec<_> = properties(metadata.as_str())
                .map(|property| json!([property.key(), property.value()]))
                .collect();
            assert_eq!(json!(value.as_str()), member["value"]);
            assert_eq!(json!(found), member["properties"]);
        }
        assert_eq!(text_map(&inject(&cx)), text_map(&incoming));
    }
}

fn baggage_is_injected(vector: &Value) {
    let mut baggage = Baggage::new();
    let generate = &vector["generate"];
    for entry in vector["entries"].as_array().into_iter().flatten() {
        baggage.insert(text(&entry[0]).to_owned(), text(&entry[1]).to_owned());
    }
    for n in 0..generate["members"].as_u64().unwrap_or(0) {
        let key = text(&generate["key"]).replace("{n}", &n.to_string());
        let value = generate["value"].as_str().map_or_else(
            || "v".repeat(generate["value_length"].as_u64().expect("a length") as usize),
            str::to_owned,
        );
        baggage.insert(key, value);
    }
    assert!(!baggage.is_empty(), "the vector says nothing");

    let mut sent = headers([("baggage", "stale=1")]);
    baggage::inject(&baggage, &mut sent);
    let received = baggage::extract(&sent).expect("something was sent");
    assert_eq!(received.members().count(), baggage.len());
    for (key, (value, _)) in &baggage {
        let member = received
            .members()
            .find(|m| m.key() == key.as_str())
            .expect("it was sent");
        assert_eq!(member.value(), value.as_str());
    }
    if let Some(accepted) = vector["accepted_header"].as_str() {
        let accepted = baggage::extract(&headers([("baggage", accepted)])).expect("members");
        assert_eq!(members(&received), members(&accepted));
    }
    assert_eq!(inject(&Context::new().with_baggage(baggage)), sent);
}

fn members(header: &BaggageHeader) -> Vec<Value> {
    let members = header.members().map(|member| {
        let properties: Vec<_> = member
            .properties()
            .map(|property| json!([property.key(), property.value()]))
            .collect();
        json!({"key": member.key(), "value": member.value(), "properties": properties})
    });
    members.collect()
}

fn tracestate(headers: &HeaderMap) -> Value {
    let value = value(headers, "tracestate").unwrap_or_default();
    let header = TraceStateHeader::parse(value.as_bytes()).expect("what is sent is valid");
    assert_eq!(
        header.is_some(),
        headers.contains_key("tracestate"),
        "an empty one was sent"
    );
    json!(
        header
            .iter()
            .flat_map(TraceStateHeader::members)
            .collect::<Vec<_>>()
    )
}

pub(crate) fn header_map(entries: &Value) -> HeaderMap {
    headers(
        entries
            .as_array()
            .expect("headers")
            .iter()
            .map(|e| (text(&e[0]), text(&e[1]))),
    )
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}
