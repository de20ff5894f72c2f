//! What is about no signal alone.

use super::section::Section;
use crate::environment::lookup::{
    LOG_LEVELS, PAIRS, known_formats, log_level_of, pairs, unknown_formats,
};
use crate::environment::{Limits, LogLevel, Settings};

pub(super) fn read(root: &mut Section<'_>, settings: &mut Settings) {
    settings.disabled = root.boolean("disabled");
    settings.log_level = log_level(root);
    attribute_limits(root, &mut settings.limits);
    settings.resource_attributes = resource(root);
    settings.propagators = propagator(root);
}

/// `info3` is a kind of `info`.
fn log_level(root: &mut Section<'_>) -> LogLevel {
    let parse = |value: &str| log_level_of(value.trim_end_matches(['2', '3', '4']));
    let parsed = root.parse("log_level", LOG_LEVELS, "info", parse);
    parsed.unwrap_or_default()
}

/// They are those of spans and of log records, which may have limits of their own.
fn attribute_limits(root: &mut Section<'_>, limits: &mut Limits) {
    let mut section = root.section_or_empty("attribute_limits");
    let default = limits.attributes_per_span;
    let count = section.number("attribute_count_limit", 0, Some(default));
    limits.attributes_per_span = count.unwrap_or(default);
    limits.attributes_per_log = count.unwrap_or(default);
    let chars = section.number("attribute_value_length_limit", 0, None);
    limits.value_chars = chars;
    limits.log_value_chars = chars;
}

/// Those of the list give way to those of the map, which stand behind them.
fn resource(root: &mut Section<'_>) -> Vec<(String, String)> {
    let mut section = root.section_or_empty("resource");
    let list = section.parse("attributes_list", PAIRS, "none of them", pairs);
    let mut attributes = list.unwrap_or_default();
    for mut attribute in section.list("attributes") {
        let parse = |value: &str| (value == "string").then_some(());
        let _ = attribute.parse("type", "string", "the value as a text", parse);
        let name = attribute.text("name").unwrap_or_default();
        let Some(value) = attribute.text("value") else {
            continue;
        };
        if name.is_empty() {
            attribute.bad("name", "", "a name", "the other attributes");
        } else {
            attributes.push((name, value));
        }
    }
    attributes
}

/// A file without propagators wants none.
fn propagator(root: &mut Section<'_>) -> String {
    let mut section = root.section_or_empty("propagator");
    let mut names = Vec::new();
    for mut item in section.list("composite") {
        let is_known = |name: &str| unknown_formats(name).is_none();
        let known = item.keys().find(|name| is_known(name));
        if let Some(name) = known.map(str::to_owned) {
            let _ = item.section(&name);
            names.push(name);
        }
    }
    let key = "composite_list";
    if let Some(list) = section.text(key) {
        if let Some((unknown, used)) = unknown_formats(&list) {
            section.bad(key, &unknown, &known_formats(), &used);
        }
        names.push(list);
    }
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(",")
    }
}
