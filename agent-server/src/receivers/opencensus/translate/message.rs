//! One message: its spans, grouped by what produced them.

use std::collections::HashMap;

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::opencensus::trace::v1::Span;
use campanile_wire::otlp::write::nested;
use prost::{DecodeError, Message as _};

use super::resource;
use super::span::{self, InvalidSpan, StatusCodes};

/// Who the spans of a message belong to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin<'a> {
    /// The stream's node.
    pub(crate) node: Option<&'a Node>,
    /// The stream's resource, for spans without their own.
    pub(crate) resource: Option<&'a Resource>,
}

/// An OTLP export request made of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Translated {
    /// The request; empty when there are no valid spans.
    pub(crate) bytes: Vec<u8>,
    /// What was left out.
    pub(crate) rejects: Rejects,
}

/// Spans and links that were not valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rejects {
    /// Links whose ids are not valid; their spans are kept.
    pub(crate) links: u64,
    /// Spans whose parent id is neither absent nor 8 bytes.
    pub(crate) parent_span_ids: u64,
    /// Spans whose id is not 8 bytes, or all zero.
    pub(crate) span_ids: u64,
    /// Spans whose trace id is not 16 bytes, or all zero.
    pub(crate) trace_ids: u64,
}

impl Rejects {
    /// The spans that were left out.
    pub(crate) fn spans(self) -> u64 {
        self.parent_span_ids + self.span_ids + self.trace_ids
    }

    fn add(&mut self, invalid: InvalidSpan) {
        match invalid {
            InvalidSpan::Parent => self.parent_span_ids += 1,
            InvalidSpan::Span => self.span_ids += 1,
            InvalidSpan::Trace => self.trace_ids += 1,
        }
    }
}

/// Bytes of node attributes that one request may repeat, once per resource.
const MAX_REPEATED: usize = 16 << 20;

/// Spans of more different resources than the node can be repeated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the spans of one message have too many different resources; send several messages")]
pub(crate) struct TooManyResources;

/// Why a message could not be translated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TranslateError {
    /// A span is not what the protocol says.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A small message would become a large request.
    #[error(transparent)]
    Resources(#[from] TooManyResources),
}

/// Translates the encoded `spans` of one message. Spans are decoded one at a time, so that a small
/// message cannot unfold into a large structure. `now` is in nanoseconds since the Unix epoch.
///
/// # Errors
///
/// When a span is not what the protocol says, or there are too many resources; nothing of the
/// message is then to be used.
pub(crate) fn translate(
    spans: &[Bytes],
    origin: Origin<'_>,
    now: u64,
) -> Result<Translated, TranslateError> {
    let codes = StatusCodes::of(origin.node);
    let shared_key = origin.resource.map(Resource::encode_to_vec);
    let shared_key = shared_key.unwrap_or_default();
    let node_size = origin.node.map_or(0, Node::encoded_len);
    let mut groups = Groups::new(MAX_REPEATED / node_size.max(1));
    let mut rejects = Rejects::default();
    for encoded in spans {
        let mut span = Span::decode(encoded.clone())?;
        if let Err(invalid) = span::check_ids(&span) {
            rejects.add(invalid);
            continue;
        }
        let own = span.resource.take();
        let group = match &own {
            Some(own) => groups.group(&own.encode_to_vec(), Some(own))?,
            None => groups.group(&shared_key, origin.resource)?,
        };
        nested(group, 2, |out| {
            rejects.links += span::put(out, &span, codes, now);
        });
    }
    Ok(Translated {
        bytes: groups.write(origin.node),
        rejects,
    })
}

/// The spans of each resource, in the order in which the resources appear.
struct Groups {
    index: HashMap<Vec<u8>, usize>,
    groups: Vec<(Option<Resource>, Vec<u8>)>,
    limit: usize,
}

impl Groups {
    /// Room for `limit` groups.
    fn new(limit: usize) -> Self {
        Self {
            index: HashMap::new(),
            groups: Vec::new(),
            limit,
        }
    }

    /// Where to write the spans of `resource`, whose encoding is `key`. Labels are sorted, so that
    /// equal resources have equal keys.
    fn group(
        &mut self,
        key: &[u8],
        resource: Option<&Resource>,
    ) -> Result<&mut Vec<u8>, TooManyResources> {
        let found = self.index.get(key).copied();
        let index = found.unwrap_or(self.groups.len());
        if found.is_none() {
            if index >= self.limit {
                return Err(TooManyResources);
            }
            self.index.insert(key.to_vec(), index);
            self.groups.push((resource.cloned(), Vec::new()));
        }
        Ok(&mut self.groups[index].1)
    }

    /// The export request: one `ResourceSpans` with one `ScopeSpans` per group.
    fn write(self, node: Option<&Node>) -> Vec<u8> {
        let size: usize = self.groups.iter().map(|(_, spans)| spans.len()).sum();
        let mut out = Vec::with_capacity(size + 512 * self.groups.len());
        for (own, spans) in self.groups {
            nested(&mut out, 1, |out| {
                nested(out, 1, |out| resource::put(out, node, own.as_ref()));
                nested(out, 2, |out| out.extend_from_slice(&spans));
            });
        }
        out
    }
}
