//! Attributes as a JSON object.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::de::StrRead;

use crate::otlp::json::text::Text;
use crate::otlp::view::{AnyValue, Attributes};
use crate::otlp::write::{self, Scalar};
use crate::protobuf::put_bytes;

/// How deep lists and maps nest in what is written and read.
const MAX_DEPTH: usize = 16;

/// Writes attributes as an object. Bytes are in base64; doubles that JSON has no number for are
/// `"NaN"`, `"Infinity"` and `"-Infinity"`.
pub(super) fn to_json(attributes: Attributes<'_>) -> String {
    let mut out = Text::default();
    object(&mut out, attributes, MAX_DEPTH);
    out.finish()
}

fn object(out: &mut Text, attributes: Attributes<'_>, depth: usize) {
    out.open('{');
    for (key, found) in attributes.iter() {
        out.separate();
        out.string(key);
        out.colon();
        value(out, found, depth - 1);
    }
    out.close('}');
}

fn value(out: &mut Text, found: AnyValue<'_>, depth: usize) {
    match found {
        AnyValue::Array(_) | AnyValue::KvList(_) if depth == 0 => out.string(&found.to_string()),
        AnyValue::Array(values) => {
            out.open('[');
            for element in values.iter() {
                out.separate();
                value(out, element, depth - 1);
            }
            out.close(']');
        }
        AnyValue::Bool(truth) => out.plain(truth),
        AnyValue::Bytes(bytes) => out.base64(bytes),
        AnyValue::Double(number) => out.double(number),
        AnyValue::Empty => out.plain("null"),
        AnyValue::Int(number) => out.plain(number),
        AnyValue::KvList(pairs) => object(out, pairs, depth),
        AnyValue::Text(text) => out.string(text),
    }
}

/// Encoded `KeyValue`s: what the object says.
#[derive(Debug)]
pub(super) struct Encoded(Vec<Vec<u8>>);

impl Encoded {
    /// Appends each as field `number`.
    pub(super) fn put(&self, out: &mut Vec<u8>, number: u32) {
        for pair in &self.0 {
            put_bytes(out, number, pair);
        }
    }
}

/// Reads an object, if `text` is one and nothing else.
pub(super) fn from_json(text: &str) -> Option<Encoded> {
    let mut json = serde_json::Deserializer::new(StrRead::new(text));
    let mut pairs = Vec::new();
    json.deserialize_map(Top(&mut pairs)).ok()?;
    json.end().ok()?;
    Some(Encoded(pairs))
}

struct Top<'o>(&'o mut Vec<Vec<u8>>);

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let mut out = Vec::new();
            pair(&mut out, &key, &mut map, MAX_DEPTH - 1)?;
            self.0.push(out);
        }
        Ok(())
    }
}

/// Writes the fields of the `KeyValue` of the next value.
fn pair<'de, A: MapAccess<'de>>(
    out: &mut Vec<u8>,
    key: &str,
    map: &mut A,
    depth: usize,
) -> Result<(), A::Error> {
    write::text(out, 1, key);
    let start = write::begin(out, 2);
    map.next_value_seed(ValueSeed { out, depth })?;
    write::end(out, start);
    Ok(())
}

/// Writes the fields of an `AnyValue`.
struct ValueSeed<'o> {
    out: &'o mut Vec<u8>,
    depth: usize,
}

impl ValueSeed<'_> {
    fn scalar<E>(self, value: Scalar<'_>) -> Result<(), E> {
        write::scalar(self.out, value);
        Ok(())
    }

    fn deeper<E: Error>(&self) -> Result<usize, E> {
        let deeper = self.depth.checked_sub(1);
        deeper.ok_or_else(|| E::custom("nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.scalar(Scalar::Bool(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.scalar(Scalar::Double(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.scalar(Scalar::Int(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.scalar(Scalar::Text(text))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.scalar(Scalar::Int(value)),
            Err(_) => self.scalar(Scalar::Double(value as f64)),
        }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        let start = write::begin(self.out, 6);
        while let Some(key) = map.next_key::<String>()? {
            let pair_start = write::begin(self.out, 1);
            pair(self.out, &key, &mut map, depth)?;
            write::end(self.out, pair_start);
        }
        write::end(self.out, start);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let depth = self.deeper()?;
        let start = write::begin(self.out, 5);
        loop {
            let length = self.out.len();
            let element = write::begin(self.out, 1);
            let seed = ValueSeed {
                out: &mut *self.out,
                depth,
            };
            if list.next_element_seed(seed)?.is_none() {
                self.out.truncate(length);
                break;
            }
            write::end(self.out, element);
        }
        write::end(self.out, start);
        Ok(())
    }
}
