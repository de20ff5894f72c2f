//! Changing the attributes of a message.

use super::Draft;
use super::splice::{Splice, located};
use crate::otlp::view::{AnyValue, Attributes, messages};
use crate::otlp::write::{self, Scalar};
use crate::protobuf::{Fields, Value, put_bytes};

/// What is to happen to the attributes of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeEdit {
    key: Vec<u8>,
    does: Does,
    /// The fields of the new `AnyValue`.
    value: Vec<u8>,
    /// The fields of the new `KeyValue`.
    pair: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Delete,
    Insert,
    Update,
    Upsert,
}

impl AttributeEdit {
    /// Removes every attribute with this key.
    #[must_use]
    pub fn delete(key: &str) -> Self {
        Self::new(key, Does::Delete, Vec::new())
    }

    /// Adds an attribute, unless there is one with this key.
    #[must_use]
    pub fn insert(key: &str, value: Scalar<'_>) -> Self {
        Self::new(key, Does::Insert, encoded(value))
    }

    /// Replaces the value of every attribute with this key, if there is one.
    #[must_use]
    pub fn update(key: &str, value: Scalar<'_>) -> Self {
        Self::new(key, Does::Update, encoded(value))
    }

    /// Replaces the value of every attribute with this key, or adds one if there is none.
    #[must_use]
    pub fn upsert(key: &str, value: Scalar<'_>) -> Self {
        Self::new(key, Does::Upsert, encoded(value))
    }

    /// The same with the fields of an `AnyValue` as they are on the wire in the place of the value.
    #[must_use]
    pub fn with_value(self, any_value: &[u8]) -> Self {
        Self::written(self.key, self.does, any_value.to_vec())
    }

    fn new(key: &str, does: Does, value: Vec<u8>) -> Self {
        Self::written(key.as_bytes().to_vec(), does, value)
    }

    fn written(key: Vec<u8>, does: Does, value: Vec<u8>) -> Self {
        let mut pair = Vec::new();
        write::bytes(&mut pair, 1, &key);
        put_bytes(&mut pair, 2, &value);
        Self {
            key,
            does,
            value,
            pair,
        }
    }
}

fn encoded(value: Scalar<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    write::scalar(&mut out, value);
    out
}

/// Attribute edits, one after the other. Those of different keys are made in one walk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributeEdits {
    /// In each, keys differ, and there are at most [`WALK`].
    walks: Vec<Vec<AttributeEdit>>,
}

/// Edits that one walk makes: as many as an integer has bits.
const WALK: usize = 64;

impl AttributeEdits {
    /// Takes edits in the order in which they apply.
    #[must_use]
    pub fn new(edits: impl IntoIterator<Item = AttributeEdit>) -> Self {
        let mut walks: Vec<Vec<AttributeEdit>> = Vec::new();
        for edit in edits {
            let fits = |walk: &&mut Vec<AttributeEdit>| {
                walk.len() < WALK && walk.iter().all(|other| other.key != edit.key)
            };
            match walks.last_mut().filter(fits) {
                Some(walk) => walk.push(edit),
                None => walks.push(vec![edit]),
            }
        }
        Self { walks }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.walks.is_empty()
    }
}

/// One attribute as it is on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a>(&'a [u8]);

impl<'a> Attribute<'a> {
    /// The key; empty if it is absent or no UTF-8.
    #[must_use]
    pub fn key(self) -> &'a str {
        str::from_utf8(key(self.0)).unwrap_or_default()
    }

    /// The value.
    #[must_use]
    pub fn value(self) -> AnyValue<'a> {
        AnyValue::new(self.value_bytes())
    }

    /// The fields of the `AnyValue`.
    #[must_use]
    pub fn value_bytes(self) -> &'a [u8] {
        last(self.0, 2)
    }
}

/// What becomes of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stays as it is.
    Keep,
    /// It goes.
    Remove,
    /// What was written is its new key.
    Rename,
    /// What was written are the fields of its new `AnyValue`.
    Value,
}

