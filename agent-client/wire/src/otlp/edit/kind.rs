//! Which messages are edited.

/// The message that a [`Draft`](super::Draft) holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An event of a span.
    Event,
    /// A data point of an exponential histogram.
    ExponentialHistogramPoint,
    /// A data point of a histogram.
    HistogramPoint,
    /// A link of a span.
    Link,
    /// A log record.
    LogRecord,
    /// A metric; its attributes are its metadata.
    Metric,
    /// A data point of a gauge or sum.
    NumberPoint,
    /// Any other message; it has no attributes.
    Other,
    /// A resource.
    Resource,
    /// An instrumentation scope.
    Scope,
    /// A span.
    Span,
    /// A data point of a summary.
    SummaryPoint,
}

impl Kind {
    /// The field that holds the attributes.
    #[must_use]
    pub fn attributes(self) -> Option<u32> {
        Some(match self {
            Self::ExponentialHistogramPoint | Self::Resource => 1,
            Self::Event | Self::Scope => 3,
            Self::Link => 4,
            Self::LogRecord => 6,
            Self::NumberPoint | Self::SummaryPoint => 7,
            Self::HistogramPoint | Self::Span => 9,
            Self::Metric => 12,
            Self::Other => return None,
        })
    }

    /// What the points are in field `number` of a metric.
    pub(super) fn of_points(number: u32) -> Option<Self> {
        Some(match number {
            5 | 7 => Self::NumberPoint,
            9 => Self::HistogramPoint,
            10 => Self::ExponentialHistogramPoint,
            11 => Self::SummaryPoint,
            _ => return None,
        })
    }
}
