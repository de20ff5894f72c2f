//! One datagram: which call it is, and the spans that it carries.

use campanile_wire::jaeger::ReadError;
use campanile_wire::thrift::{MessageType, Protocol, Reader};

use super::translate::{self, Translated};

/// Why a datagram carries no spans for us.
#[derive(Debug)]
pub(super) enum Useless {
    /// A call of another method than `emitBatch`, or no call: the reason to count.
    Other(&'static str),
    /// Not the arguments of `emitBatch`.
    Unreadable(ReadError),
}

impl From<ReadError> for Useless {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

/// Reads a datagram. Clients send calls as well as one-way calls, and wait for no reply.
///
/// # Errors
///
/// Why it carries no spans.
pub(super) fn read(protocol: Protocol, datagram: &[u8]) -> Result<Translated, Useless> {
    let mut reader = Reader::new(protocol, datagram);
    let message = reader
        .message()
        .map_err(|error| Useless::Unreadable(error.into()))?;
    match (message.message_type, message.name) {
        (MessageType::Call | MessageType::Oneway, b"emitBatch") => {
            Ok(translate::thrift_call(&mut reader)?)
        }
        // Zipkin's own spans in Jaeger's envelope: no client has sent them since 2018.
        (MessageType::Call | MessageType::Oneway, b"emitZipkinBatch") => {
            Err(Useless::Other("emit_zipkin_batch"))
        }
        (MessageType::Call | MessageType::Oneway, _) => Err(Useless::Other("method")),
        (MessageType::Exception | MessageType::Reply, _) => Err(Useless::Other("message")),
    }
}
