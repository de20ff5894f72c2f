//! What can be wrong, and how it is said.

use std::fmt;

use opentelemetry::trace::SpanKind;

/// One place where telemetry and conventions differ. Its `Display` is a sentence about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// The span or metric that it is about.
    pub on: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a span or a metric.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// A histogram has other buckets than the conventions advise.
    Boundaries {
        /// The advised ones.
        expected: &'static [f64],
        /// The ones that there are.
        found: Vec<f64>,
    },
    /// The status has a description, though the response or `error.type` says what happened.
    Description(String),
    /// An attribute is set more than once.
    Duplicate(String),
    /// The value of an attribute is empty: what is absent should be absent.
    Empty(String),
    /// A metric is made by another instrument.
    Instrument {
        /// The one that the conventions name.
        expected: &'static str,
        /// The one that there is.
        found: &'static str,
    },
    /// A span of HTTP or RPC is of neither of the kinds that the conventions know.
    Kind(SpanKind),
    /// An attribute that samplers may want was not there when the span started.
    Late(String),
    /// An attribute is missing.
    Missing {
        /// Its key.
        key: String,
        /// Why it should be there.
        why: &'static str,
    },
    /// The name of a span is not what its attributes make it.
    Name {
        /// What they make it.
        expected: String,
    },
    /// Values of a metric are numbers of another type.
    Number {
        /// The type that the conventions name.
        expected: &'static str,
        /// The type that there is.
        found: &'static str,
    },
    /// An attribute is there that nobody has asked for.
    OptIn {
        /// Its key.
        key: String,
        /// How stable its definition is.
        stability: &'static str,
    },
    /// A metric has met the limit of its series, so values are lost in the overflow.
    Overflow,
    /// A secret is in the value of an attribute.
    Secret {
        /// The attribute's key.
        key: String,
        /// What is secret.
        what: String,
    },
    /// A metric has more series than the check allows.
    Series {
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The status of a span is wrong.
    Status {
        /// What it should be.
        expected: &'static str,
        /// Why.
        why: &'static str,
    },
    /// The value of an attribute is of another type.
    Type {
        /// The attribute's key.
        key: String,
        /// The type that the conventions name.
        expected: &'static str,
        /// The type that there is.
        found: &'static str,
    },
    /// An attribute is there that should not be.
    Unexpected {
        /// Its key.
        key: String,
        /// Why it should not.
        why: &'static str,
    },
    /// A metric has another unit.
    Unit {
        /// The one that the conventions name.
        expected: &'static str,
        /// The one that there is.
        found: String,
    },
    /// A metric is in a name space of the conventions, but not in the conventions.
    UnknownMetric,
    /// An attribute is in a name space of the conventions, but not on this span or metric.
    Unlisted(String),
    /// A server's or a client's span says neither that it is of HTTP nor that it is of RPC.
    Unrecognized,
    /// The value of an attribute is wrong.
    Value {
        /// The attribute's key.
        key: String,
        /// What is wrong.
        found: String,
        /// What would be right.
        expected: String,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.on, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boundaries { expected, found } => {
                write!(f, "boundaries are {found:?}, should be {expected:?}")
            }
            Self::Description(text) => write!(
                f,
                "the status is described as {text:?}, should be `error.type` only"
            ),
            Self::Duplicate(key) => write!(f, "`{key}` is set more than once"),
            Self::Empty(key) => write!(f, "`{key}` is empty, should be absent"),
            Self::Instrument { expected, found } => {
                write!(f, "made by a {found}, should be a {expected}")
            }
            Self::Kind(kind) => write!(f, "the kind is {kind:?}, should be Server or Client"),
            Self::Late(key) => write!(f, "`{key}` comes late, samplers want it at the start"),
            Self::Missing { key, why } => write!(f, "`{key}` is missing: {why}"),
            Self::Name { expected } => write!(f, "the name should be `{expected}`"),
            Self::Number { expected, found } => {
                write!(f, "values are of type {found}, should be {expected}")
            }
            Self::OptIn { key, stability } => {
                write!(f, "`{key}` is opt-in ({stability}), nobody asked for it")
            }
            Self::Overflow => write!(f, "too many series, values are lost in the overflow"),
            Self::Secret { key, what } => write!(f, "`{key}` gives away {what}"),
            Self::Series { found, limit } => write!(f, "{found} series, at most {limit} expected"),
            Self::Status { expected, why } => write!(f, "the status should be {expected}: {why}"),
            Self::Type {
                key,
                expected,
                found,
            } => write!(f, "`{key}` is of type {found}, should be {expected}"),
            Self::Unexpected { key, why } => write!(f, "`{key}` should be absent: {why}"),
            Self::Unit { expected, found } => {
                write!(f, "the unit is `{found}`, should be `{expected}`")
            }
            Self::UnknownMetric => write!(f, "the conventions have no such metric"),
            Self::Unlisted(key) => write!(f, "the conventions do not list `{key}` here"),
            Self::Unrecognized => write!(
                f,
                "neither `http.request.method` nor `rpc.system.name` is there"
            ),
            Self::Value {
                key,
                found,
                expected,
            } => write!(f, "`{key}` is {found:?}, should be {expected}"),
        }
    }
}
