//! An `ExportTraceServiceRequest`, taken apart but for its spans.
//!
//! Spans stay encoded until they are translated, one at a time.

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::protobuf::{Fields, Value, WireError};
use prost::{DecodeError, Message};

use super::bound::{Shape, TooManyParts};
use super::translate::{TooManyResources, TranslateError};

/// Spans per message.
const MAX_SPANS: usize = 20_000;
/// Bytes of a node or of a message's resource: they are repeated in every batch of their stream.
const MAX_ORIGIN: usize = 64 << 10;

/// What one message says.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// Who sends from now on, if the message says.
    pub(super) node: Option<Node>,
    /// What the following spans belong to, if the message says.
    pub(super) resource: Option<Resource>,
    /// The spans, encoded.
    pub(super) spans: Vec<Bytes>,
}

/// Why a message was not accepted.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// A message in it is not what the protocol says.
    #[error("malformed message: {0}")]
    Message(#[from] DecodeError),
    /// A node or resource of more bytes than are accepted.
    #[error("the node or resource has more than {MAX_ORIGIN} bytes")]
    Origin,
    /// More parts in one list or span than are accepted.
    #[error(transparent)]
    Parts(#[from] TooManyParts),
    /// More different resources than are accepted.
    #[error(transparent)]
    Resources(#[from] TooManyResources),
    /// More spans than are accepted.
    #[error("more than {MAX_SPANS} spans in one message; send several messages")]
    TooManySpans,
    /// Not the protobuf wire format.
    #[error("malformed protobuf: {0}")]
    Wire(#[from] WireError),
    /// A field that holds a message has another wire type.
    #[error("malformed protobuf: field {0} has the wrong wire type")]
    WireType(u32),
}

impl From<TranslateError> for Unreadable {
    fn from(error: TranslateError) -> Self {
        match error {
            TranslateError::Decode(error) => Self::Message(error),
            TranslateError::Resources(error) => Self::Resources(error),
        }
    }
}

impl Request {
    /// Reads `message`.
    ///
    /// # Errors
    ///
    /// The first thing found wrong; nothing of the message is then to be used.
    pub(super) fn parse(message: &Bytes) -> Result<Self, Unreadable> {
        let mut request = Self::default();
        for field in Fields::new(message) {
            let field = field?;
            let bytes = match (field.number, field.value) {
                (1..=3, Value::Bytes(bytes)) => bytes,
                (1..=3, _) => return Err(Unreadable::WireType(field.number)),
                _ => continue,
            };
            match field.number {
                1 => merge(&mut request.node, bytes, Shape::NODE)?,
                2 => request.add_span(message.slice_ref(bytes))?,
                _ => merge(&mut request.resource, bytes, Shape::RESOURCE)?,
            }
        }
        Ok(request)
    }

    fn add_span(&mut self, span: Bytes) -> Result<(), Unreadable> {
        if self.spans.len() == MAX_SPANS {
            return Err(Unreadable::TooManySpans);
        }
        Shape::SPAN.check(&span)?;
        self.spans.push(span);
        Ok(())
    }
}

/// Reads a message that may come in pieces, as protobuf allows.
fn merge<M: Message + Default>(
    into: &mut Option<M>,
    bytes: &[u8],
    shape: Shape,
) -> Result<(), Unreadable> {
    if bytes.len() > MAX_ORIGIN {
        return Err(Unreadable::Origin);
    }
    shape.check(bytes)?;
    into.get_or_insert_default().merge(bytes)?;
    Ok(())
}
