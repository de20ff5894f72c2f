//! Protobuf bytes to JSON text in one pass.

use super::text::Text;
use crate::otlp::schema::{self, Field, Kind, Label, Message};
use crate::otlp::{CheckError, MAX_DEPTH, Signal};
use crate::protobuf::{Fields, Packed, Value};

/// Turns an export request of `signal` into one line of OTLP/JSON, without a newline at the end.
///
/// Unknown fields are left out. Of a field that occurs twice where one value can be, the last
/// counts and messages merge, as in every protobuf decoder.
///
/// # Errors
///
/// The first thing found wrong with the request. One that [`check`](super::super::check()) accepts
/// never fails.
pub fn encode(signal: Signal, request: &[u8]) -> Result<String, CheckError> {
    encode_message(schema::request(signal), request)
}

/// Turns the bytes of `message` into one line of JSON.
pub(in crate::otlp) fn encode_message(
    message: &'static Message,
    bytes: &[u8],
) -> Result<String, CheckError> {
    let mut encoder = Encoder {
        text: Text::with_capacity(bytes.len() * 2),
    };
    encoder.message(message, bytes, 1)?;
    Ok(encoder.text.finish())
}

struct Encoder {
    text: Text,
}

impl Encoder {
    fn message(
        &mut self,
        message: &'static Message,
        bytes: &[u8],
        depth: usize,
    ) -> Result<(), CheckError> {
        if depth > MAX_DEPTH {
            return Err(CheckError::Depth);
        }
        self.text.open('{');
        let contested = contested(message, bytes)?;
        let mut done = 0;
        let mut fields = Fields::new(bytes);
        while let Some(found) = fields.next() {
            let found = found?;
            let Some(field) = message.field(found.number).filter(|field| !field.hidden) else {
                continue;
            };
            if done & field.bit() != 0 {
                continue;
            }
            done |= field.bit();
            let once = contested & field.bit() == 0;
            if field.label == Label::Repeated {
                let more = if once { &[] } else { fields.rest() };
                self.list(field, found.value, more, depth)?;
            } else if once {
                self.member(field, found.value, depth)?;
            } else {
                self.settled(message, field, bytes, depth)?;
            }
        }
        self.text.close('}');
        Ok(())
    }

    /// Writes a field that occurs more than once, or one of several members of the oneof.
    fn settled(
        &mut self,
        message: &'static Message,
        field: &'static Field,
        bytes: &[u8],
        depth: usize,
    ) -> Result<(), CheckError> {
        let mut last = None;
        let mut merged = Vec::new();
        for found in Fields::new(bytes) {
            let found = found?;
            if found.number == field.number {
                last = Some(found.value);
                if let (Kind::Message(_), Value::Bytes(part)) = (field.kind, found.value) {
                    merged.extend_from_slice(part);
                }
            } else if is_rival(message, field, found.number) {
                last = None;
                merged.clear();
            }
        }
        match (last, field.kind) {
            (None, _) => Ok(()),
            (Some(Value::Bytes(_)), Kind::Message(_)) => {
                self.member(field, Value::Bytes(&merged), depth)
            }
            (Some(value), _) => self.member(field, value, depth),
        }
    }

    /// Writes the key and value of a field that is no list, unless the value is the default.
    fn member(
        &mut self,
        field: &'static Field,
        value: Value<'_>,
        depth: usize,
    ) -> Result<(), CheckError> {
        let default = match value {
            Value::Bytes(bytes) => bytes.is_empty() && !matches!(field.kind, Kind::Message(_)),
            Value::Fixed32(number) => number == 0,
            Value::Fixed64(number) | Value::Varint(number) => number == 0,
            Value::Group => false,
        };
        if default && field.label == Label::Singular && field.kind.accepts(value) {
            return Ok(());
        }
        self.text.key(field.json);
        self.value(field, value, depth)
    }

