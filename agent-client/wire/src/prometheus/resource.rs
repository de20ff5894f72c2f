//! What a resource and a scope add to the labels of their metrics.

use crate::otlp::view::{AnyValue, Attributes, Resource, ScopeMetrics};

use super::label::Collector;
use super::{Labels, Settings};

/// The attributes that say which instance of which service it is: they become `job` and `instance`.
const IDENTITY: [&str; 3] = ["service.instance.id", "service.name", "service.namespace"];

/// `job` and `instance`, empty where the resource says nothing.
pub(super) fn identity(resource: Resource<'_>) -> [(String, String); 2] {
    let text = |key: &str| {
        let value = resource.attributes().find(key);
        value
            .map(|value: AnyValue<'_>| value.to_string())
            .unwrap_or_default()
    };
    let (namespace, name) = (text("service.namespace"), text("service.name"));
    let job = match (namespace.as_str(), name.as_str()) {
        (_, "") => String::new(),
        ("", name) => name.to_owned(),
        (namespace, name) => format!("{namespace}/{name}"),
    };
    [
        ("job".to_owned(), job),
        ("instance".to_owned(), text("service.instance.id")),
    ]
}

/// The labels of the resource's `target_info`; `None` when there would be nothing to find it by, or
/// nothing that it says.
pub(super) fn target_info(resource: Resource<'_>, settings: &Settings) -> Option<Labels> {
    let identity = identity(resource);
    let is_known = identity.iter().any(|(_, value)| !value.is_empty());
    let says_more = resource
        .attributes()
        .iter()
        .any(|(key, value)| !IDENTITY.contains(&key) && !matches!(value, AnyValue::Empty));
    if !is_known || !says_more {
        return None;
    }
    let mut collector = Collector::new(settings.naming);
    collector.add_except(resource.attributes(), &IDENTITY);
    Some(collector.finish(&identity, &[], &settings.added_labels))
}

/// The labels that name the scope of metrics; its attributes as well.
pub(super) fn scope(metrics: ScopeMetrics<'_>, settings: &Settings) -> Vec<(String, String)> {
    let scope = metrics.scope();
    let mut labels = vec![
        ("otel_scope_name".to_owned(), scope.name().to_owned()),
        ("otel_scope_version".to_owned(), scope.version().to_owned()),
        (
            "otel_scope_schema_url".to_owned(),
            metrics.schema_url().to_owned(),
        ),
    ];
    let reserved: Vec<String> = labels.iter().map(|(name, _)| name.clone()).collect();
    let attributes = prefixed(scope.attributes(), settings);
    labels.extend(
        attributes
            .into_iter()
            .filter(|(name, _)| !reserved.contains(name)),
    );
    labels
}

fn prefixed(attributes: Attributes<'_>, settings: &Settings) -> Vec<(String, String)> {
    let mut collector = Collector::new(settings.naming);
    collector.add(attributes);
    let labels = collector.finish(&[], &[], &[]);
    labels
        .iter()
        .map(|(name, value)| (format!("otel_scope_{name}"), value.to_owned()))
        .collect()
}
