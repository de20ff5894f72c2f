//! From a schema to the keys in it.

use serde_json::Value;

use super::kind::{alternatives, kind, values};
use super::{Key, first_sentence};

/// The keys of a configuration with this schema, in the schema's order, each block before what is
/// in it. `required` are the keys whose defaults are refused.
pub(in crate::component) fn keys(
    schema: &Value,
    defaults: &Value,
    required: &[String],
) -> Vec<Key> {
    let mut walk = Walk {
        keys: Vec::new(),
        required,
    };
    walk.block("", schema, Some(defaults));
    walk.keys
}

struct Walk<'w> {
    keys: Vec<Key>,
    required: &'w [String],
}

impl Walk<'_> {
    /// What is in a block, in each of its alternative shapes.
    fn block(&mut self, path: &str, schema: &Value, defaults: Option<&Value>) {
        for shape in alternatives(schema) {
            let properties = shape.get("properties").and_then(Value::as_object);
            for (name, value) in properties.into_iter().flatten() {
                // Of a variant that holds something, the documentation is on the variant.
                let variant = (!std::ptr::eq(shape, schema)).then_some(shape);
                let about = value.get("description");
                let about = about.or_else(|| variant?.get("description"));
                let default = defaults.and_then(|defaults| defaults.get(name));
                self.key(&join(path, name), value, about, default);
            }
            if let Some(items) = shape.get("items") {
                self.block(&format!("{path}[]"), items, None);
            }
            if let Some(values) = shape.get("additionalProperties").filter(|s| s.is_object()) {
                self.block(&join(path, "<name>"), values, None);
            }
        }
    }

    fn key(&mut self, path: &str, schema: &Value, about: Option<&Value>, default: Option<&Value>) {
        if self.keys.iter().any(|key| key.path == path) {
            return;
        }
        let own = default.or_else(|| schema.get("default"));
        let description = about.and_then(Value::as_str).unwrap_or_default();
        self.keys.push(Key {
            kind: kind(schema),
            values: values(schema),
            default: own.filter(|own| !is_block(schema, own)).cloned(),
            required: self.required.iter().any(|key| key == path),
            supported: !is_marked(schema),
            about: first_sentence(description),
            description: description.to_owned(),
            path: path.to_owned(),
        });
        self.block(path, schema, own);
    }
}

/// Whether the default of a value is told by the keys in it.
fn is_block(schema: &Value, default: &Value) -> bool {
    let shapes = alternatives(schema);
    let has_keys = shapes.iter().any(|shape| shape.get("properties").is_some());
    has_keys && default.is_object()
}

fn is_marked(schema: &Value) -> bool {
    schema.get("x-unsupported") == Some(&Value::Bool(true))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
