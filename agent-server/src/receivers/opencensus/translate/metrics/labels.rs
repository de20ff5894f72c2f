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
    keys: Vec<Cow<'m, str>>,
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

/// Appends to the metadata in field `number` what attributes cannot hold: the descriptions of
/// labels, and labels that no series has a value for.
pub(super) fn put_metadata(out: &mut Vec<u8>, number: u32, keys: &[LabelKey], all: &[TimeSeries]) {
    for (index, key) in keys.iter().enumerate() {
        let has_value = |series: &TimeSeries| {
            let value = series.label_values.get(index);
            value.is_some_and(|value| !is_absent(value))
        };
        if !key.description.is_empty() || !all.iter().any(has_value) {
            let name = format!("opencensus.label_description.{}", key.key);
            attribute(out, number, &name, Scalar::Text(&key.description));
        }
    }
}

fn place(index: usize) -> String {
    format!("opencensus.label_value.{index}")
}
