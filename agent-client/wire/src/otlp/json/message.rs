//! A JSON object as the fields of a message.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::decode::Sink;
use super::error::Step;
use super::field::FieldSeed;
use crate::otlp::MAX_DEPTH;
use crate::otlp::schema::{Field, Label, Message};

/// Reads an object as the fields of a message.
pub(super) struct MessageSeed<'s> {
    pub(super) message: &'static Message,
    /// How deep this message lies; the request is at 1.
    pub(super) depth: usize,
    pub(super) sink: &'s mut Sink,
}

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.message.name;
        let short = name.rsplit_once("v1.").map_or(name, |(_, short)| short);
        write!(formatter, "an object ({short})")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        if self.depth > MAX_DEPTH {
            return Err(A::Error::custom(format_args!(
                "messages nest deeper than {MAX_DEPTH}"
            )));
        }
        let mut seen = Seen::default();
        while let Some(known) = map.next_key_seed(KeySeed(self.message))? {
            let Some(key) = known else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let seed = FieldSeed {
                field: key.field,
                depth: self.depth,
                sink: &mut *self.sink,
            };
            let read = map
                .next_value_seed(seed)
                .and_then(|present| if present { seen.add(key) } else { Ok(()) });
            if read.is_err() {
                self.sink.path.push(Step::Key(key.name()));
            }
            read?;
        }
        Ok(true)
    }
}

/// A key that names a field.
#[derive(Clone, Copy)]
struct Key {
    field: &'static Field,
    legacy: bool,
}

impl Key {
    /// The key as the sender wrote it.
    fn name(self) -> &'static str {
        match self.field.legacy {
            Some(legacy) if self.legacy => legacy,
            _ => self.field.json,
        }
    }
}

/// Reads a key; `None` is one that the message does not have.
struct KeySeed(&'static Message);

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Option<Key>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Key>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Option<Key>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<Key>, E> {
        let found = self.0.named(key);
        Ok(found.map(|(field, legacy)| Key { field, legacy }))
    }
}

/// Which fields of one object had a value.
#[derive(Default)]
struct Seen {
    current: u32,
    legacy: u32,
    oneof: bool,
}

impl Seen {
    fn add<E: Error>(&mut self, key: Key) -> Result<(), E> {
        let seen = if key.legacy {
            &mut self.legacy
        } else {
            &mut self.current
        };
        let repeated = *seen & key.field.bit() != 0;
        *seen |= key.field.bit();
        // A list may come under both of its names; anything else counts once.
        let both = self.current & self.legacy & key.field.bit() != 0;
        if repeated || both && key.field.label != Label::Repeated {
            return Err(E::custom(format_args!("{} is given twice", key.name())));
        }
        if key.field.label == Label::Oneof && std::mem::replace(&mut self.oneof, true) {
            return Err(E::custom("a second value where only one can be"));
        }
        Ok(())
    }
}
