//! JSON text to protobuf bytes in one pass.
//!
//! The seeds of [`message`](super::message) and [`field`](super::field) read one JSON value each
//! and append its protobuf form to the [`Sink`]; what they return is whether there was a value at
//! all, or `null`.

use serde::de::DeserializeSeed as _;

use super::JsonError;
use super::error::Step;
use super::message::MessageSeed;
use crate::otlp::Signal;
use crate::otlp::schema::{self, Message};
use crate::otlp::write::{begin, end};

/// Turns an OTLP/JSON export request of `signal` into the protobuf request.
///
/// Defaults are left out and lists of numbers packed, so that the same content gives the same
/// bytes whichever way it was written; fields come in the order of the text.
///
/// # Errors
///
/// What [the module](super) says is refused: the first offence, with its place.
pub fn decode(signal: Signal, json: &[u8]) -> Result<Vec<u8>, JsonError> {
    decode_message(schema::request(signal), json)
}

/// Turns one JSON object into the protobuf bytes of `message`.
pub(in crate::otlp) fn decode_message(
    message: &'static Message,
    json: &[u8],
) -> Result<Vec<u8>, JsonError> {
    let mut sink = Sink {
        out: Vec::with_capacity(json.len() / 2),
        path: Vec::new(),
    };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let seed = MessageSeed {
        message,
        depth: 1,
        sink: &mut sink,
    };
    let read = seed
        .deserialize(&mut deserializer)
        .and_then(|_| deserializer.end());
    match read {
        Ok(()) => Ok(sink.out),
        Err(error) => Err(JsonError::new(&error, &sink.path)),
    }
}

/// JSON objects one behind the other, each turned into the protobuf bytes of a message.
///
/// Ends after the first error.
pub(crate) struct Messages<'j> {
    message: &'static Message,
    deserializer: serde_json::Deserializer<serde_json::de::SliceRead<'j>>,
    broken: bool,
}

impl<'j> Messages<'j> {
    /// The objects in `json`.
    pub(crate) fn new(message: &'static Message, json: &'j [u8]) -> Self {
        Self {
            message,
            deserializer: serde_json::Deserializer::from_slice(json),
            broken: false,
        }
    }
}

impl Iterator for Messages<'_> {
    type Item = Result<Vec<u8>, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        // The end is where nothing but white space is left.
        if self.broken || self.deserializer.end().is_ok() {
            return None;
        }
        let mut sink = Sink {
            out: Vec::new(),
            path: Vec::new(),
        };
        let seed = MessageSeed {
            message: self.message,
            depth: 1,
            sink: &mut sink,
        };
        let read = seed.deserialize(&mut self.deserializer);
        self.broken = read.is_err();
        Some(match read {
            Ok(_) => Ok(sink.out),
            Err(error) => Err(JsonError::new(&error, &sink.path)),
        })
    }
}

/// Where the bytes go, and the way to an error once there is one.
pub(super) struct Sink {
    pub(super) out: Vec<u8>,
    pub(super) path: Vec<Step>,
}

impl Sink {
    /// Writes a length-delimited field whose body `body` appends; nothing when it returns `false`.
    pub(super) fn delimited<E>(
        &mut self,
        number: u32,
        body: impl FnOnce(&mut Self) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let mark = self.out.len();
        let start = begin(&mut self.out, number);
        let present = body(self)?;
        if present {
            end(&mut self.out, start);
        } else {
            self.out.truncate(mark);
        }
        Ok(present)
    }
}
