//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rows::rows;
use crate::component::{Invalid, Validate};
use crate::ottl::ErrorMode;
use crate::receivers::{Unsupported, refuse};

/// The configuration of `routing`, with the Collector's keys and defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The pipelines, such as `traces/rest`, that get what no row of the table has taken. Default
    /// none: it is dropped and counted.
    pub(crate) default_pipelines: Vec<String>,
    /// What happens when a condition fails on some data: `propagate` refuses the payload for good,
    /// `ignore` logs the first failure and takes the condition as not met, `silent` does not log.
    /// Default propagate.
    pub(crate) error_mode: ErrorMode,
    /// What goes where, row by row. Default none.
    pub(crate) table: Vec<Row>,
    /// Whether a match ends the search. Not supported: a row's `action` says so.
    #[serde(skip_serializing)]
    pub(crate) match_once: Unsupported,
}

/// One row of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Row {
    /// What the condition is on: `resource`, `scope`, `span`, `metric`, `datapoint` or `log`.
    /// `request` is not supported. Default resource.
    pub(crate) context: On,
    /// The condition. Default none: a row has this or `statement`.
    pub(crate) condition: String,
    /// The condition as a statement: `route() where ...`. Default none.
    pub(crate) statement: String,
    /// The pipelines that get what it holds for. Required.
    pub(crate) pipelines: Vec<String>,
    /// `move` takes it away from the rows that follow, `copy` does not. Default move.
    pub(crate) action: Action,
}

/// What a row's condition is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum On {
    /// Points of metrics.
    DataPoint,
    /// Log records.
    Log,
    /// Metrics.
    Metric,
    /// What the sender's request says. Not supported.
    Request,
    /// What produced the data.
    #[default]
    Resource,
    /// Instrumentation scopes.
    Scope,
    /// Spans.
    Span,
}

/// What becomes of what a row has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    /// The rows that follow see it as well.
    Copy,
    /// The rows that follow do not see it.
    #[default]
    Move,
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = refuse("", &[("match_once", self.match_once)]);
        wrong.extend(rows(self).err().unwrap_or_default());
        wrong
    }
}
