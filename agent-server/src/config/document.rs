//! The JSON schema of a whole configuration, computed from the registries: what editors complete
//! and check with.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Data, Telemetry};
use crate::component::Entry;
use crate::registries::Registries;

/// What a value may be wherever a number, a boolean or a word is wanted: it is expanded later.
const REFERENCE: &str = r"\$\{";

/// The schema, in JSON Schema's draft 2020-12. Every component is a definition, `receivers.otlp`;
/// a section takes it under its type and under `type/name`.
pub(crate) fn document(registries: &Registries) -> Value {
    let mut definitions = Map::new();
    let sections = [
        section("receivers", registries.receivers, &mut definitions),
        section("processors", registries.processors, &mut definitions),
        section("exporters", registries.exporters, &mut definitions),
        section("connectors", registries.connectors, &mut definitions),
        section("extensions", registries.extensions, &mut definitions),
    ];
    let mut properties: Map<String, Value> = sections
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    properties.insert("service".to_owned(), service());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of the Campanile agent",
        "type": "object",
        "properties": properties,
        "required": ["service"],
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// The schema of one section; the schemas of its components become definitions.
fn section<C>(
    name: &'static str,
    entries: &[Entry<C>],
    definitions: &mut Map<String, Value>,
) -> (&'static str, Value) {
    let mut patterns = Map::new();
    for entry in entries {
        let key = format!("{name}.{}", entry.kind);
        let names: Vec<&str> = std::iter::once(entry.kind)
            .chain(entry.aliases.iter().copied())
            .collect();
        let pattern = format!("^({})(/.+)?$", names.join("|"));
        patterns.insert(pattern, json!({"$ref": format!("#/$defs/{key}")}));
        let mut schema = entry.schema();
        loosen(&mut schema);
        move_references(&mut schema, &format!("#/$defs/{key}/$defs/"));
        if let Some(object) = schema.as_object_mut() {
            object.remove("$schema");
            object.insert("title".to_owned(), Value::from(entry.kind));
            object.insert("description".to_owned(), Value::from(entry.about));
        }
        definitions.insert(key, schema);
    }
    let schema = json!({
        "type": ["object", "null"],
        "patternProperties": patterns,
        "additionalProperties": false,
    });
    (name, schema)
}

fn service() -> Value {
    let ids = |about: &str| json!({"type": ["array", "null"], "items": {"type": "string"}, "description": about});
    let pipeline = json!({
        "type": "object",
        "properties": {
            "receivers": ids("Where the pipeline begins"),
            "processors": ids("What its payloads pass, in this order"),
            "exporters": ids("Where it ends"),
            "acknowledge": {
                "enum": ["memory", "written", "synced", null],
                "description": "When senders are told that a payload is accepted. Default written where there is a data directory, else memory",
            },
        },
        "required": ["receivers", "exporters"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {
            "data": block::<Data>(),
            "extensions": ids("The extensions that are started, in this order"),
            "pipelines": {
                "type": "object",
                "minProperties": 1,
                "patternProperties": {"^(traces|metrics|logs)(/.+)?$": pipeline},
                "additionalProperties": false,
            },
            "telemetry": block::<Telemetry>(),
        },
        "required": ["pipelines"],
        "additionalProperties": false,
    })
}

/// A block that is no component.
fn block<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    loosen(&mut schema);
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
        object.remove("title");
    }
    schema
}

/// Makes references to a component's own definitions, which is how it says that a block may hold
/// others of its kind, lead to where these are now: below `root`.
fn move_references(schema: &mut Value, root: &str) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("{root}{name}");
            }
            object
                .values_mut()
                .for_each(|value| move_references(value, root));
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| move_references(item, root)),
        _ => {}
    }
}

/// Lets through what is no mistake: nothing for a default, and references.
fn loosen(schema: &mut Value) {
    match schema {
        Value::Object(object) => loosen_object(object),
        Value::Array(items) => items.iter_mut().for_each(loosen),
        _ => {}
    }
}

fn loosen_object(object: &mut Map<String, Value>) {
    if object.contains_key("x-unsupported") {
        return;
    }
    // A value that is nothing or a reference fits several of them.
    if let Some(choices) = object.remove("oneOf") {
        object.insert("anyOf".to_owned(), choices);
    }
    if object.contains_key("const") || object.contains_key("enum") {
        let listed = std::mem::take(object);
        object.extend(
            listed
                .get("description")
                .map(|about| ("description".to_owned(), about.clone())),
        );
        let reference = json!({"type": "string", "pattern": REFERENCE});
        object.insert(
            "anyOf".to_owned(),
            json!([listed, reference, {"type": "null"}]),
        );
        return;
    }
    for key in ["properties", "patternProperties"] {
        let inner = object.get_mut(key).and_then(Value::as_object_mut);
        inner
            .into_iter()
            .flat_map(|map| map.values_mut())
            .for_each(loosen);
    }
    for key in ["items", "additionalProperties", "anyOf", "allOf"] {
        object.get_mut(key).into_iter().for_each(loosen);
    }
    loosen_types(object);
}

fn loosen_types(object: &mut Map<String, Value>) {
    let mut types = match object.get("type") {
        Some(Value::String(one)) => vec![Value::from(one.as_str())],
        Some(Value::Array(several)) => several.clone(),
        _ => return,
    };
    let scalar = |name: &Value| {
        ["boolean", "integer", "number"].contains(&name.as_str().unwrap_or_default())
    };
    let text = Value::from("string");
    if types.iter().any(scalar) && !types.contains(&text) {
        types.push(text);
        object.insert("pattern".to_owned(), Value::from(REFERENCE));
    }
    let nothing = Value::from("null");
    if !types.contains(&nothing) {
        types.push(nothing);
    }
    object.insert("type".to_owned(), Value::from(types));
}
