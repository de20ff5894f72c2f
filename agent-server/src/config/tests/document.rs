//! The JSON schema of a whole configuration.

use regex::Regex;
use serde_json::Value;

use super::tree;
use crate::config::document;
use crate::registries::Registries;

/// As much of a validator as the schema needs: what is wrong with `value`, by its path.
fn wrong(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(target) = schema["$ref"].as_str() {
        let schema = root.pointer(target.trim_start_matches('#')).expect(target);
        return wrong(root, schema, value, path);
    }
    if schema.get("type").is_some_and(|types| !fits(types, value)) {
        found.push(format!("{path}: {value} is no {}", schema["type"]));
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
        && !Regex::new(pattern).expect(pattern).is_match(text)
    {
        found.push(format!("{path}: {text} does not match {pattern}"));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        found.push(format!("{path}: {value} is not {}", schema["const"]));
    }
    if let Some(listed) = schema["enum"].as_array()
        && !listed.contains(value)
    {
        found.push(format!("{path}: {value} is not listed"));
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = |choice| wrong(root, choice, value, path).is_empty();
        if !choices.iter().any(fits) {
            found.push(format!("{path}: {value} is none of {}", schema["anyOf"]));
        }
    }
    for key in schema["required"].as_array().into_iter().flatten() {
        let key = key.as_str().expect("a key");
        if value.is_object() && value.get(key).is_none() {
            found.push(format!("{path}: {key} is missing"));
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(wrong(
            root,
            &schema["items"],
            item,
            &format!("{path}[{index}]"),
        ));
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        match of_key(schema, key) {
            Some(Value::Bool(false)) => found.push(format!("{path} is not known")),
            Some(schema) => found.extend(wrong(root, schema, value, &path)),
            None => {}
        }
    }
    found
}

fn of_key<'s>(schema: &'s Value, key: &str) -> Option<&'s Value> {
    let patterns = schema["patternProperties"]
        .as_object()
        .into_iter()
        .flatten();
    let mut matching =
        patterns.filter(|(pattern, _)| Regex::new(pattern).expect(pattern).is_match(key));
    let known = schema["properties"].get(key);
    let known = known.or_else(|| matching.next().map(|(_, schema)| schema));
    known.or_else(|| schema.get("additionalProperties"))
}

fn fits(types: &Value, value: &Value) -> bool {
    let name = |name: &Value| match name.as_str() {
        Some("integer") => value.is_u64() || value.is_i64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        _ => false,
    };
    match types {
        Value::Array(types) => types.iter().any(name),
        one => name(one),
    }
}

fn judged(text: &str) -> Vec<String> {
    let schema = document(&Registries::builtin());
    wrong(&schema, &schema, &tree(text).to_json(), "")
}

#[test]
fn what_runs_fits_the_schema() {
    let embedded = [
        include_str!("../default.yaml"),
        include_str!("../../cli/config/presets/agent.yaml"),
        include_str!("../../cli/config/presets/gateway.yaml"),
        include_str!("../../cli/config/presets/opencensus.yaml"),
        include_str!("../../cli/config/presets/prometheus.yaml"),
        include_str!("plans/agent_sidecar.yaml"),
        include_str!("plans/forwarded.yaml"),
        include_str!("plans/migration.yaml"),
        include_str!("plans/scraping.yaml"),
    ];
    for text in embedded {
        assert_eq!(judged(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_defaults_of_every_component_fit_the_schema() {
    let schema = document(&Registries::builtin());
    let definitions = schema["$defs"].as_object().expect("definitions");
    let registries = Registries::builtin();
    let mut checked = 0;
    let mut check = |key: String, defaults: Value| {
        let found = wrong(&schema, &definitions[&key], &defaults, &key);
        assert_eq!(found, Vec::<String>::new());
        checked += 1;
    };
    macro_rules! all {
        ($($section:ident)*) => {
            $(for entry in registries.$section {
                check(format!("{}.{}", stringify!($section), entry.kind), entry.defaults());
            })*
        };
    }
    all!(connectors exporters extensions processors receivers);
    assert_eq!(checked, definitions.len());
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        found.extend(value.get("$ref").and_then(Value::as_str));
        let inner = value
            .as_object()
            .into_iter()
            .flat_map(|object| object.values());
        for value in inner.chain(value.as_array().into_iter().flatten()) {
            references(value, found);
        }
    }
    let schema = document(&Registries::builtin());
    let mut found = Vec::new();
    references(&schema, &mut found);
    assert!(
        found
            .iter()
            .any(|reference| reference.ends_with("tail_sampling/$defs/PolicyConfig"))
    );
    for reference in found {
        let target = schema.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference}");
    }
}

#[test]
fn mistakes_do_not_fit_the_schema() {
    let rest = "service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n";
    for (mistake, expected) in [
        ("recievers: {otlp: }\n", ".recievers is not known"),
        ("receivers: {otpl: }\n", ".receivers.otpl is not known"),
        (
            "receivers: {zipkin/a: {endpont: x}}\n",
            "endpont is not known",
        ),
        ("receivers: {zipkin: {endpoint: x}}\n", "does not match"),
        ("receivers: {zipkin: {middlewares: {}}}\n", "is no"),
        (
            "exporters: {otlp_grpc/b: {timeout: soon}}\n",
            "does not match",
        ),
        (
            "exporters: {otlp: {sending_queue: {enabled: 'no'}}}\n",
            "does not match",
        ),
        ("exporters: {debug: {verbosity: loud}}\n", "none of"),
        ("extensions: [zpages]\n", "is no"),
    ] {
        let found = judged(&format!("{mistake}{rest}"));
        assert!(
            found.iter().any(|found| found.contains(expected)),
            "{mistake}: {found:?}"
        );
    }
    assert!(!judged("receivers: {otlp: }\n").is_empty());
    assert!(!judged(&rest.replace("traces", "trace")).is_empty());
}
