//! The steps, ready to be applied.

use regex::Regex;

use super::md5::md5;
use crate::receivers::prometheus::config::{Action, RelabelConfig};
use crate::receivers::prometheus::labels::Labels;
use crate::receivers::prometheus::parse::is_label_name;

/// A list of steps.
#[derive(Clone, Debug, Default)]
pub(in crate::receivers::prometheus) struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    config: RelabelConfig,
    regex: Regex,
    /// The expression matches everything, as one group.
    matches_all: bool,
}

impl Rules {
    /// Compiles `configs`.
    ///
    /// # Errors
    ///
    /// When an expression is not valid.
    pub(in crate::receivers::prometheus) fn new(
        configs: &[RelabelConfig],
    ) -> Result<Self, regex::Error> {
        let rule = |config: &RelabelConfig| {
            Ok(Rule {
                regex: config.compiled()?,
                matches_all: config.regex == "(.*)",
                config: config.clone(),
            })
        };
        configs.iter().map(rule).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there are no steps.
    pub(in crate::receivers::prometheus) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Applies every step, and says whether to keep what has these labels.
    pub(in crate::receivers::prometheus) fn apply(&self, labels: &mut Labels<'_>) -> bool {
        self.0.iter().all(|rule| rule.apply(labels))
    }
}

impl Rule {
    fn apply(&self, labels: &mut Labels<'_>) -> bool {
        let target = || self.config.target_label.clone();
        match self.config.action {
            Action::Drop => return !self.regex.is_match(&self.value(labels)),
            Action::Keep => return self.regex.is_match(&self.value(labels)),
            Action::DropEqual => return labels.get(&target()) != self.value(labels),
            Action::KeepEqual => return labels.get(&target()) == self.value(labels),
            Action::HashMod => labels.set(target(), self.remainder(labels).to_string()),
            Action::LabelDrop => labels.retain(|name| !self.regex.is_match(name)),
            Action::LabelKeep => labels.retain(|name| self.regex.is_match(name)),
            Action::LabelMap => self.map(labels),
            Action::Lowercase => labels.set(target(), self.value(labels).to_lowercase()),
            Action::Replace => self.replace(labels),
            Action::Uppercase => labels.set(target(), self.value(labels).to_uppercase()),
        }
        true
    }

    /// The source labels, joined.
    fn value(&self, labels: &Labels<'_>) -> String {
        let mut value = String::new();
        for (index, name) in self.config.source_labels.iter().enumerate() {
            if index > 0 {
                value.push_str(&self.config.separator);
            }
            value.push_str(labels.get(name));
        }
        value
    }

    /// The last eight bytes of the hash, as Prometheus has it, so that shards of both agree.
    fn remainder(&self, labels: &Labels<'_>) -> u64 {
        let [.., a, b, c, d, e, f, g, h] = md5(self.value(labels).as_bytes());
        let hash = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        hash.checked_rem(self.config.modulus).unwrap_or(0)
    }

    fn map(&self, labels: &mut Labels<'_>) {
        let mapped: Vec<_> = labels
            .iter()
            .filter_map(|(name, value)| {
                let captures = self.regex.captures(name)?;
                let mut mapped = String::new();
                captures.expand(&self.config.replacement, &mut mapped);
                Some((mapped, value.to_owned()))
            })
            .collect();
        for (name, value) in mapped {
            labels.set(name, value);
        }
    }

    fn replace(&self, labels: &mut Labels<'_>) {
        let value = self.value(labels);
        let RelabelConfig {
            target_label,
            replacement,
            ..
        } = &self.config;
        if self.matches_all && replacement == "$1" && !target_label.contains('$') {
            labels.set(target_label.clone(), value);
            return;
        }
        let Some(captures) = self.regex.captures(&value) else {
            return;
        };
        let (mut target, mut replaced) = (String::new(), String::new());
        captures.expand(target_label, &mut target);
        if is_label_name(&target) {
            captures.expand(replacement, &mut replaced);
            labels.set(target, replaced);
        }
    }
}
