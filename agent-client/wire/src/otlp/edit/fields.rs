//! Setting fields of a message.

use super::Draft;
use super::splice::{Splice, located};
use crate::otlp::write;

impl Draft<'_> {
    /// Puts what `write` appends, one whole field or nothing, in the place of field `number`:
    /// where the field was first, else where it belongs in the order of numbers. A field that was
    /// there several times is there once.
    ///
    /// ```
    /// use campanile_wire::otlp::edit::{Draft, Kind};
    /// use campanile_wire::otlp::view::Span;
    /// use campanile_wire::otlp::write;
    ///
    /// let mut span = Draft::new(Kind::Span, &[]);
    /// span.set_field(7, |out| write::fixed64(out, 7, 1_800_000_000_000_000_000));
    /// span.set_text(5, "GET /carts/{id}");
    /// span.set_varint(6, 2);
    /// let span = Span::new(span.bytes());
    /// assert_eq!((span.name, span.kind), ("GET /carts/{id}", 2));
    /// assert_eq!(span.start_unix_nano, 1_800_000_000_000_000_000);
    /// ```
    pub fn set_field(&mut self, number: u32, write: impl FnOnce(&mut Vec<u8>)) -> bool {
        self.ids |= number <= 2;
        self.change(|message, out| set_field(message, number, write, out))
    }

    /// Sets field `number` to text; empty text removes it.
    pub fn set_text(&mut self, number: u32, text: &str) -> bool {
        self.set_field(number, |out| write::text(out, number, text))
    }

    /// Sets field `number` to bytes, or to a message; empty ones remove it.
    pub fn set_bytes(&mut self, number: u32, bytes: &[u8]) -> bool {
        self.set_field(number, |out| write::bytes(out, number, bytes))
    }

    /// Sets field `number`, an integer, enumeration or truth value; zero removes it.
    pub fn set_varint(&mut self, number: u32, value: u64) -> bool {
        self.set_field(number, |out| write::varint(out, number, value))
    }
}

fn set_field(
    message: &[u8],
    number: u32,
    write: impl FnOnce(&mut Vec<u8>),
    out: &mut Vec<u8>,
) -> bool {
    let place = located(message)
        .find(|(field, _)| field.number == number)
        .map_or_else(|| place(message, number), |(_, at)| at);
    let mut splice = Splice::new(message, out);
    let old = &message[place.clone()];
    let behind = place.end;
    let new = splice.cut(place);
    let start = new.len();
    write(new);
    let mut changed = new[start..] != *old;
    let others =
        located(message).filter(|(field, at)| field.number == number && at.start >= behind);
    for (_, at) in others {
        splice.cut(at);
        changed = true;
    }
    splice.finish() && changed
}

/// Where a field `number` belongs that is not there: behind the last one that does not come after.
fn place(message: &[u8], number: u32) -> std::ops::Range<usize> {
    let before = located(message).filter(|(field, _)| field.number < number);
    let end = before.last().map_or(0, |(_, at)| at.end);
    end..end
}
