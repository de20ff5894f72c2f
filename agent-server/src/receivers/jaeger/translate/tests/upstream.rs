//! Batches of the agent that this one follows, with what it made of them.

use serde_json::Value as Json;

use super::*;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../shared/fixtures/upstream/opencensus-service"
);

fn sample(name: &str) -> Option<Json> {
    let text = std::fs::read(format!("{FOLDER}/{name}.json"));
    match text {
        Ok(text) => Some(serde_json::from_slice(&text).expect("JSON")),
        Err(_) => {
            println!("skipped: {name} is not here");
            None
        }
    }
}

fn tags(list: &Json) -> Vec<Tag<'static>> {
    let list = list.as_array().cloned().unwrap_or_default();
    let tag = |tag: &Json| {
        let value = match tag["vType"].as_str() {
            Some("BOOL") => Value::Bool(tag["vBool"] == true),
            Some("DOUBLE") => Value::Double(tag["vDouble"].as_f64().unwrap_or(0.0)),
            Some("LONG") => Value::Long(tag["vLong"].as_i64().unwrap_or(0)),
            Some("BINARY") => Value::Binary(&[1, 2, 3, 4, 3, 2, 1]),
            _ => Value::Text(tag["vStr"].as_str().unwrap_or("").to_owned().into()),
        };
        Tag {
            key: tag["key"].as_str().expect("a key").to_owned().into(),
            value,
        }
    };
    list.iter().map(tag).collect()
}

/// The spans of a Thrift batch in JSON.
fn spans(batch: &Json) -> Vec<Span<'static>> {
    let int = |value: &Json| value.as_i64().unwrap_or(0);
    let list = batch["spans"].as_array().expect("a list");
    let span = |span: &Json| {
        let low = u128::from(int(&span["traceIdLow"]).cast_unsigned());
        let high = u128::from(int(&span["traceIdHigh"]).cast_unsigned());
        let parent = int(&span["parentSpanId"]);
        Span {
            trace_id: (high << 64 | low).to_be_bytes(),
            span_id: int(&span["spanId"]).to_be_bytes(),
            parent_span_id: (parent != 0).then(|| parent.to_be_bytes()),
            operation_name: span["operationName"]
                .as_str()
                .unwrap_or("")
                .to_owned()
                .into(),
            start: i128::from(int(&span["startTime"])) * 1_000,
            duration: i128::from(int(&span["duration"])) * 1_000,
            tags: tags(&span["tags"]),
            ..Span::default()
        }
    };
    list.iter().map(span).collect()
}

fn hex(base64: &Json) -> Json {
    use base64::Engine as _;
    let text = base64.as_str().unwrap_or("");
    let bytes = base64::prelude::BASE64_STANDARD
        .decode(text)
        .expect("base64");
    Json::from(const_hex::encode(bytes))
}

#[test]
fn ids_names_and_attributes_are_those_of_the_agent_before() {
    for number in ["01", "02"] {
        let thrift = sample(&format!("jaeger_thrift_batch_{number}"));
        let theirs = sample(&format!("jaeger_ocproto_batch_{number}"));
        let (Some(thrift), Some(theirs)) = (thrift, theirs) else {
            return;
        };
        let request = as_json(&translated(&spans(&thrift)));
        let ours = request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array();
        let (ours, theirs) = (
            ours.expect("spans"),
            theirs["Spans"].as_array().expect("spans"),
        );
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert_eq!(ours["traceId"], hex(&theirs["trace_id"]));
            assert_eq!(ours["spanId"], hex(&theirs["span_id"]));
            let parent = hex(&theirs["parent_span_id"]);
            assert_eq!(ours["parentSpanId"].as_str().unwrap_or(""), parent);
            assert_eq!(ours["name"], theirs["name"]["value"]);
            let map = theirs["attributes"]["attribute_map"].as_object();
            let map = map.cloned().unwrap_or_default();
            for key in map.keys().filter(|key| *key != "span.kind") {
                let found = ours["attributes"].as_array().expect("a list");
                let known = ["error", "status.code"].contains(&key.as_str());
                assert!(
                    known || found.iter().any(|pair| pair["key"] == *key),
                    "{key}"
                );
            }
        }
    }
}
