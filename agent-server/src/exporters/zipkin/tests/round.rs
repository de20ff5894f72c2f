//! There and back: OTLP to Zipkin to OTLP, and Zipkin to OTLP to Zipkin.

use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::zipkin::{Annotation, Endpoint, Kind, Limits, Span, Tag, Value, json};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::super::config::Format;
use super::super::translate::write as to_zipkin;
use super::meaning;
use crate::receivers::zipkin::testing::{of_json, of_proto3};

const DEFAULT: &str = "<missing service name>";

fn text() -> impl Strategy<Value = String> {
    "[a-z|{}\" ]{0,6}"
}

/// Keys that no rule knows.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    btree_map("x[a-z.]{0,4}", text(), 0..4).prop_map(|map| map.into_iter().collect())
}

fn put_all(out: &mut Vec<u8>, number: u32, prefix: &str, pairs: &[(String, String)]) {
    for (key, value) in pairs {
        write::attribute(out, number, &format!("{prefix}{key}"), Scalar::Text(value));
    }
}

/// A message with text, attributes of a few types and a dropped count.
fn part(time: Option<u32>, name: u32, attributes: u32) -> impl Strategy<Value = Vec<u8>> {
    let micros = 1..1_000_000_u64;
    (micros, text(), pairs(), any::<i64>(), 0..3_u64).prop_map(
        move |(micros, text, pairs, int, dropped)| {
            let mut out = Vec::new();
            if let Some(time) = time {
                write::fixed64(&mut out, time, micros * 1_000);
            } else {
                write::bytes(&mut out, 1, &[7; 16]);
                write::bytes(&mut out, 2, &[8; 8]);
            }
            write::text(&mut out, name, &text);
            put_all(&mut out, attributes, "", &pairs);
            if int % 2 == 0 {
                write::attribute(&mut out, attributes, "int", Scalar::Int(int));
            }
            write::varint(&mut out, attributes + 1, dropped);
            out
        },
    )
}

prop_compose! {
    /// A span that Zipkin can tell: times of whole microseconds, attributes of text.
    fn otlp_span()(
        ids in (any::<[u8; 8]>(), any::<[u8; 8]>(), option::of(any::<[u8; 8]>()), any::<bool>()),
        name in text(),
        kind in 0..6_u64,
        times in (1..u64::MAX / 4_000, 0..1_000_000_u64),
        attributes in pairs(),
        status in (0..3_u64, text()),
        events in vec(part(Some(1), 2, 3), 0..3),
        links in vec(part(None, 3, 4), 0..3),
        state in text(),
        counts in any::<[u8; 4]>(),
        flags in any::<[bool; 2]>(),
    ) -> Vec<u8> {
        let (high, low, parent, short) = ids;
        let low = [&[1], &low[1..]].concat();
        let mut span = Vec::new();
        let high = if short { [0; 8] } else { high };
        write::bytes(&mut span, 1, &[&high[..], &low].concat());
        write::bytes(&mut span, 2, &low);
        if let Some(parent) = parent.filter(|parent| *parent != [0; 8] && parent[..] != low) {
            write::bytes(&mut span, 4, &parent);
        }
        write::text(&mut span, 3, &state);
        write::text(&mut span, 5, &name);
        write::varint(&mut span, 6, kind);
        write::fixed64(&mut span, 7, times.0 * 1_000);
        write::fixed64(&mut span, 8, (times.0 + times.1) * 1_000);
        put_all(&mut span, 9, "", &attributes);
        for (set, key) in flags.into_iter().zip(["zipkin.shared", "zipkin.debug"]) {
            if set {
                write::attribute(&mut span, 9, key, Scalar::Bool(true));
            }
        }
        if counts[0] % 2 == 0 {
            write::attribute(&mut span, 9, "peer.service", Scalar::Text("other"));
            write::attribute(&mut span, 9, "net.peer.ip", Scalar::Text("2001:db8::1"));
            write::attribute(&mut span, 9, "net.host.ip", Scalar::Text("10.0.0.1"));
            write::attribute(&mut span, 9, "net.host.port", Scalar::Int(80));
        }
        for event in events {
            write::nested(&mut span, 11, |out| out.extend_from_slice(&event));
        }
        for link in links {
            write::nested(&mut span, 13, |out| out.extend_from_slice(&link));
        }
        for (count, field) in counts.into_iter().zip([10, 12, 14]) {
            write::varint(&mut span, field, count.into());
        }
        write::fixed32(&mut span, 16, counts[3].into());
        write::nested(&mut span, 15, |out| {
            write::text(out, 2, &status.1);
            write::varint(out, 3, status.0);
        });
        span
    }
}

