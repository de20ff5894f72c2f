//! What can be wrong with properties.

use regex::Regex;
use serde_json::Value;

use super::super::config::{Attribute, MatchType, Properties};
use super::like::KINDS;
use crate::component::Invalid;

/// Everything that is wrong with the properties at `key`.
pub(in super::super) fn check(key: &str, properties: &Properties) -> Vec<Invalid> {
    let mut check = Check {
        key,
        wrong: Vec::new(),
    };
    let Some(how) = properties.match_type else {
        check.wrong("match_type", "must be set: strict or regexp");
        return check.wrong;
    };
    if is_empty(properties) {
        let message = "asks for nothing: name services, span_names or another property";
        check.wrong.push(Invalid::new(key, message));
    }
    for (key, attributes) in [
        ("attributes", &properties.attributes),
        ("resources", &properties.resources),
    ] {
        check.attributes(key, how, attributes);
    }
    let lists = lists(properties);
    match how {
        MatchType::Strict => check.kinds(&properties.span_kinds),
        MatchType::Regexp => lists
            .iter()
            .for_each(|(key, texts)| check.texts(key, texts)),
    }
    check.libraries(how, properties);
    check.wrong
}

fn lists(properties: &Properties) -> [(&'static str, &[String]); 6] {
    [
        ("services", &properties.services),
        ("span_names", &properties.span_names),
        ("span_kinds", &properties.span_kinds),
        ("log_bodies", &properties.log_bodies),
        ("log_severity_texts", &properties.log_severity_texts),
        ("metric_names", &properties.metric_names),
    ]
}

fn is_empty(properties: &Properties) -> bool {
    lists(properties).iter().all(|(_, texts)| texts.is_empty())
        && properties.log_severity_number.is_none()
        && properties.attributes.is_empty()
        && properties.resources.is_empty()
        && properties.libraries.is_empty()
}

struct Check<'k> {
    key: &'k str,
    wrong: Vec<Invalid>,
}

impl Check<'_> {
    fn wrong(&mut self, key: &str, message: impl Into<String>) {
        let invalid = Invalid::new(format!("{}.{key}", self.key), message);
        self.wrong.push(invalid);
    }

    fn text(&mut self, key: &str, pattern: &str) {
        if let Err(error) = Regex::new(pattern) {
            self.wrong(key, error.to_string());
        }
    }

    fn texts(&mut self, key: &str, patterns: &[String]) {
        for (index, pattern) in patterns.iter().enumerate() {
            self.text(&format!("{key}[{index}]"), pattern);
        }
    }

    fn kinds(&mut self, kinds: &[String]) {
        for (index, kind) in kinds.iter().enumerate() {
            if !KINDS[1..].contains(&kind.as_str()) {
                let known = KINDS[1..].join(", ");
                let message = format!("`{kind}` is no kind of span: {known}");
                self.wrong(&format!("span_kinds[{index}]"), message);
            }
        }
    }

    fn attributes(&mut self, key: &str, how: MatchType, attributes: &[Attribute]) {
        for (index, attribute) in attributes.iter().enumerate() {
            if attribute.key.is_empty() {
                self.wrong(&format!("{key}[{index}].key"), "must be set");
            }
            let key = format!("{key}[{index}].value");
            match (&attribute.value, how) {
                (Value::Null, _) | (_, MatchType::Strict) => {}
                (Value::String(pattern), MatchType::Regexp) => self.text(&key, pattern),
                (_, MatchType::Regexp) => self.wrong(&key, "must be text with match_type: regexp"),
            }
        }
    }

    fn libraries(&mut self, how: MatchType, properties: &Properties) {
        for (index, library) in properties.libraries.iter().enumerate() {
            let key = format!("libraries[{index}]");
            if library.name.is_empty() {
                self.wrong(&format!("{key}.name"), "must be set");
            }
            if how == MatchType::Regexp {
                self.text(&format!("{key}.name"), &library.name);
                let version = library.version.as_deref().unwrap_or_default();
                self.text(&format!("{key}.version"), version);
            }
        }
    }
}
