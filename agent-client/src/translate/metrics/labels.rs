//! Attributes as labels: keys once for a metric, values for each point in the order of the keys.

use std::collections::{BTreeMap, BTreeSet};

use campanile_wire::opencensus::metrics::v1::{LabelKey, LabelValue};
use campanile_wire::otlp::view;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use prost::Message;

pub(super) type Labels = BTreeMap<String, String>;

/// Of two attributes with one key, the later one stays.
pub(super) fn labels(attributes: Vec<KeyValue>) -> Labels {
    attributes
        .into_iter()
        .map(|attribute| (attribute.key, text(attribute.value.unwrap_or_default())))
        .collect()
}

/// <https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/#instrumentationscope>
pub(super) fn scope(scope: Option<InstrumentationScope>) -> Labels {
    let scope = scope.unwrap_or_default();
    [
        ("otel.scope.name", scope.name),
        ("otel.scope.version", scope.version),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(key, text)| (key.to_owned(), text))
    .collect()
}

pub(super) fn key(key: String) -> LabelKey {
    LabelKey {
        key,
        description: String::new(),
    }
}

/// A value for every key; of those that are missing it says so.
pub(super) fn values(mut labels: Labels, keys: &BTreeSet<String>) -> Vec<LabelValue> {
    keys.iter()
        .map(|key| labels.remove(key))
        .map(|value| LabelValue {
            has_value: value.is_some(),
            value: value.unwrap_or_default(),
        })
        .collect()
}

/// A value in text form; lists as JSON.
fn text(value: AnyValue) -> String {
    match value.value {
        Some(Value::StringValue(text)) => text,
        value => view::AnyValue::new(&AnyValue { value }.encode_to_vec()).to_string(),
    }
}
