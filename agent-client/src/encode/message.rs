//! From blocks to the bytes of one request.

use campanile_wire::otlp::Signal;
use campanile_wire::otlp::write::{nested, text};
use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;

use super::scope::scope;
use super::value::attributes;
use crate::protocol::Encoding;
use crate::queue::Block;

/// What stands around the items of a request: everything but the items, encoded once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Envelope {
    /// The fields of the resource and of its schema URL.
    resource: Vec<u8>,
    schema_url: String,
}

impl Envelope {
    pub(crate) fn new(resource: &Resource) -> Self {
        let mut out = Vec::new();
        nested(&mut out, 1, |out| {
            for (key, value) in resource.iter() {
                let pair = opentelemetry::KeyValue::new(key.clone(), value.clone());
                attributes(out, 1, [&pair]);
            }
        });
        Self {
            resource: out,
            schema_url: resource.schema_url().unwrap_or_default().to_owned(),
        }
    }
}

/// Puts blocks into a request. Blocks of one scope that follow each other share an entry.
pub(crate) fn message(
    encoding: Encoding,
    signal: Signal,
    envelope: &Envelope,
    blocks: &[Block<InstrumentationScope>],
) -> Vec<u8> {
    let items: usize = blocks.iter().map(|block| block.bytes().len()).sum();
    // Room for the scopes, which are short, and for what lengths take.
    let mut out = Vec::with_capacity(items + envelope.resource.len() + 128 * blocks.len() + 64);
    let is_whole = match (encoding, signal) {
        (Encoding::OpenCensus, _) | (Encoding::Otlp, Signal::Metrics) => true,
        (Encoding::Otlp, Signal::Logs | Signal::Traces) => false,
    };
    if is_whole {
        // The blocks hold whole fields of the request: written one behind the other, they are one.
        blocks
            .iter()
            .for_each(|block| out.extend_from_slice(block.bytes()));
        return out;
    }
    nested(&mut out, 1, |out| {
        out.extend_from_slice(&envelope.resource);
        for same in blocks.chunk_by(|a, b| a.key() == b.key()) {
            nested(out, 2, |out| scoped(out, same));
        }
        text(out, 3, &envelope.schema_url);
    });
    out
}

/// Appends the fields of a `ScopeSpans` or `ScopeLogs`.
fn scoped(out: &mut Vec<u8>, blocks: &[Block<InstrumentationScope>]) {
    let Some(key) = blocks.first().map(Block::key) else {
        return;
    };
    scope(out, key);
    for block in blocks {
        out.extend_from_slice(block.bytes());
    }
    text(out, 3, key.schema_url().unwrap_or_default());
}
