//! The protocol's own examples.

use std::path::Path;

use serde_json::Value;

use super::generate::UNLIMITED;
use super::oracle;
use crate::otlp::json::{decode, encode};
use crate::otlp::response::{self, PartialSuccess};
use crate::otlp::{Signal, check};

struct Vector {
    name: String,
    signal: Signal,
    bytes: Vec<u8>,
    json: Value,
}

/// The vectors whose message name ends in `kind`.
fn vectors(kind: &str) -> Vec<Vector> {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/wire/otlp.json"
    ));
    let file: Value = serde_json::from_str(text).expect("the vectors are JSON");
    let vectors = file["vectors"].as_array().expect("a list");
    let vectors = vectors.iter().filter_map(|vector| {
        let message = vector["message"].as_str()?.strip_suffix(kind)?;
        let signal = match message.rsplit_once("v1.Export")?.1 {
            "Logs" => Signal::Logs,
            "Metrics" => Signal::Metrics,
            "Trace" => Signal::Traces,
            other => panic!("unknown signal {other}"),
        };
        Some(Vector {
            name: vector["name"].to_string(),
            signal,
            bytes: const_hex::decode(vector["hex"].as_str()?).expect("hex"),
            json: vector["otlp_json"].clone(),
        })
    });
    vectors.collect()
}

/// JSON in which every number is a double, so that 5 and 5.0 are the same.
fn normal(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(normal).collect(),
        Value::Number(number) => number.as_f64().into(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), normal(v))).collect(),
        other => other.clone(),
    }
}

fn parse(json: &str) -> Value {
    normal(&serde_json::from_str(json).expect("JSON"))
}

#[test]
fn every_request_translates_both_ways() {
    let vectors = vectors("ServiceRequest");
    assert_eq!(vectors.len(), 3);
    for Vector {
        name,
        signal,
        bytes,
        json,
    } in vectors
    {
        assert_eq!(check(signal, &bytes, &UNLIMITED), Ok(()), "{name}");
        let written = encode(signal, &bytes).expect("valid");
        assert_eq!(parse(&written), normal(&json), "{name}");
        assert_eq!(
            decode(signal, written.as_bytes()),
            Ok(bytes.clone()),
            "{name}"
        );
        let read = decode(signal, json.to_string().as_bytes()).expect("valid");
        assert_eq!(oracle::canonical(signal, &read), Ok(bytes), "{name}");
    }
}

#[test]
fn every_response_translates_both_ways() {
    let vectors = vectors("ServiceResponse");
    assert_eq!(vectors.len(), 3);
    for Vector {
        name,
        signal,
        bytes,
        json,
    } in vectors
    {
        let read = response::decode(&bytes).expect("valid");
        assert_eq!(response::encode(&read), bytes, "{name}");
        let written = response::encode_json(signal, &read);
        assert_eq!(parse(&written), normal(&json), "{name}");
        let text = json.to_string();
        assert_eq!(
            response::decode_json(signal, text.as_bytes()),
            Ok(read),
            "{name}"
        );
    }
}

#[test]
fn the_count_of_a_response_is_named_after_its_items() {
    let partial = Some(PartialSuccess {
        rejected: 1,
        message: String::new(),
    });
    for (signal, key) in [
        (Signal::Logs, "rejectedLogRecords"),
        (Signal::Metrics, "rejectedDataPoints"),
        (Signal::Traces, "rejectedSpans"),
    ] {
        let json = response::encode_json(signal, &partial);
        assert_eq!(json, format!(r#"{{"partialSuccess":{{"{key}":"1"}}}}"#));
        assert_eq!(
            response::decode_json(signal, json.as_bytes()),
            Ok(partial.clone())
        );
    }
}

/// The examples of the opentelemetry-proto repository, where a checkout has them beside it.
#[test]
fn the_examples_of_the_protocol_read_as_the_other_implementation_reads_them() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/upstream/otlp");
    for (file, signal) in [
        ("trace.json", Signal::Traces),
        ("metrics.json", Signal::Metrics),
        ("logs.json", Signal::Logs),
        ("events.json", Signal::Logs),
    ] {
        let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
            println!("skipped: {} is not there", folder.join(file).display());
            continue;
        };
        let read = decode(signal, text.as_bytes()).unwrap_or_else(|e| panic!("{file}: {e}"));
        let canonical = oracle::canonical(signal, &read).expect("valid");
        let theirs = oracle::from_json(signal, &text).expect("their own example");
        assert_eq!(canonical, theirs, "{file}");
        let written = encode(signal, &read).expect("valid");
        assert_eq!(decode(signal, written.as_bytes()), Ok(read), "{file}");
    }
}
