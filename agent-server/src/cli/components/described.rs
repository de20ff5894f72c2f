//! What is said of a component, and of a key.

use serde::Serialize;
use serde_json::Value;

use crate::component::{Entry, Key};
use crate::registries::Registries;

/// A component, as it is listed.
#[derive(Serialize)]
pub(super) struct Described {
    /// Where in the configuration: `receivers`.
    pub(super) section: &'static str,
    /// The type: `otlp`.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// What it is for.
    pub(super) about: &'static str,
    /// What it handles.
    pub(super) signals: Vec<&'static str>,
    /// The default configuration.
    pub(super) default: Value,
    /// What can be configured.
    pub(super) keys: Vec<Key>,
}

/// Every component, in the order of the sections and registries.
pub(super) fn describe(registries: &Registries) -> Vec<Described> {
    let mut list = described("receivers", registries.receivers);
    list.extend(described("processors", registries.processors));
    list.extend(described("exporters", registries.exporters));
    list.extend(described("connectors", registries.connectors));
    list.extend(described("extensions", registries.extensions));
    list
}

fn described<C>(section: &'static str, entries: &[Entry<C>]) -> Vec<Described> {
    let entries = entries.iter().map(|entry| Described {
        section,
        kind: entry.kind,
        about: entry.about,
        signals: entry.signals.iter().map(|signal| signal.name()).collect(),
        default: entry.defaults(),
        keys: entry.keys(),
    });
    entries.collect()
}

impl Described {
    /// "takes spans (traces, metrics)".
    pub(super) fn about_and_signals(&self) -> String {
        if self.signals.is_empty() {
            self.about.to_owned()
        } else {
            format!("{} ({})", self.about, self.signals.join(", "))
        }
    }
}

/// The type of a key, or all that it may be.
pub(super) fn type_of(key: &Key, separator: &str) -> String {
    key.kind.replacen("enum", &key.values.join(separator), 1)
}

/// The default as one would write it; "required" where there is none that works.
pub(super) fn default_of(key: &Key) -> String {
    if key.required {
        return "required".to_owned();
    }
    match &key.default {
        None => String::new(),
        Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(other) => other.to_string(),
    }
}
