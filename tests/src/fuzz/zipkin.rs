//! Zipkin: v2 in JSON and protobuf, v1 in JSON and Thrift.

use campanile_wire::zipkin::{Limits, ReadError, Span, Value, json, proto3, v1};

const LIMITS: Limits = Limits {
    max_spans: 100,
    max_children: 50,
};

/// v2 in JSON.
pub(super) fn json_v2(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        sound(|take| json::read(text, &LIMITS, take));
    }
}

/// v2 in protobuf.
pub(super) fn proto(bytes: &[u8]) {
    sound(|take| proto3::read(bytes, &LIMITS, take));
}

/// v1 in JSON.
pub(super) fn json_v1(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        sound(|take| v1::read_json(text, &LIMITS, take));
    }
}

/// v1 in Thrift.
pub(super) fn thrift(bytes: &[u8]) {
    sound(|take| v1::read_thrift(bytes, &LIMITS, take));
}

/// What is shown keeps the limits, and reads back as it is written, in either format of v2.
fn sound<'a>(read: impl FnOnce(&mut dyn FnMut(&Span<'a>)) -> Result<(), ReadError>) {
    let mut spans = Vec::new();
    let read = read(&mut |span| spans.push(span.clone()));
    assert!(spans.len() <= LIMITS.max_spans * v1::MAX_SERVICES);
    for span in &spans {
        let mut keys: Vec<_> = span.tags.iter().map(|tag| &tag.key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), span.tags.len(), "keys are unique");
        assert!(span.trace_id != [0; 16] && span.id != [0; 8]);
    }
    if read.is_err() {
        return;
    }
    let limits = Limits {
        max_spans: usize::MAX,
        max_children: usize::MAX,
    };
    let text = json::write(&spans);
    let mut again = Vec::new();
    json::read(&text, &limits, |span| again.push(span.clone())).expect("it was written by us");
    for (span, again) in spans.iter_mut().zip(&again) {
        // Types of tags do not survive, and are not meant to.
        for tag in &mut span.tags {
            tag.value = Value::Text(tag.value.to_text().into_owned().into());
        }
        assert_eq!(span, again);
    }
    let mut list = Vec::new();
    spans.iter().for_each(|span| proto3::push(&mut list, span));
    let mut count = 0;
    proto3::read(&list, &limits, |_| count += 1).expect("it was written by us");
    assert_eq!(count, spans.len());
}
