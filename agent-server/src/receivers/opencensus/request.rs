//! An `ExportTraceServiceRequest` or `ExportMetricsServiceRequest`, taken apart but for its spans
//! or metrics.
//!
//! Those stay encoded until they are translated, one at a time.

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::resource::v1::Resource;
use campanile_wire::otlp::Signal;
use campanile_wire::protobuf::{Fields, Value, WireError};
use prost::{DecodeError, Message};

use super::bound::{Shape, TooManyParts};
use super::translate::{Origin, TooLarge, TranslateError, translate};

/// Spans or metrics per message.
const MAX_ITEMS: usize = 20_000;
/// Bytes of a node or of a message's resource: they are repeated in every batch of their stream.
const MAX_ORIGIN: usize = 64 << 10;

/// What one message says.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// Who sends from now on, if the message says.
    pub(super) node: Option<Node>,
    /// What the following items belong to, if the message says.
    pub(super) resource: Option<Resource>,
    /// The spans or metrics, encoded.
    pub(super) items: Vec<Bytes>,
}

/// Why a message was not accepted.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// It would become far larger than it is.
    #[error(transparent)]
    Large(#[from] TooLarge),
    /// A message in it is not what the protocol says.
    #[error("malformed message: {0}")]
    Message(#[from] DecodeError),
    /// A node or resource of more bytes than are accepted.
    #[error("the node or resource has more than {MAX_ORIGIN} bytes")]
    Origin,
    /// More parts in one list or span than are accepted.
    #[error(transparent)]
    Parts(#[from] TooManyParts),
    /// More spans or metrics than are accepted.
    #[error("more than {MAX_ITEMS} spans or metrics in one message; send several messages")]
    TooManyItems,
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
            TranslateError::Parts(error) => Self::Parts(error),
            TranslateError::Large(error) => Self::Large(error),
        }
    }
}

impl Request {
    /// Reads `message`.
    ///
    /// # Errors
    ///
    /// The first thing found wrong; nothing of the message is then to be used.
    pub(super) fn parse(message: &Bytes, signal: Signal) -> Result<Self, Unreadable> {
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
                2 => request.add(message.slice_ref(bytes), signal)?,
                _ => merge(&mut request.resource, bytes, Shape::RESOURCE)?,
            }
        }
        Ok(request)
    }

    fn add(&mut self, item: Bytes, signal: Signal) -> Result<(), Unreadable> {
        if self.items.len() == MAX_ITEMS {
            return Err(Unreadable::TooManyItems);
        }
        // The parts of a metric can be counted only when it is known which layout it has.
        if signal == Signal::Traces {
            Shape::SPAN.check(&item)?;
        }
        self.items.push(item);
        Ok(())
    }
}

/// Reads a message that may come in pieces, as protobuf allows.
pub(super) fn merge<M: Message + Default>(
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

/// Translates one message of an `Export` stream, as the first of it, to the OTLP request that it
/// stands for; empty when it has nothing to pass on. `now` stands in for times that are missing, in
/// nanoseconds since the Unix epoch.
///
/// # Errors
///
/// What is wrong with the message.
pub fn translate_message(signal: Signal, message: &Bytes, now: u64) -> Result<Vec<u8>, String> {
    let request = Request::parse(message, signal).map_err(|error| error.to_string())?;
    let origin = Origin {
        node: request.node.as_ref(),
        resource: request.resource.as_ref(),
    };
    let translated = translate(signal, &request.items, origin, now);
    let translated = translated.map_err(|error| error.to_string())?;
    Ok(translated.bytes)
}
