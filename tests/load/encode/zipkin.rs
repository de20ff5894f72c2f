//! Zipkin v2 JSON.

use serde_json::{Map, Value as Json, json};

use crate::load::spans::{RESOURCE, Span, Value};
use crate::load::template::{Placeholder, has_parent};

/// A list of spans. The resource is not said but for the service's name: Zipkin has no place for it.
pub(super) fn request(spans: impl Iterator<Item = (u32, Span)>) -> Vec<u8> {
    let spans: Vec<Json> = spans.map(|(index, span)| one(index, &span)).collect();
    Json::from(spans).to_string().into_bytes()
}

fn one(index: u32, span: &Span) -> Json {
    let tags = span.attributes.iter().map(|(key, value)| {
        let value = match value {
            Value::Double(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Text(value) => value.clone(),
        };
        ((*key).to_owned(), Json::from(value))
    });
    let mut object = json!({
        "traceId": const_hex::encode(Placeholder::Trace.wide(index)),
        "id": const_hex::encode(Placeholder::Span.narrow(index)),
        "kind": "SERVER",
        "name": span.name,
        "timestamp": span.start / 1_000,
        "duration": (span.end - span.start) / 1_000,
        "localEndpoint": { "serviceName": RESOURCE[0].1, "ipv4": "10.0.3.17", "port": 8080 },
        "tags": tags.collect::<Map<_, _>>(),
    });
    if has_parent(index.into()) {
        object["parentId"] = const_hex::encode(Placeholder::Parent.narrow(index)).into();
    }
    if let Some(event) = &span.event {
        object["annotations"] = json!([{ "timestamp": event.time / 1_000, "value": event.name }]);
    }
    object
}
