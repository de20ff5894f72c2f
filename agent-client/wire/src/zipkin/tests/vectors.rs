//! The vectors, and what clients have sent.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use prost::Message as _;
use serde_json::{Value, json};

use super::*;
use crate::zipkin::messages::ListOfSpans;

fn file(path: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/");
    let text = std::fs::read_to_string(format!("{root}{path}"));
    serde_json::from_str(&text.expect("it is part of the repository")).expect("JSON")
}

pub(super) fn hex(path: &str, name: &str) -> Vec<u8> {
    let all = file(path);
    let mut vectors = all["vectors"].as_array().expect("a list").iter();
    let vector = vectors
        .find(|vector| vector["name"] == name)
        .expect("there");
    const_hex::decode(vector["hex"].as_str().expect("text")).expect("hex")
}

fn capture(name: &str) -> Vec<u8> {
    let all = file(&format!("captures/{name}"));
    let text = all["wire"][0]["b64"].as_str().expect("text");
    BASE64_STANDARD.decode(text).expect("base64")
}

#[test]
fn the_list_in_protobuf_reads_as_its_vector_says() {
    let bytes = hex("wire/jaeger_zipkin_proto.json", "zipkin_proto3_list");
    let expected = json!([
        {
            "traceId": "5b8efff798038103d269b633813fc60c",
            "parentId": "eee19b7ec3c1b174",
            "id": "eee19b7ec3c1b173",
            "kind": "SERVER",
            "name": "get /cart",
            "timestamp": 1_544_712_660_000_000_u64,
            "duration": 1_500_000,
            "localEndpoint": {"serviceName": "checkout", "ipv4": "192.168.99.1", "port": 9000},
            "remoteEndpoint": {"ipv6": "2001:db8::c001", "port": 58648},
            "annotations": [{"timestamp": 1_544_712_660_100_000_u64, "value": "cache miss"}],
            "tags": {"http.path": "/cart"},
            "shared": true,
        },
        {"traceId": "d269b633813fc60c", "id": "eee19b7ec3c1b173"},
    ]);
    let spans = of_proto3(&bytes).expect("valid");
    assert_eq!(as_json(&spans), expected);
    let mut written = Vec::new();
    spans
        .iter()
        .for_each(|span| proto3::push(&mut written, span));
    assert_eq!(written, bytes);
}

#[test]
fn the_generated_messages_are_those_of_the_vector() {
    let bytes = hex("wire/jaeger_zipkin_proto.json", "zipkin_proto3_list");
    let list = ListOfSpans::decode(&*bytes).expect("valid");
    assert_eq!(list.spans[0].tags["http.path"], "/cart");
    assert_eq!(list.encode_to_vec(), bytes);
}

/// Lines `Message number name type` of a schema's table.
fn table(schema: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (message, body) in schema["messages"].as_object().expect("messages") {
        for field in body["fields"].as_array().expect("fields") {
            let label = if field["repeated"] == true {
                "repeated "
            } else {
                ""
            };
            let kind = field["type"].as_str().expect("text");
            let kind = kind
                .replace("zipkin.proto3.Span.", "")
                .replace("zipkin.proto3.", "");
            let kind = kind.replace(',', ", ");
            let message = message.replace("zipkin.proto3.", "");
            let (name, number) = (field["name"].as_str().expect("text"), &field["number"]);
            lines.push(format!("{message}: {label}{kind} {name} = {number};"));
        }
    }
    lines.sort();
    lines
}

#[test]
fn our_proto_file_has_the_fields_of_the_schema() {
    let proto = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/proto/zipkin/zipkin.proto"
    ));
    let mut message = "";
    let mut lines = Vec::new();
    for line in proto.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("message ") {
            message = rest.split(' ').next().expect("a name");
        } else if line.contains(" = ") && line.split(' ').count() > 3 {
            lines.push(format!("{message}: {line}"));
        }
    }
    lines.retain(|line| !line.contains("syntax"));
    lines.sort();
    assert_eq!(lines, table(&file("schema/zipkin-proto3.json")));
}

#[test]
fn the_list_in_thrift_reads_as_its_vector_says() {
    let bytes = hex("wire/thrift.json", "zipkin_v1_thrift_list");
    let expected = json!([{
        "traceId": "5b8efff798038103d269b633813fc60c",
        "parentId": "eee19b7ec3c1b174",
        "id": "eee19b7ec3c1b173",
        "kind": "SERVER",
        "name": "get",
        "timestamp": 1_544_712_660_000_000_u64,
        "duration": 1_500_000,
        "localEndpoint": {"serviceName": "frontend", "ipv4": "192.168.99.1", "port": 9000},
        "remoteEndpoint": {"ipv4": "127.0.0.1", "port": 64000},
        "tags": {"http.path": "/cart"},
    }]);
    assert_eq!(as_json(&of_thrift(&bytes).expect("valid")), expected);
}

#[test]
fn envoy_is_understood() {
    let body = capture("envoy-zipkin-json.json");
    let spans = of_json(str::from_utf8(&body).expect("text")).expect("valid");
    assert_eq!(spans.len(), 4);
    for span in &spans {
        let local = &span.local;
        assert_eq!(
            (local.service_name.as_ref(), local.ipv4.as_ref()),
            ("envoy-edge", "192.0.2.2")
        );
        assert!(span.shared && span.timestamp > 0 && span.duration > 0);
        assert_eq!(
            (span.annotations[0].value.as_ref(), span.tags.len()),
            ("ss", 15)
        );
    }
}

#[test]
fn py_zipkin_in_thrift_says_what_it_said_it_sent() {
    let body = capture("py-zipkin-v1-thrift.json");
    let sent = &file("captures/py-zipkin-v1-thrift.json")["sent"]["spans_as_v2"];
    let spans = as_json(&of_thrift(&body).expect("valid"));
    let (sent, spans) = (
        sent.as_array().expect("a list"),
        spans.as_array().expect("a list"),
    );
    assert_eq!(sent.len(), spans.len());
    assert_eq!(spans[2]["duration"], 1504);
    for (sent, span) in sent.iter().zip(spans) {
        for key in ["traceId", "id", "parentId", "name", "kind", "timestamp"] {
            assert_eq!(sent[key], span[key], "{key}");
        }
        // Of the shared span it sends only annotations, and rounds them.
        if sent["shared"] == false {
            assert_eq!(sent["duration"], span["duration"]);
        }
        assert_eq!(sent["remoteEndpoint"], span["remoteEndpoint"]);
        assert_eq!(sent["shared"] == true, span["shared"] == true);
        for (key, value) in sent["tags"].as_object().expect("tags") {
            assert_eq!(&span["tags"][key], value);
        }
        for (value, time) in sent["annotations"].as_object().expect("annotations") {
            let expected = json!([{"timestamp": time, "value": value}]);
            assert_eq!(span["annotations"], expected);
        }
    }
}

#[test]
fn the_traces_of_zipkin_s_own_pages_are_read_and_written_without_loss() {
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/fixtures/upstream/zipkin"
    );
    let Ok(entries) = std::fs::read_dir(root) else {
        println!("skipped: there is no {root}");
        return;
    };
    for entry in entries {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        let spans = of_json(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let again = json::write(&spans);
        assert_eq!(of_json(&again).expect("ours"), spans, "{path:?}");
        let mut sent: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        for span in &mut sent {
            let all = span.as_object_mut().expect("an object");
            // Empty things are absent.
            all.retain(|_, value| *value != json!({}) && *value != json!([]) && *value != "");
        }
        assert_eq!(as_json(&spans), Value::Array(sent), "{path:?}");
    }
}
