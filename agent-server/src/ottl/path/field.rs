//! What a path leads to.

/// A field of a message, and how it is stored. Numbers are those of the protobuf definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Field {
    /// A log record's body.
    Body,
    /// The body as text.
    BodyText,
    /// Values of a statement's own, gone when the item is done.
    Cache,
    /// The messages in a field, as a list that has a length and nothing else.
    Count(u32),
    /// A double.
    Double(Number),
    /// The place of an event among those of its span.
    EventIndex,
    /// A fixed32.
    Fixed32(u32),
    /// A fixed64, as an int.
    Fixed64(Number),
    /// An id of so many bytes.
    Id(u32, usize),
    /// The same in hexadecimal.
    IdText(u32, usize),
    /// A span's kind in words: `Server`.
    KindText,
    /// A span's kind in words of old: `SPAN_KIND_SERVER`.
    KindName,
    /// Attributes.
    Map(Number),
    /// Whether a sum never falls.
    Monotonic,
    /// A sint32.
    Signed(Number),
    /// The message of a status.
    StatusMessage,
    /// The code of a status.
    StatusCode,
    /// What a metric's values add up to.
    Temporality,
    /// Text.
    Text(u32),
    /// A fixed64 as a time.
    Time(u32),
    /// A W3C tracestate.
    TraceState,
    /// What a metric holds.
    Type,
    /// A number point's value, as a double.
    ValueDouble,
    /// A number point's value, as an int.
    ValueInt,
    /// A varint.
    Varint(Number),
}

/// The number of a field that is not the same in all kinds of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Number {
    /// It is.
    Of(u32),
    /// In points of gauges and sums, histograms, exponential histograms and summaries; 0 where
    /// there is no such field.
    Point(u32, u32, u32, u32),
}

/// The numbers of a metric's fields that hold points.
pub(in super::super) const DATA: [u32; 5] = [5, 7, 9, 10, 11];

impl Number {
    /// The number in points that are in field `data` of their metric.
    pub(in super::super) fn of(self, data: u32) -> Option<u32> {
        let number = match (self, data) {
            (Self::Of(number), _) => number,
            (Self::Point(number, ..), 5 | 7)
            | (Self::Point(_, number, ..), 9)
            | (Self::Point(_, _, number, _), 10)
            | (Self::Point(_, _, _, number), 11) => number,
            (Self::Point(..), _) => 0,
        };
        (number > 0).then_some(number)
    }
}

/// What can be done with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Shape {
    /// It has keys of any depth.
    Keyed,
    /// It has one key, a string.
    OneKey,
    /// It has no keys.
    Plain,
}

impl Field {
    /// Whether it takes keys.
    pub(in super::super) fn shape(self) -> Shape {
        match self {
            Self::Body | Self::Cache | Self::Map(_) => Shape::Keyed,
            Self::TraceState => Shape::OneKey,
            _ => Shape::Plain,
        }
    }

    /// Whether it can be set.
    pub(in super::super) fn can_be_set(self) -> bool {
        !matches!(
            self,
            Self::Count(_) | Self::EventIndex | Self::KindName | Self::KindText | Self::Type
        )
    }
}
