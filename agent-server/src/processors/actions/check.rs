//! What can be wrong with an action.

use regex::Regex;

use super::config::{Action, Does};
use crate::component::Invalid;

/// Everything that is wrong with the `actions` at `key`.
pub(crate) fn check(key: &str, actions: &[Action]) -> Vec<Invalid> {
    if actions.is_empty() {
        return vec![Invalid::new(key, "there is nothing to do: name an action")];
    }
    let each = actions.iter().enumerate();
    each.flat_map(|(index, action)| {
        let mut check = Check {
            at: format!("{key}[{index}]"),
            action,
            wrong: Vec::new(),
        };
        check.action();
        check.wrong
    })
    .collect()
}

struct Check<'a> {
    at: String,
    action: &'a Action,
    wrong: Vec<Invalid>,
}

impl Check<'_> {
    fn wrong(&mut self, key: &str, message: impl Into<String>) {
        let invalid = Invalid::new(format!("{}.{key}", self.at), message);
        self.wrong.push(invalid);
    }

    fn action(&mut self) {
        let action = self.action;
        let Some(does) = action.action else {
            let all = "insert, update, upsert, delete, hash, extract or convert";
            return self.wrong("action", format!("must be set: {all}"));
        };
        let by_pattern = matches!(does, Does::Delete | Does::Hash);
        let has_pattern = by_pattern && !action.pattern.is_empty();
        if action.key.is_empty() && !has_pattern {
            let or = if by_pattern { ", or `pattern`" } else { "" };
            self.wrong("key", format!("must be set{or}"));
        }
        match does {
            Does::Insert | Does::Update | Does::Upsert => self.source(),
            Does::Delete | Does::Hash => {
                self.pattern();
            }
            Does::Extract => self.groups(),
            Does::Convert if action.converted_type.is_none() => {
                self.wrong("converted_type", "must be set: int, double or string");
            }
            Does::Convert => {}
        }
        self.unused(does);
    }

    /// Exactly one of the keys that say where a value comes from.
    fn source(&mut self) {
        let set = self.sources().into_iter().filter(|(_, set)| *set).count();
        if set != 1 {
            let all = "`value`, `from_attribute`, `from_context`";
            let message = format!("takes its value from exactly one of {all}");
            self.wrong("action", message);
        }
        let context = &self.action.from_context;
        if !context.is_empty() && context != "client.address" {
            let message = format!("`{context}` is not known here: only `client.address` is");
            self.wrong("from_context", message);
        }
    }

    fn sources(&self) -> [(&'static str, bool); 3] {
        let action = self.action;
        [
            ("value", !action.value.is_null()),
            ("from_attribute", !action.from_attribute.is_empty()),
            ("from_context", !action.from_context.is_empty()),
        ]
    }

    fn pattern(&mut self) -> Option<Regex> {
        match Regex::new(&self.action.pattern) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.wrong("pattern", error.to_string());
                None
            }
        }
    }

    fn groups(&mut self) {
        if self.action.pattern.is_empty() {
            return self.wrong(
                "pattern",
                "must be set: what to extract, such as `(?P<user>\\w+)`",
            );
        }
        let Some(pattern) = self.pattern() else {
            return;
        };
        let mut groups = pattern.capture_names().skip(1).peekable();
        if groups.peek().is_none() || groups.any(|name| name.is_none()) {
            let message = "every group must have a name, and there must be one: `(?P<user>\\w+)`";
            self.wrong("pattern", message);
        }
    }

    /// Keys that are set and have no effect.
    fn unused(&mut self, does: Does) {
        let adds = matches!(does, Does::Insert | Does::Update | Does::Upsert);
        let pattern = matches!(does, Does::Delete | Does::Extract | Does::Hash);
        let action = self.action;
        let sources = self.sources().map(|(key, set)| (key, set && !adds));
        let others = [
            ("pattern", !action.pattern.is_empty() && !pattern),
            (
                "converted_type",
                action.converted_type.is_some() && does != Does::Convert,
            ),
        ];
        for (key, unused) in sources.into_iter().chain(others) {
            if unused {
                self.wrong(key, "is not used by this action: remove it");
            }
        }
    }
}
