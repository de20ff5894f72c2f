//! Configuration: YAML in the OpenTelemetry Collector's shape.
//!
//! | step | file | what |
//! |---|---|---|
//! | parse | `parse` | text becomes a tree in which every key and value knows its place |
//! | merge | `merge` | several files, and `--set`, become one tree: maps merge, lists replace |
//! | expand | `expand` | `${env:NAME:-default}` and `${file:PATH}` become values, never structure |
//! | check | `check` | every section becomes checked values, or every error in it with its place |
//!
//! Errors are collected, not returned at the first: a [`Report`] names file, line and column of
//! each, and what to type instead. What environment variables and files hold is not shown in it,
//! and no secret, even in the line in question. Several things that are not supported are listed
//! once more at the end; what is only called otherwise here is in the table of `hints`.
//!
//! `machine` looks whether this machine has what a configuration needs, for `campanile validate`;
//! `document` is the JSON schema of the whole, computed from the registries.
//!
//! # Limits
//!
//! A text has at most 1 MiB, 100,000 nodes (aliases counted as what they stand for) and a nesting
//! of 64. Of one component at most 32 errors of unknown keys and wrong types are shown at a time.

mod authenticators;
mod check;
mod conceal;
mod configure;
mod connections;
mod data;
mod declared;
mod difference;
mod document;
mod effective;
mod environment;
mod expand;
mod explain;
mod exposure;
mod hints;
mod listen;
mod listeners;
mod load;
mod locate;
mod loops;
pub(crate) mod machine;
mod merge;
mod model;
mod parse;
mod pipelines;
mod problem;
mod quiet;
mod redact;
mod schema;
mod secret;
mod secrets;
mod set;
mod source;
mod storage;
mod suggest;
mod telemetry;
mod tree;
mod values;

#[cfg(test)]
mod tests;

pub(crate) use self::conceal::conceal;
pub use self::data::{Acknowledge, Data};
pub use self::difference::Difference;
pub(crate) use self::document::document;
pub use self::environment::Environment;
pub use self::listen::ListenAddress;
pub use self::load::{EMBEDDED, Inputs};
pub use self::model::{Component, Components, Config, Pipeline, Service, Written};
pub use self::problem::{Problem, Report, Severity};
pub use self::secret::Secret;
pub use self::source::{Place, Source};
pub(crate) use self::suggest::closest;
pub use self::telemetry::{
    LogEncoding, LogLevel, LogSampling, Logs, MetricsLevel, MetricsPage, OwnTraces, Prometheus,
    Pull, PullExporter, Reader, Telemetry,
};
pub use self::tree::{Expansion, Field, Node, Shape};
pub use self::values::{ByteSize, Endpoint, HumanDuration};
