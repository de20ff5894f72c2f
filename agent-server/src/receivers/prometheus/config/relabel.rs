//! One step of relabelling, as a user writes it.

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Found;
use crate::receivers::prometheus::parse::is_label_name;
use crate::receivers::prometheus::relabel;

/// What a step does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Drops what matches.
    Drop,
    /// Drops what has in `target_label` the joined source labels.
    DropEqual,
    /// Sets `target_label` to the remainder of a hash of the source labels, divided by `modulus`.
    HashMod,
    /// Drops what does not match.
    Keep,
    /// Drops what has in `target_label` something else than the joined source labels.
    KeepEqual,
    /// Removes labels whose name matches.
    LabelDrop,
    /// Removes labels whose name does not match.
    LabelKeep,
    /// Copies labels whose name matches to the name `replacement`.
    LabelMap,
    /// Sets `target_label` to the source labels in lower case.
    Lowercase,
    /// Sets `target_label` to `replacement` where the source labels match.
    #[default]
    Replace,
    /// Sets `target_label` to the source labels in upper case.
    Uppercase,
}

/// One step of relabelling.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RelabelConfig {
    /// What the step does. Default replace.
    pub action: Action,
    /// What to divide the hash by (hashmod). Default 0.
    pub modulus: u64,
    /// What must match, from beginning to end, in the syntax of RE2. Default `(.*)`.
    pub regex: String,
    /// What to set; `$1` stands for what the first group of `regex` has matched. Default `$1`.
    pub replacement: String,
    /// What stands between the joined source labels. Default `;`.
    pub separator: String,
    /// The labels whose values are joined and matched. Default none.
    pub source_labels: Vec<String>,
    /// The label to set. Default none.
    pub target_label: String,
}

impl Default for RelabelConfig {
    fn default() -> Self {
        Self {
            action: Action::default(),
            modulus: 0,
            regex: "(.*)".to_owned(),
            replacement: "$1".to_owned(),
            separator: ";".to_owned(),
            source_labels: Vec::new(),
            target_label: String::new(),
        }
    }
}

impl RelabelConfig {
    /// Finds everything that is wrong with the step.
    pub(super) fn check(&self, found: &mut Found<'_>) {
        if let Err(error) = relabel::compile(&self.regex) {
            found.add("regex", relabel::explain(&error));
        }
        if self.source_labels.iter().any(String::is_empty) {
            found.add("source_labels", "has an empty name");
        }
        if self.action == Action::HashMod && self.modulus == 0 {
            found.add("modulus", "is required for hashmod: a number above 0");
        }
        if let Some(wrong) = self.wrong_target() {
            found.add("target_label", wrong);
        }
        if self.action == Action::LabelMap && self.replacement.is_empty() {
            found.add(
                "replacement",
                "is required for labelmap: the name to copy to",
            );
        }
        self.check_unused(found);
    }

    fn wrong_target(&self) -> Option<&'static str> {
        match self.action {
            Action::Drop
            | Action::Keep
            | Action::LabelDrop
            | Action::LabelKeep
            | Action::LabelMap => None,
            _ if self.target_label.is_empty() => Some("is required for this action"),
            Action::Replace if self.target_label.contains('$') => None,
            _ => (!is_label_name(&self.target_label)).then_some("is not the name of a label"),
        }
    }

    /// What is written but would have no effect is a mistake.
    fn check_unused(&self, found: &mut Found<'_>) {
        let defaults = Self::default();
        let set = [
            ("modulus", self.modulus != defaults.modulus),
            ("regex", self.regex != defaults.regex),
            ("replacement", self.replacement != defaults.replacement),
            ("separator", self.separator != defaults.separator),
            ("source_labels", !self.source_labels.is_empty()),
            ("target_label", !self.target_label.is_empty()),
        ];
        let unused: &[&str] = match self.action {
            Action::DropEqual | Action::KeepEqual => {
                &["modulus", "regex", "replacement", "separator"]
            }
            Action::LabelDrop | Action::LabelKeep => &[
                "modulus",
                "replacement",
                "separator",
                "source_labels",
                "target_label",
            ],
            _ => &[],
        };
        for (key, _) in set.iter().filter(|(key, set)| *set && unused.contains(key)) {
            found.add(key, "has no effect for this action");
        }
    }

    /// The expression, which [`check`](Self::check) has found valid.
    pub(crate) fn compiled(&self) -> Result<Regex, regex::Error> {
        relabel::compile(&self.regex)
    }
}
