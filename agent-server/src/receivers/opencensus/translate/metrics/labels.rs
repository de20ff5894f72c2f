//! Labels: keys once for a metric, values by position in each series.

use std::borrow::Cow;
use std::collections::HashSet;

use campanile_wire::opencensus::metrics::v1::{LabelKey, LabelValue, TimeSeries};
use campanile_wire::otlp::write::{Scalar, attribute};

use crate::receivers::opencensus::translate::groups::{MAX_REPEATED, TooLarge};

/// How many bytes of labels may still be repeated.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MAX_REPEATED)
    }
}

impl Budget {
    fn spend(&mut self, bytes: usize) -> Result<(), TooLarge> {
        self.0 = self.0.checked_sub(bytes).ok_or(TooLarge::Labels)?;
        Ok(())
    }
}

/// The attribute keys of a metric's labels.
pub(super) struct Labels<'m> {
    pub(super) keys: Vec<Cow<'m, str>>,
}

impl<'m> Labels<'m> {
    /// The keys as they are. One that is empty or comes twice cannot be an attribute's and is
    /// replaced by its place.
    pub(super) fn new(keys: &'m [LabelKey]) -> Self {
        let mut seen = HashSet::new();
        let keys = keys.iter().enumerate().map(|(index, key)| {
            if !key.key.is_empty() && seen.insert(key.key.as_str()) {
                Cow::Borrowed(key.key.as_str())
            } else {
                Cow::Owned(place(index))
            }
        });
        Self {
            keys: keys.collect(),
        }
    }

    /// The attributes of one series in field `number`, encoded. The bytes that its points will
    /// repeat are charged to the budget first.
    ///
    /// # Errors
    ///
    /// When the budget is exceeded.
    pub(super) fn of(
        &self,
        series: &TimeSeries,
        number: u32,
        budget: &mut Budget,
    ) -> Result<Vec<u8>, TooLarge> {
        let mut out = Vec::new();
        for (index, value) in series.label_values.iter().enumerate() {
            if is_absent(value) {
                continue;
            }
            let text = Scalar::Text(&value.value);
            match self.keys.get(index) {
                Some(key) => attribute(&mut out, number, key, text),
                // A value without a key.
                None => attribute(&mut out, number, &place(index), text),
            }
        }
        budget.spend(out.len().saturating_mul(series.points.len()))?;
        Ok(out)
    }
}

/// Whether the series has no value for the label. Senders that never set `has_value` exist.
pub(super) fn is_absent(value: &LabelValue) -> bool {
    !value.has_value && value.value.is_empty()
}

/// The labels that no series has a value for. Their keys and descriptions are all there is to them.
pub(super) struct Bare<'m> {
    /// The keys as attributes have them, and as they came.
    keys: Vec<(&'m str, &'m LabelKey)>,
    /// Whether the key at this place is one of them.
    bare: Vec<bool>,
}

impl<'m> Bare<'m> {
    /// Finds them among the `keys` of `labels`.
    pub(super) fn new<'s>(
        labels: &'m Labels<'_>,
        keys: &'m [LabelKey],
        all: impl Iterator<Item = &'s TimeSeries>,
    ) -> Self {
        let mut bare = vec![true; keys.len()];
        let names = labels.keys.iter().map(|name| &**name);
        let keys = names.zip(keys).collect();
        for series in all {
            for (bare, value) in bare.iter_mut().zip(&series.label_values) {
                *bare &= is_absent(value);
            }
        }
        Self { keys, bare }
    }

    /// What the sum was that an agent before this one had no type for.
    pub(super) fn sum(&self) -> Option<&'m str> {
        let mut keys = self.keys.iter().zip(&self.bare);
        let found = keys.find(|((name, _), bare)| **bare && *name == "otel.sum");
        found.map(|((_, key), _)| key.description.as_str())
    }

    /// Appends to the metadata in field `number` what attributes cannot hold: the descriptions of
    /// labels, the labels without values, and what an agent before this one has kept in those.
    pub(super) fn put_metadata(&self, out: &mut Vec<u8>, number: u32, sum_is_taken: bool) {
        for ((name, key), bare) in self.keys.iter().zip(&self.bare) {
            let description = Scalar::Text(&key.description);
            match name.strip_prefix("otel.metadata.") {
                Some(name) if *bare => attribute(out, number, name, description),
                _ if *bare && sum_is_taken && *name == "otel.sum" => {}
                _ if *bare || !key.description.is_empty() => {
                    let name = format!("opencensus.label_description.{name}");
                    attribute(out, number, &name, description);
                }
                _ => {}
            }
        }
    }
}

fn place(index: usize) -> String {
    format!("opencensus.label_value.{index}")
}
