//! A span as Jaeger has it, whichever way it was written.

use std::borrow::Cow;

/// A span, borrowed from what it was read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span<'a> {
    /// The trace; ids of 64 bits are its lower half. Zero where it had another length.
    pub trace_id: [u8; 16],
    /// The span. Zero where it had another length.
    pub span_id: [u8; 8],
    /// What Thrift says of the parent beside the references.
    pub parent_span_id: Option<[u8; 8]>,
    /// What was done.
    pub operation_name: Cow<'a, str>,
    /// The spans that it refers to, its parent among them.
    pub references: Vec<Reference>,
    /// 1 sampled, 2 debug, 8 firehose.
    pub flags: u32,
    /// Nanoseconds since the Unix epoch.
    pub start: i128,
    /// Nanoseconds.
    pub duration: i128,
    /// What else is known.
    pub tags: Vec<Tag<'a>>,
    /// What happened meanwhile.
    pub logs: Vec<Log<'a>>,
    /// Who recorded it, where that is not the batch's process.
    pub process: Option<Process<'a>>,
    /// The key of the process in a storage that keeps processes apart.
    pub process_id: Cow<'a, str>,
    /// What somebody on the way found odd.
    pub warnings: Vec<Cow<'a, str>>,
}

/// Who recorded spans.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Process<'a> {
    /// The name of the service.
    pub service_name: Cow<'a, str>,
    /// What else is known.
    pub tags: Vec<Tag<'a>>,
}

/// A key and its value. Keys may repeat.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
}

/// The value of a tag.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Bytes; a text that is not UTF-8 too.
    Binary(&'a [u8]),
    /// A truth value.
    Bool(bool),
    /// A double.
    Double(f64),
    /// A signed integer.
    Long(i64),
    /// Text.
    Text(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// Text, or bytes that were meant to be text and are not.
    #[must_use]
    pub fn text_or_bytes(bytes: &'a [u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) => Self::Text(Cow::Borrowed(text)),
            Err(_) => Self::Binary(bytes),
        }
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Something that happened during a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log<'a> {
    /// Nanoseconds since the Unix epoch.
    pub timestamp: i128,
    /// What happened.
    pub fields: Vec<Tag<'a>>,
}

/// A span that another one refers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// How.
    pub kind: RefType,
    /// The trace; zero where the id had another length than 8 or 16 bytes.
    pub trace_id: [u8; 16],
    /// The span; zero where the id had another length than 8 bytes.
    pub span_id: [u8; 8],
}

/// How a span refers to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefType {
    /// The other one waits for it.
    #[default]
    ChildOf,
    /// The other one does not wait.
    FollowsFrom,
    /// A number that stands for neither.
    Other(i32),
}

impl RefType {
    /// What `number` stands for.
    #[must_use]
    pub fn of(number: i32) -> Self {
        match number {
            0 => Self::ChildOf,
            1 => Self::FollowsFrom,
            other => Self::Other(other),
        }
    }

    /// The number that stands for it.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::ChildOf => 0,
            Self::FollowsFrom => 1,
            Self::Other(number) => number,
        }
    }
}
