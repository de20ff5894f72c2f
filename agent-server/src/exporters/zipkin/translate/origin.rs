//! What the spans of a resource, and of a scope, have in common.

use std::borrow::Cow;

use campanile_wire::otlp::view::{ResourceSpans, ScopeSpans};

use super::tags::{Pair, text_of};

/// Where the name of a service is looked for.
const NAMES: [&str; 4] = [
    "service.name",
    "faas.name",
    "k8s.deployment.name",
    "process.executable.name",
];

/// Who recorded the spans.
#[derive(Debug)]
pub(super) struct Origin<'a> {
    /// The name of the service.
    pub(super) service_name: &'a str,
    /// The attributes of the resource; keys may be those of a span's.
    pub(super) attributes: Vec<Pair<'a>>,
    /// What else is to be said of the resource.
    pub(super) tags: Vec<Pair<'a>>,
}

impl<'a> Origin<'a> {
    /// What `spans` says; `default_name` for a resource that says no name.
    pub(super) fn of(spans: ResourceSpans<'a>, default_name: &'a str) -> Self {
        let resource = spans.resource();
        let name_at = |key: &&'static str| {
            let name = resource.attributes().find(key)?.as_text()?;
            (!name.is_empty()).then_some((*key, name))
        };
        let named = NAMES.iter().find_map(name_at);
        let (source, service_name) = named.unwrap_or(("OTLPResourceNoServiceName", default_name));
        let others = resource
            .attributes()
            .iter()
            .filter(|(key, _)| *key != source);
        let mut tags = Vec::new();
        if source != "service.name" {
            tags.push(pair("otlp.service.name.source", source));
        }
        text(&mut tags, "otlp.resource.schema_url", spans.schema_url());
        let dropped = resource.dropped_attributes();
        count(&mut tags, "otlp.resource.dropped_attributes_count", dropped);
        Self {
            service_name,
            attributes: others
                .map(|(key, value)| (Cow::Borrowed(key), text_of(value)))
                .collect(),
            tags,
        }
    }
}

/// What is to be said of a scope.
pub(super) fn scope_tags(spans: ScopeSpans<'_>) -> Vec<Pair<'_>> {
    let scope = spans.scope();
    let mut tags = Vec::new();
    for (now, before, value) in [
        ("otel.scope.name", "otel.library.name", scope.name()),
        (
            "otel.scope.version",
            "otel.library.version",
            scope.version(),
        ),
    ] {
        text(&mut tags, now, value);
        text(&mut tags, before, value);
    }
    for (key, value) in scope.attributes().iter() {
        let key = format!("otlp.scope.attribute.{key}");
        tags.push((key.into(), text_of(value)));
    }
    text(&mut tags, "otlp.scope.schema_url", spans.schema_url());
    let dropped = scope.dropped_attributes();
    count(&mut tags, "otlp.scope.dropped_attributes_count", dropped);
    tags
}

fn pair<'a>(key: &'a str, value: &'a str) -> Pair<'a> {
    (Cow::Borrowed(key), Cow::Borrowed(value))
}

fn text<'a>(tags: &mut Vec<Pair<'a>>, key: &'a str, value: &'a str) {
    if !value.is_empty() {
        tags.push(pair(key, value));
    }
}

fn count<'a>(tags: &mut Vec<Pair<'a>>, key: &'a str, value: u64) {
    if value != 0 {
        tags.push((Cow::Borrowed(key), Cow::Owned(value.to_string())));
    }
}