impl Draft<'_> {
    /// The attributes as they are now.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'_> {
        match self.kind().attributes() {
            Some(number) => Attributes::new(self.bytes(), number),
            None => Attributes::new(&[], 1),
        }
    }

    /// Makes `edits` in the attributes; says whether anything has changed. New attributes come
    /// behind those that are there.
    pub fn edit_attributes(&mut self, edits: &AttributeEdits) -> bool {
        let Some(number) = self.kind().attributes() else {
            return false;
        };
        let mut changed = false;
        for walk in &edits.walks {
            changed |= self.change(|message, out| walk_edits(message, number, walk, out));
        }
        changed
    }

    /// Makes one edit in the attributes; says whether anything has changed.
    pub fn edit_attribute(&mut self, edit: &AttributeEdit) -> bool {
        let Some(number) = self.kind().attributes() else {
            return false;
        };
        self.change(|message, out| walk_edits(message, number, std::slice::from_ref(edit), out))
    }

    /// The first attribute with this key.
    #[must_use]
    pub fn find_attribute(&self, key: &str) -> Option<Attribute<'_>> {
        let number = self.kind().attributes()?;
        let mut pairs = messages(self.bytes(), number).map(Attribute);
        pairs.find(|attribute| attribute.key() == key)
    }

    /// Shows every attribute, with a buffer for what is to take the place of its key or value.
    ///
    /// ```
    /// use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Change, Draft, Kind};
    /// use campanile_wire::otlp::write::{self, Scalar};
    ///
    /// let mut span = Draft::new(Kind::Span, &[]);
    /// let pin = AttributeEdit::insert("pin", Scalar::Int(1234));
    /// span.edit_attributes(&AttributeEdits::new([pin]));
    /// span.edit_each_attribute(|attribute, out| {
    ///     if attribute.key() != "pin" {
    ///         return Change::Keep;
    ///     }
    ///     write::scalar(out, Scalar::Text("****"));
    ///     Change::Value
    /// });
    /// let pin = span.attributes().find("pin").and_then(|value| value.as_text());
    /// assert_eq!(pin, Some("****"));
    /// ```
    pub fn edit_each_attribute(
        &mut self,
        mut edit: impl FnMut(Attribute<'_>, &mut Vec<u8>) -> Change,
    ) -> bool {
        let Some(number) = self.kind().attributes() else {
            return false;
        };
        let mut new = Vec::new();
        self.change(|message, out| {
            let mut splice = Splice::new(message, out);
            for (field, at) in located(message) {
                let (true, Value::Bytes(pair)) = (field.number == number, field.value) else {
                    continue;
                };
                new.clear();
                match edit(Attribute(pair), &mut new) {
                    Change::Keep => {}
                    Change::Remove => {
                        splice.cut(at);
                    }
                    Change::Rename => replace(splice.cut(at), number, pair, 1, &new),
                    Change::Value => replace(splice.cut(at), number, pair, 2, &new),
                }
            }
            splice.finish()
        })
    }
}

/// Makes edits of different keys in the attributes that are in field `number`.
fn walk_edits(message: &[u8], number: u32, edits: &[AttributeEdit], out: &mut Vec<u8>) -> bool {
    let mut splice = Splice::new(message, out);
    let mut found = 0_u64;
    let mut end = 0;
    for (field, at) in located(message) {
        if field.number <= number {
            end = at.end;
        }
        let (true, Value::Bytes(pair)) = (field.number == number, field.value) else {
            continue;
        };
        let key = key(pair);
        let Some(index) = edits.iter().position(|edit| edit.key == key) else {
            continue;
        };
        found |= 1 << index;
        let edit = &edits[index];
        match edit.does {
            Does::Delete => {
                splice.cut(at);
            }
            Does::Insert => {}
            Does::Update | Does::Upsert if pair == edit.pair => {}
            Does::Update | Does::Upsert => replace(splice.cut(at), number, pair, 2, &edit.value),
        }
    }
    for (index, edit) in edits.iter().enumerate() {
        let adds = matches!(edit.does, Does::Insert | Does::Upsert);
        if adds && found & (1 << index) == 0 {
            put_bytes(splice.cut(end..end), number, &edit.pair);
        }
    }
    splice.finish()
}

/// Appends `pair` as field `number`, with `new` in the place of its field `part`.
fn replace(out: &mut Vec<u8>, number: u32, pair: &[u8], part: u32, new: &[u8]) {
    write::nested(out, number, |out| {
        let mut written = false;
        for (field, at) in located(pair) {
            if field.number != part {
                out.extend_from_slice(&pair[at]);
            } else if !written {
                put_bytes(out, part, new);
                written = true;
            }
        }
        if !written {
            put_bytes(out, part, new);
        }
    });
}

/// The bytes of the key.
#[inline(always)]
fn key(pair: &[u8]) -> &[u8] {
    // What nearly all pairs are: a short key, and a short value to the end.
    if let [0x0a, length @ ..0x80, rest @ ..] = pair
        && let Some((key, value)) = rest.split_at_checked(usize::from(*length))
        && let [0x12, length @ ..0x80, value @ ..] = value
        && value.len() == usize::from(*length)
    {
        return key;
    }
    last(pair, 1)
}

/// The bytes of field `number`: the last ones, as protobuf has it.
fn last(message: &[u8], number: u32) -> &[u8] {
    let mut last: &[u8] = &[];
    for field in Fields::new(message).map_while(Result::ok) {
        if let (true, Value::Bytes(bytes)) = (field.number == number, field.value) {
            last = bytes;
        }
    }
    last
}