prop_compose! {
    /// A request with one resource and one scope.
    fn otlp()(
        named in prop::sample::select(vec!["service.name", "faas.name", "xname"]),
        resource in pairs(),
        scope in (text(), text(), pairs()),
        schemas in (text(), text()),
        dropped in any::<[u8; 2]>(),
        spans in vec(otlp_span(), 1..4),
    ) -> Vec<u8> {
        let mut request = Vec::new();
        write::nested(&mut request, 1, |out| {
            write::nested(out, 1, |out| {
                write::attribute(out, 1, named, Scalar::Text("shop"));
                put_all(out, 1, "host.", &resource);
                write::varint(out, 2, dropped[0].into());
            });
            write::nested(out, 2, |out| {
                write::nested(out, 1, |out| {
                    write::text(out, 1, &scope.0);
                    write::text(out, 2, &scope.1);
                    put_all(out, 3, "", &scope.2);
                    write::varint(out, 4, dropped[1].into());
                });
                for span in &spans {
                    write::nested(out, 2, |out| out.extend_from_slice(span));
                }
                write::text(out, 3, &schemas.0);
            });
            write::text(out, 3, &schemas.1);
        });
        request
    }
}

/// What is known to change: a scope that says nothing is not there, and an attribute of a resource
/// of a family that no rule knows becomes the spans'.
fn expected(request: &[u8]) -> serde_json::Value {
    let mut expected = meaning(request);
    let group = &mut expected["resourceSpans"][0];
    let attributes = group["resource"]["attributes"]
        .as_array_mut()
        .expect("named");
    let own = attributes.iter().position(|pair| pair["key"] == "xname");
    if let Some(own) = own {
        let own = attributes.remove(own);
        if attributes.is_empty() {
            let resource = group["resource"].as_object_mut().expect("an object");
            resource.remove("attributes");
        }
        let spans = group["scopeSpans"][0]["spans"].as_array_mut();
        for span in spans.expect("a list") {
            let all = span.as_object_mut().expect("an object");
            let list = all
                .entry("attributes")
                .or_insert_with(|| serde_json::json!([]));
            list.as_array_mut().expect("a list").push(own.clone());
        }
    }
    let empty = |value: &serde_json::Value| value.as_object().is_some_and(|all| all.is_empty());
    if empty(&group["resource"]) {
        group.as_object_mut().expect("an object").remove("resource");
    }
    let scope = &mut group["scopeSpans"][0];
    if empty(&scope["scope"]) {
        scope.as_object_mut().expect("an object").remove("scope");
    }
    for span in scope["spans"].as_array_mut().expect("a list") {
        let all = span.as_object_mut().expect("an object");
        if all.get("status").is_some_and(empty) {
            all.remove("status");
        }
    }
    super::sort(&mut expected);
    expected
}

fn endpoint() -> impl Strategy<Value = Endpoint<'static>> {
    (
        "[a-z]{1,4}",
        option::of(any::<std::net::Ipv4Addr>()),
        option::of(any::<std::net::Ipv6Addr>()),
        0..0x1_0000_i64,
    )
        .prop_map(|(name, ipv4, ipv6, port)| Endpoint {
            service_name: name.into(),
            ipv4: ipv4.map_or_else(String::new, |ip| ip.to_string()).into(),
            ipv6: ipv6.map_or_else(String::new, |ip| ip.to_string()).into(),
            port,
        })
}

