//! What a user writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::filter;
use crate::component::{Invalid, Validate};
use crate::processors::actions::{self, Action};

/// The key of the actions.
pub(super) const ACTIONS: &str = "actions";

/// The configuration of `attributes`, with the Collector's keys and defaults.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// What an item must be like. Default: anything.
    pub(super) include: Option<Properties>,
    /// What an item must not be like; asked after `include`. Default: nothing.
    pub(super) exclude: Option<Properties>,
    /// What is done to the attributes, in this order. Must be set.
    pub(super) actions: Vec<Action>,
}

impl Validate for Config {
    fn validate(&self) -> Vec<Invalid> {
        let include = self.include.iter().map(|include| ("include", include));
        let exclude = self.exclude.iter().map(|exclude| ("exclude", exclude));
        let filters = include.chain(exclude);
        let mut wrong: Vec<_> = filters
            .flat_map(|(key, properties)| filter::check(key, properties))
            .collect();
        wrong.extend(actions::check(ACTIONS, &self.actions));
        wrong
    }
}

/// How texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MatchType {
    /// As regular expressions, anywhere in the text.
    Regexp,
    /// Letter by letter.
    Strict,
}

/// What an item is like: everything that is set must be so.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Properties {
    /// How texts are compared. Must be set.
    pub(super) match_type: Option<MatchType>,
    /// The Collector's cache of regular expressions: taken, and without effect.
    pub(super) regexp: Option<RegexpCache>,
    /// Names of services, one of which is that of the resource.
    pub(super) services: Vec<String>,
    /// Names, one of which is that of the span.
    pub(super) span_names: Vec<String>,
    /// Kinds, one of which is that of the span: `SPAN_KIND_SERVER` and the like.
    pub(super) span_kinds: Vec<String>,
    /// Texts, one of which is the body of the log record.
    pub(super) log_bodies: Vec<String>,
    /// Texts, one of which is the severity text of the log record.
    pub(super) log_severity_texts: Vec<String>,
    /// The severity that a log record has at least.
    pub(super) log_severity_number: Option<Severity>,
    /// Names, one of which is that of the metric.
    pub(super) metric_names: Vec<String>,
    /// Attributes, all of which the item has.
    pub(super) attributes: Vec<Attribute>,
    /// Attributes, all of which the resource has.
    pub(super) resources: Vec<Attribute>,
    /// Instrumentation scopes, all of which are that of the item.
    pub(super) libraries: Vec<Library>,
}

/// The Collector's cache of regular expressions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RegexpCache {
    /// Without effect.
    pub(super) cacheenabled: bool,
    /// Without effect.
    pub(super) cachemaxnumentries: u64,
}

/// A severity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Severity {
    /// The least severity number, 1 to 24. Default 0.
    pub(super) min: u64,
    /// Whether a log record without a severity is meant as well. Default false.
    pub(super) match_undefined: bool,
}

/// An attribute.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Attribute {
    /// Its key. Must be set.
    pub(super) key: String,
    /// Its value; text with `regexp`. Default: any.
    pub(super) value: Value,
}

/// An instrumentation scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Library {
    /// Its name. Must be set.
    pub(super) name: String,
    /// Its version. Default: any.
    pub(super) version: Option<String>,
}
