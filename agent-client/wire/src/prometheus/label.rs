//! Labels of a series.

use crate::otlp::view::Attributes;

use super::Naming;

/// The labels of one series: sorted by name, unique, and none empty, for an empty label is an
/// absent one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Vec<(String, String)>);

impl Labels {
    /// Labels of these names and values; of two with one name the first counts.
    #[must_use]
    pub fn new(mut pairs: Vec<(String, String)>) -> Self {
        pairs.retain(|(name, value)| !name.is_empty() && !value.is_empty());
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        pairs.dedup_by(|(later, _), (first, _)| later == first);
        Self(pairs)
    }

    /// Names and values in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of the label `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let place = self
            .0
            .binary_search_by(|(found, _)| found.as_str().cmp(name));
        let (_, value) = self.0.get(place.ok()?)?;
        Some(value)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of all names and values.
    #[must_use]
    pub fn size(&self) -> usize {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| name.len() + value.len()).sum()
    }
}

/// Collects attributes until they become labels.
#[derive(Clone, Debug)]
pub(super) struct Collector<'a> {
    naming: Naming,
    /// Label, key and value.
    found: Vec<(String, &'a str, String)>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(naming: Naming) -> Self {
        Self {
            naming,
            found: Vec::new(),
        }
    }

    /// Adds attributes. Where a key is known already, the earlier value stays.
    pub(super) fn add(&mut self, attributes: Attributes<'a>) {
        self.add_except(attributes, &[]);
    }

    /// Adds attributes but those with the keys `except`.
    pub(super) fn add_except(&mut self, attributes: Attributes<'a>, except: &[&str]) {
        let wanted = |key: &str| !key.is_empty() && !except.contains(&key);
        for (key, value) in attributes.iter().filter(|(key, _)| wanted(key)) {
            let label = self.naming.label(key);
            self.found.push((label, key, value.to_string()));
        }
    }

    /// The labels: `fixed` ones as they are, attributes beside them, `added` ones where there is
    /// no other of the name. Keys that differ and give one label are joined by `;`.
    pub(super) fn finish(
        mut self,
        fixed: &[(String, String)],
        reserved: &[&str],
        added: &[(String, String)],
    ) -> Labels {
        for (label, ..) in &mut self.found {
            let is_taken = fixed
                .iter()
                .any(|(name, value)| name == label && !value.is_empty());
            if is_taken || reserved.contains(&label.as_str()) {
                *label = format!("exported_{label}");
            }
        }
        // Stable: of one key, the value that was added first stays first.
        self.found
            .sort_by(|(label, key, _), (other, other_key, _)| {
                (label, key).cmp(&(other, other_key))
            });
        self.found
            .dedup_by(|later, first| (&later.0, later.1) == (&first.0, first.1));
        let mut pairs: Vec<(String, String)> = fixed.to_vec();
        pairs.retain(|(_, value)| !value.is_empty());
        let mut last = String::new();
        for (label, _, value) in self.found {
            match pairs.last_mut() {
                Some((name, joined)) if label == last && *name == label => {
                    joined.push(';');
                    joined.push_str(&value);
                }
                _ => {
                    last.clone_from(&label);
                    pairs.push((label, value));
                }
            }
        }
        pairs.extend(
            added
                .iter()
                .filter(|(name, _)| !reserved.contains(&name.as_str()))
                .cloned(),
        );
        Labels::new(pairs)
    }
}