prop_compose! {
    /// A span of Zipkin with a name of its service.
    fn zipkin_span()(
        trace_id: [u8; 16], id: [u8; 8], parent_id in option::of(any::<[u8; 8]>()),
        name in "[a-z]{0,4}", kind in option::of(prop::sample::select(vec![
            Kind::Client, Kind::Consumer, Kind::Producer, Kind::Server,
        ])),
        timestamp in 0..u64::MAX / 4_000, duration in 0..1_000_000_u64,
        local in endpoint(), remote in prop_oneof![Just(Endpoint::default()), endpoint()],
        annotations in vec((1..u64::MAX / 4_000, "[a-z|{} ]{1,6}"), 0..3),
        tags in pairs(), debug: bool, shared: bool,
    ) -> Span<'static> {
        let annotation = |(timestamp, value): (u64, String)| Annotation {
            timestamp,
            value: value.into(),
        };
        let tag = |(key, value): (String, String)| Tag {
            key: key.into(),
            value: Value::Text(value.into()),
        };
        let id = [&[1], &id[1..]].concat().try_into().expect("eight bytes");
        Span {
            trace_id: [&[0], &trace_id[1..15], &[1]].concat().try_into().expect("16 bytes"),
            id,
            parent_id: parent_id.filter(|parent| *parent != id && *parent != [0; 8]),
            name: name.into(), kind, timestamp, duration, local, remote,
            annotations: annotations.into_iter().map(annotation).collect(),
            tags: tags.into_iter().map(tag).collect(),
            debug, shared,
        }
    }
}

proptest! {
    #[test]
    fn otlp_comes_back_from_zipkin_as_it_was(request in otlp()) {
        let expected = expected(&request);
        let json = to_zipkin(&request, Format::Json, DEFAULT).expect("small");
        prop_assert_eq!(json.rejected, 0);
        prop_assert_eq!(meaning(&of_json(&json.list)), expected.clone());
        let proto = to_zipkin(&request, Format::Proto, DEFAULT).expect("small");
        prop_assert_eq!(meaning(&of_proto3(&proto.list)), expected);
    }

    #[test]
    fn zipkin_comes_back_from_otlp_as_it_was(span in zipkin_span()) {
        let sent = json::write([&span]);
        let request = of_json(sent.as_bytes());
        let list = to_zipkin(&request, Format::Json, DEFAULT).expect("small").list;
        let text = str::from_utf8(&list).expect("text");
        let mut back = Vec::new();
        json::read(text, &Limits::default(), |span| back.push(span.clone())).expect("ours");
        prop_assert_eq!(back, vec![span]);
    }

    #[test]
    fn any_bytes_become_a_list_or_an_error(bytes in vec(any::<u8>(), 0..200)) {
        for format in [Format::Json, Format::Proto] {
            let written = to_zipkin(&bytes, format, DEFAULT).expect("small");
            let read = match format {
                Format::Json => {
                    let text = str::from_utf8(&written.list).expect("text");
                    json::read(text, &Limits::default(), |_| {})
                }
                Format::Proto => {
                    campanile_wire::zipkin::proto3::read(&written.list, &Limits::default(), |_| {})
                }
            };
            prop_assert_eq!(read, Ok(()));
        }
    }
}

#[test]
fn the_traces_of_zipkin_s_own_pages_come_back_as_they_were() {
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/fixtures/upstream/zipkin"
    );
    let Ok(entries) = std::fs::read_dir(root) else {
        println!("skipped: there is no {root}");
        return;
    };
    for entry in entries {
        let path = entry.expect("readable").path();
        let sent = std::fs::read(&path).expect("readable");
        let list = to_zipkin(&of_json(&sent), Format::Json, DEFAULT)
            .expect("small")
            .list;
        let spans = |list: &[u8]| {
            let text = str::from_utf8(list).expect("text");
            let mut spans = Vec::new();
            let read = json::read(text, &Limits::default(), |span| {
                let mut tags: Vec<_> = span.tags.iter().map(|tag| tag.key.to_string()).collect();
                // What an error without a code is told by, and a missing name.
                let ours = [
                    "otel.status_code",
                    "otel.status_description",
                    "otlp.service.name.source",
                ];
                tags.retain(|key| !ours.contains(&key.as_str()));
                tags.sort();
                let remote = span.remote.service_name.to_string();
                let values = span
                    .annotations
                    .iter()
                    .map(|annotation| annotation.value.to_string());
                let ids = (span.trace_id, span.id, span.parent_id);
                spans.push((
                    ids,
                    span.name.to_string(),
                    span.timestamp,
                    span.duration,
                    remote,
                    values.collect::<Vec<_>>(),
                    tags,
                    span.shared,
                ));
            });
            read.unwrap_or_else(|error| panic!("{path:?}: {error}"));
            spans.sort();
            spans
        };
        assert_eq!(spans(&list), spans(&sent), "{path:?}");
    }
}
