//! A set of labels.

use std::borrow::Cow;

use super::parse::Label;

/// Labels, sorted by name; each name once, and no value is empty: an empty label is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Labels<'a>(Vec<Label<'a>>);

impl<'a> Labels<'a> {
    /// Takes what the parser has read, which is sorted.
    pub(super) fn from_sorted(mut labels: Vec<Label<'a>>) -> Self {
        labels.retain(|label| !label.value.is_empty());
        Self(labels)
    }

    /// The value of `name`, or nothing.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.find(name).ok().and_then(|index| self.0.get(index));
        found.map_or("", |label| &label.value)
    }

    /// Sets `name`; an empty value removes it.
    pub(super) fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let (name, value) = (name.into(), value.into());
        if value.is_empty() {
            self.remove(&name);
            return;
        }
        match self.find(&name) {
            Ok(index) => {
                if let Some(label) = self.0.get_mut(index) {
                    label.value = value;
                }
            }
            Err(index) => self.0.insert(index, Label { name, value }),
        }
    }

    /// Removes `name`, and gives back its value.
    pub(super) fn remove(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let index = self.find(name).ok()?;
        Some(self.0.remove(index).value)
    }

    /// Keeps the labels whose name `keep` wants.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|label| keep(&label.name));
    }

    /// Takes out the labels whose name `wanted` wants.
    pub(super) fn extract(&mut self, wanted: impl Fn(&str) -> bool) -> Self {
        Self(self.0.extract_if(.., |label| wanted(&label.name)).collect())
    }

    /// Each label, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|label| (&*label.name, &*label.value))
    }

    /// The number of labels.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Bytes of names and values.
    pub(super) fn bytes(&self) -> usize {
        let one = |(name, value): (&str, &str)| name.len() + value.len();
        self.iter().map(one).sum()
    }

    /// The same with nothing borrowed.
    pub(super) fn into_owned(self) -> Labels<'static> {
        let own = |label: Label<'_>| Label {
            name: label.name.into_owned().into(),
            value: label.value.into_owned().into(),
        };
        Labels(self.0.into_iter().map(own).collect())
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|label| (*label.name).cmp(name))
    }
}

impl<'a, N: Into<Cow<'a, str>>, V: Into<Cow<'a, str>>> FromIterator<(N, V)> for Labels<'a> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut labels = Self::default();
        for (name, value) in pairs {
            labels.set(name, value);
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stay_sorted_and_an_empty_one_is_none() {
        let mut labels: Labels<'_> = [("b", "2"), ("a", "1"), ("c", ""), ("b", "3")]
            .into_iter()
            .collect();
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "3")]);
        labels.set("a", "");
        assert_eq!(
            (labels.get("a"), labels.get("b"), labels.len()),
            ("", "3", 1)
        );
        assert_eq!(labels.remove("b").as_deref(), Some("3"));
        assert_eq!(labels.remove("b"), None);
    }
}