    /// Writes a list whose first part is `first`; further parts are searched in `more`.
    fn list(
        &mut self,
        field: &'static Field,
        first: Value<'_>,
        more: &[u8],
        depth: usize,
    ) -> Result<(), CheckError> {
        let mut open = false;
        self.part(field, first, depth, &mut open)?;
        for found in Fields::new(more) {
            let found = found?;
            if found.number == field.number {
                self.part(field, found.value, depth, &mut open)?;
            }
        }
        if open {
            self.text.close(']');
        }
        Ok(())
    }

    /// Writes one element, or the elements of one packed part; the first opens the list.
    fn part(
        &mut self,
        field: &'static Field,
        value: Value<'_>,
        depth: usize,
        open: &mut bool,
    ) -> Result<(), CheckError> {
        match value {
            Value::Bytes(packed) if field.is_packed() => {
                for element in Packed::new(field.kind.wire_type(), packed) {
                    self.element(field, element?, depth, open)?;
                }
                Ok(())
            }
            _ => self.element(field, value, depth, open),
        }
    }

    fn element(
        &mut self,
        field: &'static Field,
        value: Value<'_>,
        depth: usize,
        open: &mut bool,
    ) -> Result<(), CheckError> {
        if *open {
            self.text.separate();
        } else {
            self.text.key(field.json);
            self.text.open('[');
            *open = true;
        }
        self.value(field, value, depth)
    }

    fn value(
        &mut self,
        field: &'static Field,
        value: Value<'_>,
        depth: usize,
    ) -> Result<(), CheckError> {
        match (field.kind, value) {
            (Kind::Message(message), Value::Bytes(bytes)) => {
                self.message(message, bytes, depth + 1)?;
            }
            (Kind::String, Value::Bytes(bytes)) => {
                let text = str::from_utf8(bytes).map_err(|_| CheckError::Utf8(field.number))?;
                self.text.string(text);
            }
            (Kind::Hex, Value::Bytes(bytes)) => self.text.hex(bytes),
            (Kind::Bytes, Value::Bytes(bytes)) => self.text.base64(bytes),
            (Kind::Bool, Value::Varint(bits)) => self.text.plain(bits != 0),
            (Kind::Enum | Kind::Int32, Value::Varint(bits)) => self.text.plain(bits as i32),
            (Kind::Sint32, Value::Varint(bits)) => self.text.plain(unzigzag(bits as u32)),
            (Kind::Uint32, Value::Varint(bits)) => self.text.plain(bits as u32),
            (Kind::Int64, Value::Varint(bits)) => self.text.quoted(bits.cast_signed()),
            (Kind::Uint64, Value::Varint(bits)) => self.text.quoted(bits),
            (Kind::Fixed32, Value::Fixed32(bits)) => self.text.plain(bits),
            (Kind::Fixed64, Value::Fixed64(bits)) => self.text.quoted(bits),
            (Kind::Sfixed64, Value::Fixed64(bits)) => self.text.quoted(bits.cast_signed()),
            (Kind::Double, Value::Fixed64(bits)) => self.text.double(f64::from_bits(bits)),
            _ => return Err(CheckError::WireType(field.number)),
        }
        Ok(())
    }
}

fn unzigzag(bits: u32) -> i32 {
    (bits >> 1).cast_signed() ^ -(bits & 1).cast_signed()
}

/// The fields that occur more than once, or beside another member of the oneof, as a set of bits.
fn contested(message: &'static Message, bytes: &[u8]) -> Result<u32, CheckError> {
    let mut seen = 0;
    let mut contested = 0;
    let mut members = 0_u32;
    for found in Fields::new(bytes) {
        let Some(field) = message.field(found?.number) else {
            continue;
        };
        contested |= seen & field.bit();
        seen |= field.bit();
        if field.label == Label::Oneof && !field.hidden {
            members |= field.bit();
        }
    }
    if members.count_ones() > 1 {
        contested |= members;
    }
    Ok(contested)
}

/// Whether a field with this number takes the place of `field` in a oneof.
fn is_rival(message: &'static Message, field: &Field, number: u32) -> bool {
    field.label == Label::Oneof
        && message
            .field(number)
            .is_some_and(|other| other.label == Label::Oneof && !other.hidden)
}
