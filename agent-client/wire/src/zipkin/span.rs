//! A span as Zipkin v2 has it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::Endpoint;
use super::error::{Limits, ReadError};
use super::id::is_zero;
use crate::otlp::write::Scalar;

/// A span of Zipkin v2, borrowed from what it was read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span<'a> {
    /// The trace; ids of 64 bits are its lower half.
    pub trace_id: [u8; 16],
    /// The span. A server may share it with its client.
    pub id: [u8; 8],
    /// The span that caused this one.
    pub parent_id: Option<[u8; 8]>,
    /// What was done; empty when absent.
    pub name: Cow<'a, str>,
    /// Which side of a call this is.
    pub kind: Option<Kind>,
    /// The start in microseconds since the Unix epoch; 0 when absent.
    pub timestamp: u64,
    /// Microseconds; 0 when absent.
    pub duration: u64,
    /// Who recorded the span; empty when absent.
    pub local: Endpoint<'a>,
    /// The other side of the call; empty when absent.
    pub remote: Endpoint<'a>,
    /// What happened meanwhile.
    pub annotations: Vec<Annotation<'a>>,
    /// What else is known. Keys are unique.
    pub tags: Vec<Tag<'a>>,
    /// Whether the trace is to be kept whatever the sampler says.
    pub debug: bool,
    /// Whether the client has recorded a span with the same ids.
    pub shared: bool,
}

/// Which side of a call, or of a message, a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It calls.
    Client,
    /// It takes from a queue.
    Consumer,
    /// It puts into a queue.
    Producer,
    /// It is called.
    Server,
}

impl Kind {
    const ALL: [(Self, &'static str, u64); 4] = [
        (Self::Client, "CLIENT", 1),
        (Self::Server, "SERVER", 2),
        (Self::Producer, "PRODUCER", 3),
        (Self::Consumer, "CONSUMER", 4),
    ];

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The number in protobuf.
    #[must_use]
    pub fn number(self) -> u64 {
        self.row().2
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, other, _)| *other == name)
            .map(|(kind, ..)| kind)
    }

    pub(super) fn from_number(number: u64) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(.., other)| *other == number)
            .map(|(kind, ..)| kind)
    }

    fn row(self) -> (Self, &'static str, u64) {
        match self {
            Self::Client => Self::ALL[0],
            Self::Server => Self::ALL[1],
            Self::Producer => Self::ALL[2],
            Self::Consumer => Self::ALL[3],
        }
    }
}

/// Something that happened at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotation<'a> {
    /// Microseconds since the Unix epoch; 0 when absent.
    pub timestamp: u64,
    /// What happened.
    pub value: Cow<'a, str>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
}

/// The value of a tag: text in v2; v1 has types.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A truth value.
    Bool(bool),
    /// Raw bytes.
    Bytes(Cow<'a, [u8]>),
    /// A double.
    Double(f64),
    /// A signed integer.
    Int(i64),
    /// Text.
    Text(Cow<'a, str>),
}

/// The text form: text as it is, numbers as in JSON, bytes in base64.
impl fmt::Display for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Bytes(value) => formatter.write_str(&BASE64_STANDARD.encode(value)),
            Self::Double(value) => write!(formatter, "{value}"),
            Self::Int(value) => write!(formatter, "{value}"),
            Self::Text(value) => formatter.write_str(value),
        }
    }
}

impl Value<'_> {
    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text form, borrowed where it is text already.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            other => Cow::Owned(other.to_string()),
        }
    }

    /// The value as OTLP has it.
    #[must_use]
    pub fn as_scalar(&self) -> Scalar<'_> {
        match self {
            Self::Bool(value) => Scalar::Bool(*value),
            Self::Bytes(value) => Scalar::Bytes(value),
            Self::Double(value) => Scalar::Double(*value),
            Self::Int(value) => Scalar::Int(*value),
            Self::Text(value) => Scalar::Text(value),
        }
    }
}

impl Span<'_> {
    /// The tag with this key.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<&Value<'_>> {
        let found = self.tags.iter().find(|tag| tag.key == key);
        found.map(|tag| &tag.value)
    }

    /// Forgets everything but the memory of its lists.
    pub(super) fn clear(&mut self) {
        let mut annotations = std::mem::take(&mut self.annotations);
        let mut tags = std::mem::take(&mut self.tags);
        annotations.clear();
        tags.clear();
        *self = Self {
            annotations,
            tags,
            ..Self::default()
        };
    }

    /// Settles what the model leaves open once all fields are read: the last tag of a key counts,
    /// and a parent that is no other span is none.
    pub(super) fn settle(&mut self) {
        keep_last(&mut self.tags);
        if self
            .parent_id
            .is_some_and(|id| is_zero(&id) || id == self.id)
        {
            self.parent_id = None;
        }
    }
}

/// Up to so many tags are compared with each other; of more, the keys are put into a set.
const FEW: usize = 24;

fn keep_last(tags: &mut Vec<Tag<'_>>) {
    let repeated = match tags.len() {
        ..=FEW => (1..tags.len()).any(|at| {
            let (before, rest) = tags.split_at(at);
            let last = before.last().map(|tag| &tag.key);
            rest.iter().any(|tag| Some(&tag.key) == last)
        }),
        many => {
            let keys: HashSet<_> = tags.iter().map(|tag| tag.key.as_ref()).collect();
            keys.len() < many
        }
    };
    if !repeated {
        return;
    }
    let mut seen = HashSet::new();
    tags.reverse();
    tags.retain(|tag| seen.insert(tag.key.clone()));
    tags.reverse();
}

/// Refuses the list when one more child than `len` would be too many.
pub(super) fn room_for_child(len: usize, limits: &Limits) -> Result<(), ReadError> {
    if len >= limits.max_children {
        return Err(ReadError::TooManyChildren(limits.max_children));
    }
    Ok(())
}

/// Refuses the list when there are `count` spans before the next one.
pub(super) fn room_for_span(count: usize, limits: &Limits) -> Result<(), ReadError> {
    if count >= limits.max_spans {
        return Err(ReadError::TooManySpans(limits.max_spans));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(keys: impl IntoIterator<Item = usize>) -> Vec<Tag<'static>> {
        let tag = |(value, key): (usize, usize)| Tag {
            key: key.to_string().into(),
            value: Value::Int(value as i64),
        };
        keys.into_iter().enumerate().map(tag).collect()
    }

    #[test]
    fn the_last_value_of_a_key_counts_among_few_and_among_many() {
        let mut few = tags([1, 2, 1]);
        keep_last(&mut few);
        let kept: Vec<_> = few.iter().map(|tag| tag.value.clone()).collect();
        assert_eq!(kept, [Value::Int(1), Value::Int(2)]);
        let mut many = tags((0..50).chain([0]));
        keep_last(&mut many);
        assert_eq!(many.len(), 50);
        assert_eq!(many.last().map(|tag| &tag.value), Some(&Value::Int(50)));
    }
}
