//! Spans that began and did not end yet.
//!
//! When the program ends before them, what is known of them since their beginning is sent, with
//! the attribute `campanile.interrupted`: the request that was on its way is in no other record.
//! The SDK hands a span out only when it begins and when it ends, so what is known is what was
//! given at the start.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use opentelemetry::trace::SpanId;
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// Open spans that are remembered; with more, the later ones are not.
const MAX_SPANS: usize = 4096;
/// Bytes that they may take, by estimate; with more, the later ones are not remembered either.
const MAX_BYTES: usize = 1 << 20;
const SHARDS: usize = 16;

/// The attribute of a span that the end of the program cut off.
pub(crate) const INTERRUPTED: &str = "campanile.interrupted";

#[derive(Debug)]
pub(crate) struct OpenSpans([Mutex<Shard>; SHARDS]);

#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    spans: HashMap<u64, SpanData, BuildHasherDefault<Identity>>,
    bytes: usize,
    started: u64,
}

impl Default for OpenSpans {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl OpenSpans {
    /// A sampled span began. `data` is asked for what is known of it, if there is room for it.
    pub(crate) fn begin(&self, id: SpanId, data: impl FnOnce() -> Option<SpanData>) {
        let mut shard = self.shard(id);
        shard.started += 1;
        if shard.spans.len() >= MAX_SPANS / SHARDS || shard.bytes >= MAX_BYTES / SHARDS {
            return;
        }
        // Copying is the long part: not while others wait.
        drop(shard);
        let Some(data) = data() else { return };
        let bytes = size(&data);
        if bytes > MAX_BYTES / SHARDS {
            return;
        }
        let mut shard = self.shard(id);
        shard.bytes += bytes;
        let before = shard.spans.insert(key(id), data);
        shard.bytes -= before.as_ref().map_or(0, size);
    }

    /// The span ended.
    pub(crate) fn end(&self, id: SpanId) {
        let mut shard = self.shard(id);
        let span = shard.spans.remove(&key(id));
        shard.bytes -= span.as_ref().map_or(0, size);
        // Freeing is the long part: not while others wait.
        drop(shard);
        drop(span);
    }

    /// Takes all out, as spans that end now and say that they were interrupted.
    pub(crate) fn interrupt(&self, now: SystemTime) -> Vec<SpanData> {
        let mut interrupted = Vec::new();
        for shard in &self.0 {
            let mut shard = lock(shard);
            shard.bytes = 0;
            interrupted.extend(std::mem::take(&mut shard.spans).into_values());
        }
        for span in &mut interrupted {
            span.end_time = now.max(span.start_time);
            span.attributes.push(KeyValue::new(INTERRUPTED, true));
        }
        interrupted
    }

    /// Sampled spans that began.
    pub(crate) fn started(&self) -> u64 {
        self.0.iter().map(|shard| lock(shard).started).sum()
    }

    fn shard(&self, id: SpanId) -> MutexGuard<'_, Shard> {
        // The first byte of an id is as random as any.
        let [first, ..] = id.to_bytes();
        lock(&self.0[usize::from(first) % SHARDS])
    }
}

/// Memory that a span takes, by estimate: what is fixed, and the texts.
fn size(span: &SpanData) -> usize {
    let texts = span.attributes.iter().map(|pair| match &pair.value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::String(texts)) => texts.iter().map(|text| text.as_str().len()).sum(),
        Value::Array(list) => size_of_val(list) * 4,
        _ => 0,
    });
    let attributes = span.attributes.len() * size_of::<KeyValue>();
    size_of::<SpanData>() + span.name.len() + attributes + texts.sum::<usize>()
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(id: SpanId) -> u64 {
    u64::from_be_bytes(id.to_bytes())
}

/// Span ids are random already, and this process made them.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use opentelemetry::KeyValue;
    use opentelemetry::trace::SpanId;

    use super::{INTERRUPTED, MAX_SPANS, OpenSpans};
    use crate::testing::span;

    fn id(number: u64) -> SpanId {
        SpanId::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    #[test]
    fn only_what_did_not_end_is_interrupted() {
        let open = OpenSpans::default();
        open.begin(id(1), || Some(span("a")));
        open.begin(id(2), || Some(span("b")));
        open.end(id(1));
        let now = UNIX_EPOCH + Duration::from_secs(1 << 40);
        let interrupted = open.interrupt(now);
        let [span] = interrupted.as_slice() else {
            panic!("{interrupted:?}")
        };
        assert_eq!((span.name.as_ref(), span.end_time), ("b", now));
        assert_eq!(span.attributes, [KeyValue::new(INTERRUPTED, true)]);
        assert!(open.interrupt(now).is_empty());
        assert_eq!(open.started(), 2);
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_negative_span() {
        let open = OpenSpans::default();
        open.begin(id(1), || Some(span("a")));
        let [span] = open.interrupt(UNIX_EPOCH).try_into().unwrap();
        assert_eq!(span.end_time, span.start_time);
    }

    #[test]
    fn large_spans_are_not_remembered_beyond_a_bound() {
        let open = OpenSpans::default();
        let large = || {
            let mut span = span("a");
            let text = "x".repeat(10_000);
            span.attributes.push(KeyValue::new("k", text));
            Some(span)
        };
        for number in 0..4096 {
            open.begin(id(number), large);
        }
        let kept = open.interrupt(UNIX_EPOCH).len();
        assert!((50..=112).contains(&kept), "{kept}");
        // What ended makes room.
        for number in 0..4096 {
            open.begin(id(number), large);
            open.end(id(number));
        }
        open.begin(id(1), large);
        assert_eq!(open.interrupt(UNIX_EPOCH).len(), 1);
    }

    #[test]
    fn no_more_spans_are_remembered_than_there_is_room_for() {
        let open = OpenSpans::default();
        for number in 0..20_000 {
            open.begin(id(number), || Some(span("a")));
        }
        assert!(open.interrupt(UNIX_EPOCH).len() <= MAX_SPANS);
        assert_eq!(open.started(), 20_000);
    }
}
