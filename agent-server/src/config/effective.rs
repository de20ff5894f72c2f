//! A checked configuration with every default written out.

use serde_json::{Map, Value, json};

use super::configure::at_mut;
use super::model::{Component, Components, Config, Pipeline, Service};
use super::tree::{Node, Shape};

impl<C> Component<C> {
    /// The configuration with its defaults; secrets are not in it.
    pub(super) fn effective(&self) -> Option<Value> {
        self.entry.effective(&self.value).ok()
    }
}

impl Config {
    /// The configuration with every default written out. Secrets are `[redacted]`, and what was a
    /// reference still is. What nothing uses is left out.
    #[must_use]
    pub fn effective(&self) -> Value {
        let mut root = Map::new();
        insert(&mut root, "receivers", &self.receivers);
        insert(&mut root, "processors", &self.processors);
        insert(&mut root, "exporters", &self.exporters);
        insert(&mut root, "connectors", &self.connectors);
        insert(&mut root, "extensions", &self.extensions);
        root.insert("service".to_owned(), service(&self.service));
        Value::Object(root)
    }
}

fn insert<C>(root: &mut Map<String, Value>, section: &str, components: &Components<C>) {
    let written = components.iter().filter_map(|(id, component)| {
        let mut value = component.effective()?;
        restore(&component.written.node, &mut value);
        Some((id.to_string(), value))
    });
    let written: Map<String, Value> = written.collect();
    if !written.is_empty() {
        root.insert(section.to_owned(), Value::Object(written));
    }
}

fn service(service: &Service) -> Value {
    let pipeline = |pipeline: &Pipeline| {
        let ids = |ids: &[crate::component::ComponentId]| {
            let ids = ids.iter().map(ToString::to_string);
            ids.collect::<Vec<_>>()
        };
        let value = json!({
            "receivers": ids(&pipeline.receivers),
            "processors": ids(&pipeline.processors),
            "exporters": ids(&pipeline.exporters),
            "acknowledge": pipeline.acknowledge,
        });
        (pipeline.name.clone(), value)
    };
    let pipelines: Map<String, Value> = service.pipelines.iter().map(pipeline).collect();
    let extensions: Vec<String> = service.extensions.iter().map(ToString::to_string).collect();
    let telemetry = serde_json::to_value(&service.telemetry);
    let data = serde_json::to_value(&service.data);
    let mut value = json!({
        "data": data.unwrap_or_default(),
        "extensions": extensions,
        "telemetry": telemetry.unwrap_or_default(),
        "pipelines": pipelines,
    });
    restore(&service.written.node, &mut value);
    value
}

/// Puts references back where they were: what they stood for may be secret.
fn restore(written: &Node, value: &mut Value) {
    written.walk(&mut |path, node| {
        if node.expansions.is_empty() {
            return;
        }
        if let Some(place) = at_mut(value, path) {
            *place = Value::String(as_written(node));
        }
    });
}

fn as_written(node: &Node) -> String {
    let text = match &node.shape {
        Shape::Text(text) => text.clone(),
        _ => String::new(),
    };
    let mut references = node.expansions.iter();
    match (references.next(), references.next()) {
        (Some(only), None) if only.value == text || text.is_empty() => only.reference.clone(),
        _ => node
            .expansions
            .iter()
            .fold(text, |text, one| match one.value.as_str() {
                "" => text + &one.reference,
                value => text.replacen(value, &one.reference, 1),
            }),
    }
}
