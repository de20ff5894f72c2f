//! What a value with a schema looks like.

use serde_json::Value;

/// The shapes that a schema allows, without `null`.
pub(super) fn alternatives(schema: &Value) -> Vec<&Value> {
    let inner: Vec<&Value> = ["anyOf", "oneOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
        .flat_map(alternatives)
        .filter(|shape| shape.get("type") != Some(&Value::from("null")))
        .collect();
    if inner.is_empty() {
        vec![schema]
    } else {
        inner
    }
}

/// Every value of a schema that lists them, or of the items of a list.
pub(super) fn values(schema: &Value) -> Vec<String> {
    let shapes = alternatives(schema).into_iter().flat_map(|shape| {
        let items = shape.get("items").map(alternatives);
        items.unwrap_or_else(|| vec![shape])
    });
    let listed = shapes.flat_map(|shape| {
        let several = shape.get("enum").and_then(Value::as_array);
        shape
            .get("const")
            .into_iter()
            .chain(several.into_iter().flatten())
    });
    listed
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The type in words; `enum` where every value is listed.
pub(super) fn kind(schema: &Value) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for shape in alternatives(schema) {
        let kind = of_shape(shape);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" or ")
}

fn of_shape(shape: &Value) -> String {
    if shape.get("const").is_some() || shape.get("enum").is_some() {
        return "enum".to_owned();
    }
    // Types that are read by hand have a name of their own; a Rust type's name is no use here.
    let title = shape.get("title").and_then(Value::as_str);
    if let Some(title) = title.filter(|title| title.starts_with(|c: char| c.is_lowercase())) {
        return title.to_owned();
    }
    let types = match shape.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => vec!["any"],
    };
    let named = types
        .iter()
        .filter(|name| **name != "null")
        .map(|name| match *name {
            "array" => of_elements("list", shape.get("items")),
            "object" => of_elements("map", shape.get("additionalProperties")),
            name => name.to_owned(),
        });
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        "none".to_owned()
    } else {
        named.join(" or ")
    }
}

/// `list of string`; only `map` for a block, whose keys are known.
fn of_elements(whole: &str, element: Option<&Value>) -> String {
    match element {
        Some(element @ Value::Object(_)) => format!("{whole} of {}", kind(element)),
        _ => whole.to_owned(),
    }
}
