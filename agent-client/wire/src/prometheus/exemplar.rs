//! Exemplars.

use crate::otlp::view;

use super::{Labels, Naming};

/// Characters that the names and values of an exemplar's labels may have together.
///
/// Specification: <https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars>.
const MAX_CHARACTERS: usize = 128;

/// Exemplars that one point may have: what a histogram of the usual size can show.
pub(super) const MAX_EXEMPLARS: usize = 64;

/// One measurement out of many.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// `trace_id`, `span_id`, and what attributes there is room for.
    pub labels: Labels,
    /// What was measured.
    pub value: f64,
    /// When, in nanoseconds since the Unix epoch; 0 when it is not said.
    pub time_unix_nano: u64,
}

impl Exemplar {
    /// Translates an exemplar; `None` when it has no value.
    pub(super) fn of(found: view::Exemplar<'_>, naming: Naming) -> Option<Self> {
        let value = found.value?.as_f64();
        let mut pairs = Vec::new();
        let mut left = MAX_CHARACTERS;
        let mut add = |name: String, value: String| {
            let taken = name.chars().count() + value.chars().count();
            if let Some(rest) = left.checked_sub(taken) {
                left = rest;
                pairs.push((name, value));
            }
        };
        if found.trace_id.len() == 16 && found.trace_id != [0; 16] {
            add("trace_id".to_owned(), const_hex::encode(found.trace_id));
        }
        if found.span_id.len() == 8 && found.span_id != [0; 8] {
            add("span_id".to_owned(), const_hex::encode(found.span_id));
        }
        for (key, value) in found.attributes().iter().filter(|(key, _)| !key.is_empty()) {
            let label = naming.label(key);
            if label != "trace_id" && label != "span_id" {
                add(label, value.to_string());
            }
        }
        Some(Self {
            labels: Labels::new(pairs),
            value,
            time_unix_nano: found.time_unix_nano,
        })
    }
}
