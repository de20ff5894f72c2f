//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules::rules;
use crate::component::{Invalid, Validate};
use crate::ottl::{Context, ErrorMode, Listed};
use crate::receivers::{Unsupported, refuse};

/// The configuration of `filter`, with the Collector's keys and defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// What happens when a condition fails on some data: `propagate` refuses the payload for good,
    /// `ignore` logs the first failure and takes the condition as not met, `silent` does not log.
    /// Default propagate.
    pub(crate) error_mode: ErrorMode,
    /// Conditions on traces.
    pub(crate) traces: Traces,
    /// Conditions on metrics.
    pub(crate) metrics: Metrics,
    /// Conditions on logs.
    pub(crate) logs: Logs,
    /// Conditions on traces whose paths say what they are on, such as `span.name`, or groups that
    /// do. Default none.
    pub(crate) trace_conditions: Vec<Listed<Group>>,
    /// Conditions on metrics whose paths say what they are on. Default none.
    pub(crate) metric_conditions: Vec<Listed<Group>>,
    /// Conditions on logs whose paths say what they are on. Default none.
    pub(crate) log_conditions: Vec<Listed<Group>>,
    /// Matching by properties. Not supported: write conditions.
    #[serde(skip_serializing)]
    pub(crate) spans: Unsupported,
    /// Conditions on profiles. Not supported.
    #[serde(skip_serializing)]
    pub(crate) profiles: Unsupported,
    /// Conditions on profiles. Not supported.
    #[serde(skip_serializing)]
    pub(crate) profile_conditions: Unsupported,
}

/// Conditions on traces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Traces {
    /// Resources that are dropped with all their spans. Default none.
    pub(crate) resource: Vec<String>,
    /// Spans that are dropped. Default none.
    pub(crate) span: Vec<String>,
    /// Span events that are dropped; their spans stay. Default none.
    pub(crate) spanevent: Vec<String>,
}

/// Conditions on metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Metrics {
    /// Resources that are dropped with all their metrics. Default none.
    pub(crate) resource: Vec<String>,
    /// Metrics that are dropped with all their points. Default none.
    pub(crate) metric: Vec<String>,
    /// Points that are dropped. Default none.
    pub(crate) datapoint: Vec<String>,
    /// Matching by properties. Not supported: write conditions.
    #[serde(skip_serializing)]
    pub(crate) include: Unsupported,
    /// Matching by properties. Not supported: write conditions.
    #[serde(skip_serializing)]
    pub(crate) exclude: Unsupported,
}

/// Conditions on logs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Logs {
    /// Resources that are dropped with all their log records. Default none.
    pub(crate) resource: Vec<String>,
    /// Log records that are dropped. Default none.
    pub(crate) log_record: Vec<String>,
    /// Matching by properties. Not supported: write conditions.
    #[serde(skip_serializing)]
    pub(crate) include: Unsupported,
    /// Matching by properties. Not supported: write conditions.
    #[serde(skip_serializing)]
    pub(crate) exclude: Unsupported,
}

/// Conditions with what they share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Group {
    /// What the conditions are on: `resource`, `scope`, `span`, `spanevent`, `metric`, `datapoint`
    /// or `log`. Default: what their paths say.
    pub(crate) context: Option<Context>,
    /// The conditions. Default none.
    pub(crate) conditions: Vec<String>,
    /// What happens when one of these fails. Default: as for all.
    pub(crate) error_mode: Option<ErrorMode>,
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let mut wrong = refuse(
            "",
            &[
                ("profile_conditions", self.profile_conditions),
                ("profiles", self.profiles),
                ("spans", self.spans),
            ],
        );
        let metrics = [
            ("exclude", self.metrics.exclude),
            ("include", self.metrics.include),
        ];
        wrong.extend(refuse("metrics.", &metrics));
        let logs = [
            ("exclude", self.logs.exclude),
            ("include", self.logs.include),
        ];
        wrong.extend(refuse("logs.", &logs));
        wrong.extend(rules(self).err().unwrap_or_default());
        wrong
    }
}
