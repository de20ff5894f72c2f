//! What the agent says it is: the metric `target_info`, as OpenTelemetry maps a resource to
//! Prometheus.
//!
//! Specification:
//! <https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/>.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Metrics;

/// Sets `target_info` to 1 with the attributes as labels; does nothing when there are none. An
/// attribute of `null` is one that is not wanted.
pub(crate) fn target_info(metrics: &Metrics, resource: &BTreeMap<String, Value>) {
    let mut labels = BTreeMap::new();
    for (key, value) in resource {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        // Of two keys that become one label, the first counts.
        labels.entry(label(key)).or_insert(text);
    }
    if labels.is_empty() {
        return;
    }
    let labels: Vec<_> = labels
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    metrics
        .gauge("target_info", "Attributes of this agent.", &labels)
        .set(1);
}

/// The key as Prometheus takes it: letters, digits and `_`, no digit first.
fn label(key: &str) -> String {
    let taken = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = key.chars().map(taken).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_become_labels_and_unwanted_ones_do_not() {
        let metrics = Metrics::default();
        let resource = json!({ "service.name": "edge", "9": true, "service.version": null });
        let resource = serde_json::from_value(resource).expect("a map");
        target_info(&metrics, &resource);
        let line = "target_info{_9=\"true\",service_name=\"edge\"} 1\n";
        assert!(metrics.render().ends_with(line), "{}", metrics.render());
    }

    #[test]
    fn without_attributes_there_is_no_such_metric() {
        let metrics = Metrics::default();
        target_info(
            &metrics,
            &BTreeMap::from([("service.name".to_owned(), Value::Null)]),
        );
        assert_eq!(metrics.render(), "");
    }
}
