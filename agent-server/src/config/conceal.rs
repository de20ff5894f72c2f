//! A configuration that can be shown: secrets that are written out in it are not.

use serde_json::Value;

use super::Secret;
use super::tree::{Node, Shape};
use crate::registries::Registries;

/// Puts `[redacted]` in place of every secret in the components' sections. References, which say
/// where a secret is and not what it is, stay as they are.
pub(crate) fn conceal(root: &mut Node, registries: &Registries) {
    for section in fields(root) {
        let name = section.key.clone();
        for component in fields(&mut section.node) {
            let kind = component.key.split('/').next().unwrap_or_default().trim();
            if let Some(schema) = schema(registries, &name, kind) {
                hide(&mut component.node, &schema);
            }
        }
    }
}

fn fields(node: &mut Node) -> &mut [super::tree::Field] {
    match &mut node.shape {
        Shape::Map(fields) => fields,
        _ => &mut [],
    }
}

fn schema(registries: &Registries, section: &str, kind: &str) -> Option<Value> {
    macro_rules! of {
        ($entries:expr) => {
            $entries
                .iter()
                .find(|entry| entry.is(kind))
                .map(|entry| entry.schema())
        };
    }
    match section {
        "connectors" => of!(registries.connectors),
        "exporters" => of!(registries.exporters),
        "extensions" => of!(registries.extensions),
        "processors" => of!(registries.processors),
        "receivers" => of!(registries.receivers),
        _ => None,
    }
}

/// Hides what the schema of [`Secret`] describes, wherever it is in `node`.
fn hide(node: &mut Node, schema: &Value) {
    if schema["writeOnly"] == true && !is_nothing_or_reference(node) {
        node.shape = Shape::Text(Secret::REDACTED.to_owned());
    }
    for choices in ["allOf", "anyOf", "oneOf"] {
        for choice in schema[choices].as_array().into_iter().flatten() {
            hide(node, choice);
        }
    }
    match &mut node.shape {
        Shape::List(items) => {
            for item in items {
                hide(item, &schema["items"]);
            }
        }
        Shape::Map(fields) => {
            for field in fields {
                let known = schema["properties"].get(&field.key);
                hide(
                    &mut field.node,
                    known.unwrap_or(&schema["additionalProperties"]),
                );
            }
        }
        Shape::Bool(_) | Shape::Null | Shape::Number(_) | Shape::Text(_) => {}
    }
}

fn is_nothing_or_reference(node: &Node) -> bool {
    match &node.shape {
        Shape::Null => true,
        Shape::Text(text) => text.is_empty() || text.contains("${"),
        _ => false,
    }
}
