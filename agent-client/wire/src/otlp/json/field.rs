//! A JSON value as the protobuf form of one field.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::decode::Sink;
use super::error::Step;
use super::message::MessageSeed;
use super::scalar::{self, Token};
use crate::otlp::schema::{Field, Kind, Label, Message};
use crate::protobuf::{put_bytes, put_varint};

/// Reads the value of a field.
pub(super) struct FieldSeed<'s> {
    pub(super) field: &'static Field,
    /// How deep the message of the field lies.
    pub(super) depth: usize,
    pub(super) sink: &'s mut Sink,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let field = self.field;
        let depth = self.depth;
        if field.is_packed() {
            return self.sink.delimited(field.number, |sink| {
                deserializer.deserialize_any(ListVisitor { field, depth, sink })
            });
        }
        if let Kind::Map(entry) = field.kind {
            return deserializer.deserialize_any(MapVisitor {
                field,
                entry,
                depth,
                sink: self.sink,
            });
        }
        if field.label == Label::Repeated {
            return deserializer.deserialize_any(ListVisitor {
                field,
                depth,
                sink: self.sink,
            });
        }
        if let Kind::Message(message) = field.kind {
            return self.sink.delimited(field.number, |sink| {
                let depth = depth + 1;
                MessageSeed {
                    message,
                    depth,
                    sink,
                }
                .deserialize(deserializer)
            });
        }
        if let Kind::Wrapper(inner) = field.kind {
            return self.sink.delimited(field.number, |sink| {
                FieldSeed {
                    field: inner,
                    depth,
                    sink,
                }
                .deserialize(deserializer)
            });
        }
        let place = match field.label {
            Label::Oneof | Label::Optional => Place::Present,
            Label::Repeated | Label::Singular => Place::UnlessDefault,
        };
        deserializer.deserialize_any(ScalarVisitor {
            field,
            place,
            out: &mut self.sink.out,
        })
    }
}

/// Reads a list; returns whether it had elements.
struct ListVisitor<'s> {
    field: &'static Field,
    depth: usize,
    sink: &'s mut Sink,
}

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let mut index = 0;
        loop {
            let element = ElementSeed {
                field: self.field,
                depth: self.depth,
                sink: &mut *self.sink,
            };
            match list.next_element_seed(element) {
                Ok(Some(())) => index += 1,
                Ok(None) => return Ok(index > 0),
                Err(error) => {
                    self.sink.path.push(Step::Index(index));
                    return Err(error);
                }
            }
        }
    }
}

/// Reads an object as the entries of a map; returns whether it had any.
struct MapVisitor<'s> {
    field: &'static Field,
    entry: &'static Message,
    depth: usize,
    sink: &'s mut Sink,
}

impl<'de> Visitor<'de> for MapVisitor<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of keys and values")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut any = false;
        let depth = self.depth + 1;
        let missing = || A::Error::custom("a map without a value field");
        let field = self.entry.field(2).ok_or_else(missing)?;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            any = true;
            self.sink.delimited(self.field.number, |sink| {
                if !key.is_empty() {
                    put_bytes(&mut sink.out, 1, key.as_bytes());
                }
                map.next_value_seed(FieldSeed { field, depth, sink })
                    .map(|_| true)
            })?;
        }
        Ok(any)
    }
}

/// Reads one element of a list; `null` is an element with the default value.
struct ElementSeed<'s> {
    field: &'static Field,
    depth: usize,
    sink: &'s mut Sink,
}

impl<'de> DeserializeSeed<'de> for ElementSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let field = self.field;
        if let Kind::Message(message) = field.kind {
            let depth = self.depth + 1;
            let element = |sink: &mut Sink| {
                MessageSeed {
                    message,
                    depth,
                    sink,
                }
                .deserialize(deserializer)
                .map(|_| true)
            };
            return self.sink.delimited(field.number, element).map(drop);
        }
        let place = if field.is_packed() {
            Place::Packed
        } else {
            Place::Element
        };
        deserializer
            .deserialize_any(ScalarVisitor {
                field,
                place,
                out: &mut self.sink.out,
            })
            .map(drop)
    }
}

/// Where a scalar stands, which decides whether a tag and a default value are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// An element of a list with a tag each.
    Element,
    /// An element of a packed list.
    Packed,
    /// A field whose presence means something: only `null` is left out.
    Present,
    /// A field that is left out when it has its default value.
    UnlessDefault,
}

/// Reads a scalar and writes it where it stands.
struct ScalarVisitor<'s> {
    field: &'static Field,
    place: Place,
    out: &'s mut Vec<u8>,
}

impl ScalarVisitor<'_> {
    fn put<E: Error>(self, token: Token<'_>) -> Result<bool, E> {
        let field = self.field;
        let value = scalar::read(field.kind, token)?;
        let absent = match self.place {
            Place::Element | Place::Packed => false,
            Place::Present => matches!(token, Token::Null),
            Place::UnlessDefault => value.is_default(),
        };
        if absent {
            return Ok(!matches!(token, Token::Null));
        }
        if self.place != Place::Packed {
            let wire_type = u64::from(field.kind.wire_type());
            put_varint(self.out, u64::from(field.number) << 3 | wire_type);
        }
        value.put(self.out);
        Ok(true)
    }
}

impl Visitor<'_> for ScalarVisitor<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(scalar::expected(self.field.kind))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        self.put(Token::Bool(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        self.put(Token::Float(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.put(Token::Signed(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<bool, E> {
        self.put(Token::Text(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<bool, E> {
        self.put(Token::Unsigned(value))
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.put(Token::Null)
    }
}
