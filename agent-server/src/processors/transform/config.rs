//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sections::sections;
use crate::component::{Invalid, Validate};
use crate::ottl::{Context, ErrorMode, Listed};
use crate::receivers::{Unsupported, refuse};

/// The configuration of `transform`, with the Collector's keys and defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// What happens when a statement fails on some data: `propagate` refuses the payload for good,
    /// `ignore` logs the first failure and goes on with the next statement, `silent` does not log.
    /// Default propagate.
    pub(crate) error_mode: ErrorMode,
    /// Statements on traces, in order: as text, whose paths say what they are on, or in groups.
    /// Default none.
    pub(crate) trace_statements: Vec<Listed<Group>>,
    /// Statements on metrics. Default none.
    pub(crate) metric_statements: Vec<Listed<Group>>,
    /// Statements on logs. Default none.
    pub(crate) log_statements: Vec<Listed<Group>>,
    /// Statements on profiles. Not supported.
    #[serde(skip_serializing)]
    pub(crate) profile_statements: Unsupported,
    /// A resource and scope for every log record. Not supported.
    #[serde(skip_serializing)]
    pub(crate) flatten_data: Unsupported,
}

/// Statements with what they share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Group {
    /// What the statements are on: `resource`, `scope`, `span`, `spanevent`, `metric`, `datapoint`
    /// or `log`. Default: what their paths say.
    pub(crate) context: Option<Context>,
    /// Conditions of which one must hold for the statements to run. Default none: they run always.
    pub(crate) conditions: Vec<String>,
    /// The statements. Default none.
    pub(crate) statements: Vec<String>,
    /// What happens when one of these fails. Default: as for all.
    pub(crate) error_mode: Option<ErrorMode>,
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let keys = [
            ("flatten_data", self.flatten_data),
            ("profile_statements", self.profile_statements),
        ];
        let mut wrong = refuse("", &keys);
        wrong.extend(sections(self).err().unwrap_or_default());
        wrong
    }
}
