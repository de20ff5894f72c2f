//! Attributes of spans, annotations and links.

use campanile_wire::otlp::view::{self, AnyValue};
use campanile_wire::otlp::write::nested;
use campanile_wire::protobuf::put_bytes;

use super::field::{count, put_double, put_int32, put_present, put_text};

/// Before the key of a text in the attribute that says how many bytes it has lost.
const TRUNCATED: &str = "opencensus.truncated_byte_count.";

/// The attributes of one message, taken apart once.
pub(super) struct Attributes<'a> {
    all: Vec<(&'a str, AnyValue<'a>)>,
}

impl<'a> Attributes<'a> {
    /// The attributes in their order; of two with one key the first counts.
    pub(super) fn new(attributes: view::Attributes<'a>) -> Self {
        Self {
            all: attributes.iter().collect(),
        }
    }

    /// The value of an attribute.
    pub(super) fn find(&self, key: &str) -> Option<AnyValue<'a>> {
        let found = self.all.iter().find(|(found, _)| *found == key);
        found.map(|(_, value)| *value)
    }

    /// The value of an attribute that is an integer.
    pub(super) fn int(&self, key: &str) -> Option<i64> {
        self.find(key)?.as_int()
    }

    /// Takes an integer out that is to become a field of its own, if it fits one.
    pub(super) fn take_int<T: TryFrom<i64>>(&mut self, key: &str) -> Option<T> {
        let value = T::try_from(self.int(key)?).ok()?;
        self.remove(key);
        Some(value)
    }

    /// Takes an attribute out.
    pub(super) fn remove(&mut self, key: &str) {
        self.all.retain(|(found, _)| *found != key);
    }

    /// Adds an attribute, in place of one with its key.
    pub(super) fn set(&mut self, key: &'a str, value: AnyValue<'a>) {
        self.remove(key);
        self.all.push((key, value));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Appends an `Attributes` message as field `number`, unless there is nothing to say.
    pub(super) fn put(&self, out: &mut Vec<u8>, number: u32, dropped: u64) {
        if self.all.is_empty() && dropped == 0 {
            return;
        }
        nested(out, number, |out| {
            for (key, value) in &self.all {
                if !self.is_count_of_text(key) {
                    self.put_entry(out, key, *value);
                }
            }
            put_int32(out, 2, count(dropped));
        });
    }

    fn put_entry(&self, out: &mut Vec<u8>, key: &str, value: AnyValue<'_>) {
        nested(out, 1, |out| {
            if !key.is_empty() {
                put_bytes(out, 1, key.as_bytes());
            }
            nested(out, 2, |out| match value {
                AnyValue::Bool(truth) => put_present(out, 3, truth.into()),
                AnyValue::Double(number) => put_double(out, 4, number),
                AnyValue::Int(number) => put_present(out, 2, number.cast_unsigned()),
                AnyValue::Text(text) => put_text(out, 1, text, self.lost(key)),
                other => put_text(out, 1, &other.to_string(), 0),
            });
        });
    }

    /// How many bytes the text of `key` has lost.
    fn lost(&self, key: &str) -> i32 {
        let mut all = self.all.iter();
        let found = all.find_map(|(found, value)| match found.strip_prefix(TRUNCATED) {
            Some(rest) if rest == key => value.as_int(),
            _ => None,
        });
        found.and_then(|count| count.try_into().ok()).unwrap_or(0)
    }

    /// Whether `key` only says how many bytes another attribute, a text, has lost.
    fn is_count_of_text(&self, key: &str) -> bool {
        let Some(of) = key.strip_prefix(TRUNCATED) else {
            return false;
        };
        let is_text = self.find(of).is_some_and(|value| value.as_text().is_some());
        let lost = self.int(key).and_then(|count| i32::try_from(count).ok());
        is_text && lost.is_some_and(|lost| lost != 0)
    }
}
