//! The keys that exporters of Prometheus series share.

use std::collections::BTreeMap;

use campanile_wire::prometheus::{is_label_name, sanitized};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;

/// A switch with the Collector's shape, off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Switch {
    /// Whether it is on. Default false.
    pub(crate) enabled: bool,
}

/// Labels of every series, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(transparent)]
pub(crate) struct AddedLabels(BTreeMap<String, String>);

impl AddedLabels {
    /// Everything wrong with them, with keys below `key`.
    pub(crate) fn validate(&self, key: &str) -> Vec<Invalid> {
        let names = self.0.keys();
        let wrong = names.filter(|name| !is_label_name(name) || name.starts_with('_'));
        wrong
            .map(|name| Invalid {
                help: Some(format!("write `{}`", sanitized(name).trim_matches('_'))),
                ..Invalid::new(
                    format!("{key}.{name}"),
                    "a label has letters, digits and underscores, of which the first is a letter",
                )
            })
            .collect()
    }

    /// Names and values.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        self.0.clone().into_iter().collect()
    }
}
