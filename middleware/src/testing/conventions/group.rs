//! The words that the generated table is written in.

use opentelemetry::Value;
use opentelemetry::trace::SpanKind;

/// Which conventions a span follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Http,
    Rpc,
}

/// A kind of span, with the attributes that it may have.
#[derive(Debug)]
pub(super) struct SpanGroup {
    pub(super) family: Family,
    pub(super) kind: SpanKind,
    pub(super) attributes: &'static [Attribute],
}

/// A metric, with the attributes that its data points may have.
#[derive(Debug)]
pub(super) struct MetricGroup {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) instrument: Instrument,
    pub(super) number: Number,
    /// Empty when the conventions advise none.
    pub(super) boundaries: &'static [f64],
    pub(super) attributes: &'static [Attribute],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instrument {
    Counter,
    Gauge,
    Histogram,
    UpDownCounter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Float,
    Whole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Conditional,
    OptIn,
    Recommended,
    Required,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stability {
    Development,
    ReleaseCandidate,
    Stable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Int,
    Text,
    Texts,
}

/// An attribute as one group uses it.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) key: &'static str,
    pub(super) kind: Type,
    pub(super) level: Level,
    pub(super) stability: Stability,
    /// Whether samplers may want it, so that it belongs to the start of the span.
    pub(super) at_start: bool,
    /// Whether `key` is followed by a name that users choose.
    is_template: bool,
}

pub(super) const fn attribute(
    key: &'static str,
    kind: Type,
    level: Level,
    stability: Stability,
) -> Attribute {
    Attribute {
        key,
        kind,
        level,
        stability,
        at_start: false,
        is_template: false,
    }
}

pub(super) const fn template(
    key: &'static str,
    kind: Type,
    level: Level,
    stability: Stability,
) -> Attribute {
    Attribute {
        is_template: true,
        ..attribute(key, kind, level, stability)
    }
}

impl Attribute {
    pub(super) const fn at_start(self) -> Self {
        Self {
            at_start: true,
            ..self
        }
    }

    /// Whether `key` is this attribute, or one of the keys that it is the template of.
    pub(super) fn describes(&self, key: &str) -> bool {
        match key.strip_prefix(self.key) {
            Some(rest) if self.is_template => rest.len() > 1 && rest.starts_with('.'),
            Some(rest) => rest.is_empty(),
            None => false,
        }
    }
}

impl Type {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Text => "string",
            Self::Texts => "string[]",
        }
    }

    /// The name of the type that `value` has.
    pub(super) fn of(value: &Value) -> &'static str {
        use opentelemetry::Array;
        match value {
            Value::Bool(_) => "boolean",
            Value::I64(_) => Self::Int.name(),
            Value::F64(_) => "double",
            Value::String(_) => Self::Text.name(),
            Value::Array(Array::String(_)) => Self::Texts.name(),
            Value::Array(_) => "another array",
            _ => "another type",
        }
    }
}

impl Instrument {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::UpDownCounter => "updowncounter",
        }
    }
}

impl Number {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Float => "double",
            Self::Whole => "int",
        }
    }
}

impl Stability {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::ReleaseCandidate => "release candidate",
            Self::Stable => "stable",
        }
    }
}
