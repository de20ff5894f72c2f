//! What a statement is about: a resource, a scope, a span and so on.

use campanile_wire::otlp::Signal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a statement is evaluated on, as in the Collector.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Context {
    /// What produced the data.
    Resource,
    /// The instrumentation scope; the Collector calls it `instrumentation_scope` in places.
    #[serde(alias = "instrumentation_scope")]
    Scope,
    /// A metric with all its points.
    Metric,
    /// A span.
    Span,
    /// One event of a span.
    SpanEvent,
    /// One point of a metric.
    DataPoint,
    /// A log record.
    Log,
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 7] = [
        Self::Resource,
        Self::Scope,
        Self::Metric,
        Self::Span,
        Self::SpanEvent,
        Self::DataPoint,
        Self::Log,
    ];

    /// The name in configuration and in front of paths.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DataPoint => "datapoint",
            Self::Log => "log",
            Self::Metric => "metric",
            Self::Resource => "resource",
            Self::Scope => "scope",
            Self::Span => "span",
            Self::SpanEvent => "spanevent",
        }
    }

    /// The context with this [`name`](Self::name) in front of a path.
    pub(super) fn of_segment(segment: &str) -> Option<Self> {
        if segment == "instrumentation_scope" {
            return Some(Self::Scope);
        }
        let mut all = Self::ALL.into_iter();
        all.find(|context| context.name() == segment)
    }

    /// What it lies in directly.
    pub(super) const fn parent(self) -> Option<Self> {
        match self {
            Self::DataPoint => Some(Self::Metric),
            Self::Log | Self::Metric | Self::Span => Some(Self::Scope),
            Self::Resource => None,
            Self::Scope => Some(Self::Resource),
            Self::SpanEvent => Some(Self::Span),
        }
    }

    /// Itself and everything that it lies in.
    pub(super) fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |context| context.parent())
    }

    /// Whether `other` can be reached from it.
    pub(super) fn reaches(self, other: Self) -> bool {
        self.chain().any(|context| context == other)
    }

    /// Whether it lies in `other`, and is not `other` itself.
    pub(crate) fn is_within(self, other: Self) -> bool {
        self != other && self.reaches(other)
    }

    /// The contexts of a signal, the innermost last.
    pub(crate) const fn of_signal(signal: Signal) -> &'static [Self] {
        match signal {
            Signal::Logs => &[Self::Resource, Self::Scope, Self::Log],
            Signal::Metrics => &[Self::Resource, Self::Scope, Self::Metric, Self::DataPoint],
            Signal::Traces => &[Self::Resource, Self::Scope, Self::Span, Self::SpanEvent],
        }
    }
}
