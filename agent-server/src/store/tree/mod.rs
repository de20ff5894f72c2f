//! Spans to a forest, in the order in which a person reads it.
//!
//! Whatever the spans say, each appears exactly once, in time linear in their number beyond sorting
//! and without recursion:
//!
//! | spans | place |
//! |---|---|
//! | without a parent | a root |
//! | with a parent that is there | below it, siblings by start time |
//! | with a parent that is not there | below a row that says so, one for each missing parent |
//! | with the id of another span | below that one: Zipkin's client and server halves of one call |
//! | in a circle, or their own parent | the circle is opened at one span, and its row says so |

mod forest;
mod odd;

#[cfg(test)]
mod tests;

pub use self::forest::forest;
pub use self::odd::oddities;

use super::SpanId;
use super::model::{Kind, Span};

/// What placing a span needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The span.
    pub span_id: SpanId,
    /// Its parent, if it has one.
    pub parent: Option<SpanId>,
    /// Its kind: of two spans with one id, the client's is the outer one.
    pub kind: Kind,
    /// When it started.
    pub start: u64,
}

impl From<&Span> for Node {
    fn from(span: &Span) -> Self {
        Self {
            span_id: span.span_id,
            parent: span.parent_span_id,
            kind: span.kind,
            start: span.start_unix_nano,
        }
    }
}

/// One row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is in the row.
    pub entry: Entry,
    /// How many rows it is below: 0 for the top.
    pub depth: usize,
    /// Whether no sibling follows.
    pub last: bool,
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The span at this index whose ancestors lead back to itself.
    Circle(usize),
    /// A parent that is not among the spans.
    Missing(SpanId),
    /// The span at this index.
    Span(usize),
}
