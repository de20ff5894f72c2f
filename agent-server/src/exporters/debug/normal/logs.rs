//! One line per log record.

use campanile_wire::otlp::view::{AnyValue, Attributes, ResourceSpans};
use campanile_wire::protobuf::{Fields, Value};

use super::{braced, service};

/// A line for every record of the request: severity, body, attributes, and the span it belongs to.
pub(super) fn lines(request: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for resource in messages(request, 1) {
        // What a resource is stands in the same place for every signal.
        let service = service(ResourceSpans(resource).resource());
        for record in messages(resource, 2).flat_map(|scope| messages(scope, 2)) {
            lines.push(line(&service, record));
        }
    }
    lines
}

fn line(service: &str, record: &[u8]) -> String {
    let (mut severity, mut body) = (String::new(), AnyValue::Empty);
    let (mut trace, mut span): (&[u8], &[u8]) = (&[], &[]);
    for field in Fields::new(record).map_while(Result::ok) {
        match (field.number, field.value) {
            (2, Value::Varint(number)) if severity.is_empty() => severity = number.to_string(),
            (3, Value::Bytes(text)) => severity = String::from_utf8_lossy(text).into_owned(),
            (5, Value::Bytes(value)) => body = AnyValue::new(value),
            (9, Value::Bytes(id)) => trace = id,
            (10, Value::Bytes(id)) => span = id,
            _ => {}
        }
    }
    let attributes = braced(Attributes::new(record, 6));
    let mut line = format!(
        "{service:?} {severity:?} {:?} {attributes}",
        body.to_string()
    );
    if !trace.is_empty() {
        let (trace, span) = (const_hex::encode(trace), const_hex::encode(span));
        line.push_str(&format!(" trace {trace} span {span}"));
    }
    line
}

/// The submessages in field `number`.
fn messages(message: &[u8], number: u32) -> impl Iterator<Item = &[u8]> {
    let fields = Fields::new(message).map_while(Result::ok);
    fields.filter_map(move |field| match field.value {
        Value::Bytes(bytes) if field.number == number => Some(bytes),
        _ => None,
    })
}
