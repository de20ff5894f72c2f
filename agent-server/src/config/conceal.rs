//! Secrets that are written out in a configuration: found by the schemas of the components, hidden
//! where it is shown.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::tree::{Expansion, Node, Shape};
use super::{Place, Secret, Source};
use crate::registries::Registries;

/// What the registry entry of a type of component says.
macro_rules! of_entry {
    ($registries:expr, $section:expr, $kind:expr, |$entry:ident| $says:expr) => {{
        let kind = $kind;
        macro_rules! find {
            ($entries:expr) => {
                $entries
                    .iter()
                    .find(|entry| entry.is(kind))
                    .map(|$entry| $says)
            };
        }
        match $section {
            "connectors" => find!($registries.connectors),
            "exporters" => find!($registries.exporters),
            "extensions" => find!($registries.extensions),
            "processors" => find!($registries.processors),
            "receivers" => find!($registries.receivers),
            _ => None,
        }
    }};
}

/// A value that is a secret.
#[derive(Debug)]
pub(super) struct Found {
    /// The keys that lead to it.
    pub(super) path: String,
    /// Where it is.
    pub(super) place: Place,
    /// Whether it is written out, rather than a reference.
    pub(super) plain: bool,
    /// Whether it may be a URL with credentials.
    pub(super) has_credentials: bool,
    /// The files that it refers to.
    pub(super) files: Vec<String>,
}

/// Puts `[redacted]` in place of every secret in the components' sections. References, which say
/// where a secret is and not what it is, stay as they are.
pub(crate) fn conceal(root: &mut Node, registries: &Registries) {
    visit(root, registries, &mut |_, node| {
        if !is_nothing_or_reference(node) {
            node.shape = Shape::Text(Secret::REDACTED.to_owned());
        }
    });
}

/// Notes every secret of a configuration that has been expanded: messages about it, and lines that
/// are shown, do not repeat it then.
pub(super) fn mark(root: &mut Node, registries: &Registries) -> Vec<Found> {
    let mut found = Vec::new();
    let mut spans: Vec<(Arc<Source>, Vec<Range<usize>>)> = Vec::new();
    visit(root, registries, &mut |path, node| {
        let value = match &node.shape {
            Shape::Text(text) if !text.is_empty() => text.clone(),
            Shape::Bool(_) | Shape::Number(_) => node.to_json().to_string(),
            _ => return,
        };
        found.push(Found::new(path, node));
        if !node.expansions.is_empty() {
            return;
        }
        let reference = Secret::REDACTED.to_owned();
        node.expansions.push(Expansion { reference, value });
        let Place {
            source,
            offset,
            len,
            ..
        } = &node.place;
        let span = *offset..*offset + *len;
        match spans
            .iter_mut()
            .find(|(known, _)| Arc::ptr_eq(known, source))
        {
            Some((_, spans)) => spans.push(span),
            None => spans.push((Arc::clone(source), vec![span])),
        }
    });
    for (source, spans) in spans {
        // A text that is checked again has the same secrets.
        let _ = source.secrets.set(spans);
    }
    found
}

type Visit<'v> = &'v mut dyn FnMut(&str, &mut Node);

/// Calls `visit` with every secret, and the keys that lead to it.
fn visit(root: &mut Node, registries: &Registries, visit: Visit<'_>) {
    for section in fields(root) {
        let name = section.key.clone();
        for component in fields(&mut section.node) {
            let kind = component.key.split('/').next().unwrap_or_default().trim();
            // Most have none, and making a schema is the most code that a start would run.
            let value = component.node.to_json();
            if shows_no_secret(registries, &name, kind, &value) {
                continue;
            }
            if let Some(schema) = schema(registries, &name, kind) {
                let path = format!("{name}.{}", component.key);
                below(&mut component.node, &schema, &path, visit);
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

/// The schema of a type of component.
pub(super) fn schema(registries: &Registries, section: &str, kind: &str) -> Option<Value> {
    of_entry!(registries, section, kind, |entry| entry.schema())
}

/// Whether a component's configuration surely has no secret: it can be read, and shows none.
fn shows_no_secret(registries: &Registries, section: &str, kind: &str, value: &Value) -> bool {
    let effective = of_entry!(registries, section, kind, |entry| entry.effective(value));
    let effective = effective.and_then(Result::ok);
    effective.is_some_and(|value| !value.to_string().contains(Secret::REDACTED))
}

/// Visits what the schema of [`Secret`] describes, wherever it is in `node`.
fn below(node: &mut Node, schema: &Value, path: &str, visit: Visit<'_>) {
    if schema["writeOnly"] == true {
        visit(path, node);
    }
    for choices in ["allOf", "anyOf", "oneOf"] {
        for choice in schema[choices].as_array().into_iter().flatten() {
            below(node, choice, path, visit);
        }
    }
    match &mut node.shape {
        Shape::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                below(item, &schema["items"], &format!("{path}[{index}]"), visit);
            }
        }
        Shape::Map(fields) => {
            for field in fields {
                let known = schema["properties"].get(&field.key);
                let schema = known.unwrap_or(&schema["additionalProperties"]);
                let path = format!("{path}.{}", field.key);
                below(&mut field.node, schema, &path, visit);
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
