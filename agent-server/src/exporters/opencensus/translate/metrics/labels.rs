//! Attributes as labels: keys once for a metric, values for each point in the order of the keys.

use std::borrow::Cow;
use std::collections::BTreeMap;

use campanile_wire::otlp::view::{AnyValue, Metric};
use campanile_wire::otlp::write::{nested, text};
use campanile_wire::protobuf::put_bytes;

use super::super::field::put_present;
use super::super::request::Scope;

/// Before the key of a label in the metadata that holds its description.
const DESCRIPTION: &str = "opencensus.label_description.";
/// Metadata that the descriptor has a field for.
pub(super) const TYPE: &str = "opencensus.metric_type";

/// The labels of one point.
pub(super) type Labels<'a> = BTreeMap<Cow<'a, str>, Cow<'a, str>>;

/// The labels of a point and those of its scope. Of two attributes with one key the first counts.
pub(super) fn labels<'a>(
    attributes: impl Iterator<Item = (&'a str, AnyValue<'a>)>,
    scope: &Scope<'a>,
) -> Labels<'a> {
    let mut labels = Labels::new();
    for (key, value) in attributes {
        labels
            .entry(Cow::Borrowed(key))
            .or_insert_with(|| shown(value));
    }
    for (key, value) in &scope.attributes {
        labels.insert(Cow::Owned(key.clone()), shown(*value));
    }
    labels
}

/// A value in text form.
pub(super) fn shown(value: AnyValue<'_>) -> Cow<'_, str> {
    match value {
        AnyValue::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// The label keys of a metric with their descriptions, sorted.
pub(super) struct Keys<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl<'a> Keys<'a> {
    /// The keys of all `points`, and those that only the metadata knows: a key that no point has a
    /// value for is a label that is absent everywhere, and its description tells what OpenCensus
    /// has no other place for. `sum` is the description of one more of those.
    pub(super) fn new<'p>(
        metric: &Metric<'a>,
        points: impl Iterator<Item = &'p Labels<'a>>,
        sum: Option<&'static str>,
    ) -> Self
    where
        'a: 'p,
    {
        let mut keys = BTreeMap::new();
        for labels in points {
            for key in labels.keys() {
                if !keys.contains_key(key) {
                    keys.insert(key.clone(), Cow::Borrowed(""));
                }
            }
        }
        for (key, value) in metric.metadata().iter().filter(|(key, _)| *key != TYPE) {
            let key = match key.strip_prefix(DESCRIPTION) {
                Some(label) => Cow::Borrowed(label),
                None => Cow::Owned(format!("otel.metadata.{key}")),
            };
            keys.insert(key, shown(value));
        }
        if let Some(sum) = sum {
            keys.insert(Cow::Borrowed("otel.sum"), Cow::Borrowed(sum));
        }
        Self(keys)
    }

    /// Appends the keys as `LabelKey` in field `number`.
    pub(super) fn put(&self, out: &mut Vec<u8>, number: u32) {
        for (key, description) in &self.0 {
            nested(out, number, |out| {
                text(out, 1, key);
                text(out, 2, description);
            });
        }
    }

    /// Appends a `LabelValue` for every key in field `number`.
    pub(super) fn put_values(&self, out: &mut Vec<u8>, number: u32, labels: &Labels<'_>) {
        for key in self.0.keys() {
            nested(out, number, |out| {
                if let Some(value) = labels.get(key) {
                    if !value.is_empty() {
                        put_bytes(out, 1, value.as_bytes());
                    }
                    put_present(out, 2, 1);
                }
            });
        }
    }
}
