//! One message: its spans or metrics, grouped by what produced them.

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::opencensus::trace::v1::Span;
use campanile_wire::otlp::Signal;
use campanile_wire::otlp::write::nested;
use prost::{DecodeError, Message as _};

use super::groups::{Groups, TooLarge};
use super::metrics::{self, Budget};
use super::span::{self, InvalidSpan, StatusCodes};
use crate::receivers::opencensus::bound::TooManyParts;

/// Who the items of a message belong to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin<'a> {
    /// The stream's node.
    pub(crate) node: Option<&'a Node>,
    /// The stream's resource, for items without their own.
    pub(crate) resource: Option<&'a Resource>,
}

/// An OTLP export request made of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Translated {
    /// The request; empty when there is nothing to pass on.
    pub(crate) bytes: Vec<u8>,
    /// What was left out.
    pub(crate) rejects: Rejects,
}

/// What was not valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rejects {
    /// Distributions whose buckets do not fit their bounds; the rest of the point is kept.
    pub(crate) buckets: u64,
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

/// Why a message could not be translated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TranslateError {
    /// A span is not what the protocol says.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A small message would become a large request.
    #[error(transparent)]
    Large(#[from] TooLarge),
    /// A metric has more parts than are accepted.
    #[error(transparent)]
    Parts(#[from] TooManyParts),
}

/// Translates the encoded `items` of one message, spans or metrics. They are decoded one at a time,
/// so that a small message cannot unfold into a large structure. `now` is in nanoseconds since the
/// Unix epoch.
///
/// # Errors
///
/// When an item is not what the protocol says, or the request would be far larger than the message;
/// nothing of the message is then to be used.
pub(crate) fn translate(
    signal: Signal,
    items: &[Bytes],
    origin: Origin<'_>,
    now: u64,
) -> Result<Translated, TranslateError> {
    let shared_key = origin.resource.map(Resource::encode_to_vec);
    let mut message = Building {
        origin,
        shared_key: shared_key.unwrap_or_default(),
        groups: Groups::new(origin.node),
        rejects: Rejects::default(),
    };
    match signal {
        Signal::Metrics => message.metrics(items)?,
        _ => message.spans(items, now)?,
    }
    Ok(Translated {
        bytes: message.groups.write(origin.node),
        rejects: message.rejects,
    })
}

/// A request under construction.
struct Building<'a> {
    origin: Origin<'a>,
    /// The stream's resource, encoded.
    shared_key: Vec<u8>,
    groups: Groups,
    rejects: Rejects,
}

impl Building<'_> {
    fn spans(&mut self, items: &[Bytes], now: u64) -> Result<(), TranslateError> {
        let codes = StatusCodes::of(self.origin.node);
        for encoded in items {
            let mut span = Span::decode(encoded.clone())?;
            if let Err(invalid) = span::check_ids(&span) {
                self.rejects.add(invalid);
                continue;
            }
            let own = span.resource.take();
            let mut links = 0;
            nested(self.group(own.as_ref())?, 2, |out| {
                links = span::put(out, &span, codes, now);
            });
            self.rejects.links += links;
        }
        Ok(())
    }

    fn metrics(&mut self, items: &[Bytes]) -> Result<(), TranslateError> {
        let mut budget = Budget::default();
        for encoded in items {
            let mut metric = metrics::read(encoded)?;
            let own = metric.resource.take();
            let scope = self.group(own.as_ref())?;
            self.rejects.buckets += metrics::put(scope, &metric, &mut budget)?;
        }
        Ok(())
    }

    /// Where to write the items of `own`, or else of the stream's resource.
    fn group(&mut self, own: Option<&Resource>) -> Result<&mut Vec<u8>, TooLarge> {
        match own {
            Some(own) => self.groups.group(&own.encode_to_vec(), Some(own)),
            None => self.groups.group(&self.shared_key, self.origin.resource),
        }
    }
}
