//! What a text consists of.

use std::borrow::Cow;

/// One line that says something.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry<'t> {
    /// `# HELP`: what a family is about.
    Help {
        /// The family.
        name: Cow<'t, str>,
        /// The text.
        text: Cow<'t, str>,
    },
    /// `# TYPE`: the type of a family.
    Kind {
        /// The family.
        name: Cow<'t, str>,
        /// Its type.
        kind: Kind,
    },
    /// A sample.
    Sample(Sample<'t>),
    /// `# UNIT`: the unit of a family.
    Unit {
        /// The family.
        name: Cow<'t, str>,
        /// Its unit, a word such as `seconds`; may be empty.
        unit: &'t str,
    },
}

/// The type of a family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Buckets whose counts go up and down.
    GaugeHistogram,
    /// Cumulative buckets.
    Histogram,
    /// Text in labels; the value is 1.
    Info,
    /// Truth values, one for each state.
    StateSet,
    /// Quantiles that the target has computed.
    Summary,
    /// Not known.
    #[default]
    Unknown,
}

impl Kind {
    /// Its name in OpenMetrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Histogram => "histogram",
            Self::Info => "info",
            Self::StateSet => "stateset",
            Self::Summary => "summary",
            Self::Unknown => "unknown",
        }
    }

    /// The type that OpenMetrics calls `name`.
    pub(super) fn from_openmetrics(name: &str) -> Option<Self> {
        const ALL: [Kind; 8] = [
            Kind::Counter,
            Kind::Gauge,
            Kind::GaugeHistogram,
            Kind::Histogram,
            Kind::Info,
            Kind::StateSet,
            Kind::Summary,
            Kind::Unknown,
        ];
        ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The type that text 0.0.4 calls `name`.
    pub(super) fn from_text(name: &str) -> Option<Self> {
        match name {
            "counter" => Some(Self::Counter),
            "gauge" => Some(Self::Gauge),
            "histogram" => Some(Self::Histogram),
            "summary" => Some(Self::Summary),
            "untyped" | "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label<'t> {
    /// The name.
    pub name: Cow<'t, str>,
    /// The value; may be empty, which is as good as no label.
    pub value: Cow<'t, str>,
}

/// One value of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'t> {
    /// The name, with the suffix that says which part of its family it is.
    pub name: Cow<'t, str>,
    /// The labels, sorted by name, each name once.
    pub labels: Vec<Label<'t>>,
    /// The value.
    pub value: f64,
    /// When it was taken, in nanoseconds since the Unix epoch, if the target says so.
    pub time: Option<i64>,
    /// An example of what was counted.
    pub exemplar: Option<Exemplar<'t>>,
}

/// An example of what a counter or a bucket has counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar<'t> {
    /// The labels, sorted by name, each name once.
    pub labels: Vec<Label<'t>>,
    /// What was observed.
    pub value: f64,
    /// When, in nanoseconds since the Unix epoch.
    pub time: Option<i64>,
}
