//! Events: message events where they were some, else annotations.

use campanile_wire::otlp::view::Event;
use campanile_wire::otlp::write::{nested, varint};

use super::attributes::Attributes;
use super::field::{number_in, put_text, put_time};

/// What an event is called that was neither.
const UNKNOWN_EVENT: &str = "An unknown OpenCensus TimeEvent type was detected when translating";
/// The texts for `MessageEvent.Type`, by number.
const TYPES: [&str; 3] = ["TYPE_UNSPECIFIED", "SENT", "RECEIVED"];

/// Appends the fields of a `TimeEvent`.
pub(super) fn put(out: &mut Vec<u8>, event: Event<'_>) {
    let mut attributes = Attributes::new(event.attributes());
    let dropped = number_in(event.bytes, 4);
    put_time(out, 1, event.time_unix_nano);
    if let Some(message) = Message::of(event.name, &attributes, dropped) {
        nested(out, 3, |out| message.put(out));
    } else if event.name != UNKNOWN_EVENT || attributes.len() > 0 || dropped > 0 {
        let key = "opencensus.description_truncated_byte_count";
        let truncated = attributes.take_int(key).unwrap_or(0);
        nested(out, 2, |out| {
            put_text(out, 1, event.name, truncated);
            attributes.put(out, 2, dropped);
        });
    }
}

struct Message {
    kind: u64,
    numbers: [u64; 3],
}

impl Message {
    /// An event with just the four attributes that are made of a message event.
    fn of(name: &str, attributes: &Attributes<'_>, dropped: u64) -> Option<Self> {
        if name != "message" || attributes.len() != 4 || dropped > 0 {
            return None;
        }
        let kind = attributes.find("message.type")?.as_text()?;
        let known = TYPES.iter().position(|known| *known == kind);
        let number = || {
            let number = kind.parse::<i32>().ok()?;
            let plain = !(0..=2).contains(&number) && number.to_string() == kind;
            plain.then(|| i64::from(number).cast_unsigned())
        };
        let int = |key| attributes.int(key).map(i64::cast_unsigned);
        Some(Self {
            kind: known.map(|known| known as u64).or_else(number)?,
            numbers: [
                int("messaging.message_id")?,
                int("messaging.message_payload_size_bytes")?,
                int("messaging.message_payload_compressed_size_bytes")?,
            ],
        })
    }

    fn put(&self, out: &mut Vec<u8>) {
        varint(out, 1, self.kind);
        for (number, value) in (2..).zip(self.numbers) {
            varint(out, number, value);
        }
    }
}
