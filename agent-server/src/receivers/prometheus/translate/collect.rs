//! An answer becomes points.

use std::borrow::Cow;

use super::catalog::{About, Catalog};
use super::gather::{Gathered, gather};
use super::points::Points;
use crate::receivers::prometheus::labels::Labels;
use crate::receivers::prometheus::parse::{Entry, Format, Limits, ParseError, Sample, parse};
use crate::receivers::prometheus::relabel::Rules;

/// Upper bounds that a user sets; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::receivers::prometheus) struct LabelLimits {
    pub(in crate::receivers::prometheus) labels: usize,
    pub(in crate::receivers::prometheus) name_bytes: usize,
    pub(in crate::receivers::prometheus) value_bytes: usize,
    /// Samples after relabelling.
    pub(in crate::receivers::prometheus) samples: usize,
}

/// How metrics are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::receivers::prometheus) enum Naming {
    /// As in the answer.
    #[default]
    Kept,
    /// Without the suffixes for type and unit.
    Trimmed,
}

/// What happens to every sample.
#[derive(Clone, Copy, Debug)]
pub(in crate::receivers::prometheus) struct Collector<'c> {
    pub(in crate::receivers::prometheus) external_labels: &'c Labels<'static>,
    pub(in crate::receivers::prometheus) honor_labels: bool,
    pub(in crate::receivers::prometheus) honor_timestamps: bool,
    pub(in crate::receivers::prometheus) limits: LabelLimits,
    pub(in crate::receivers::prometheus) naming: Naming,
    pub(in crate::receivers::prometheus) rules: &'c Rules,
    /// The labels that are attached to the target.
    pub(in crate::receivers::prometheus) target: &'c Labels<'static>,
}

/// How many samples there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::receivers::prometheus) struct Tally {
    /// In the answer.
    pub(in crate::receivers::prometheus) scraped: u64,
    /// After relabelling.
    pub(in crate::receivers::prometheus) kept: u64,
    /// Those of series and times that had a sample already.
    pub(in crate::receivers::prometheus) duplicates: u64,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::receivers::prometheus) enum CollectError {
    /// A limit of the configuration, whose key and value are given.
    #[error("a sample is over {0}, which is {1}")]
    Limit(&'static str, usize),
    /// Relabelling has removed the name.
    #[error("relabelling leaves a sample without a name")]
    Nameless,
    /// It cannot be read.
    #[error("the answer is not valid: {0}")]
    Parse(#[from] ParseError),
    /// More samples than `sample_limit`.
    #[error("there are more samples than sample_limit, which is {0}")]
    TooManySamples(usize),
}

/// Reads an answer into `points`.
///
/// # Errors
///
/// When the answer is not to be used; nothing of `points` is then.
pub(in crate::receivers::prometheus) fn collect<'t>(
    format: Format,
    text: &'t str,
    collector: &'t Collector<'t>,
    points: &mut Points<'t>,
) -> Result<Tally, CollectError> {
    let mut catalog = Catalog::default();
    let mut tally = Tally::default();
    let mut failed = None;
    parse(format, text, &Limits::default(), &mut |entry| match entry {
        Entry::Help { name, text } => catalog.help(name, text),
        Entry::Kind { name, kind } => catalog.kind(name, kind),
        Entry::Unit { name, unit } => catalog.unit(name, unit),
        Entry::Sample(sample) => {
            tally.scraped += 1;
            if failed.is_none() {
                failed = collector.sample(sample, &catalog, points, &mut tally).err();
            }
        }
    })?;
    failed.map_or(Ok(tally), Err)
}

impl<'t> Collector<'t> {
    fn sample(
        &'t self,
        sample: Sample<'t>,
        catalog: &Catalog<'t>,
        points: &mut Points<'t>,
        tally: &mut Tally,
    ) -> Result<(), CollectError> {
        let mut labels = Labels::from_sorted(sample.labels);
        self.attach(&mut labels);
        let place = catalog.place(&sample.name);
        let Some(name) = self.relabel(&sample.name, &mut labels)? else {
            return Ok(());
        };
        self.check(&name, &labels)?;
        tally.kept += 1;
        if self.limits.samples > 0 && tally.kept > self.limits.samples as u64 {
            return Err(CollectError::TooManySamples(self.limits.samples));
        }
        for (name, value) in self.external_labels.iter() {
            if labels.get(name).is_empty() {
                labels.set(name, value);
            }
        }
        let gathered = Gathered {
            value: sample.value,
            time: sample.time.filter(|_| self.honor_timestamps),
            exemplar: sample.exemplar,
            labels,
        };
        let unknown = About::default();
        let about = catalog.about(place.family).unwrap_or(&unknown);
        let place = place.renamed(&name);
        let fresh = gather(&name, &place, about, gathered, self.naming, points);
        tally.duplicates += u64::from(!fresh);
        Ok(())
    }

    /// Attaches the target's labels. Where the answer has one of the same name, either it wins or
    /// it is kept under another name.
    fn attach(&'t self, labels: &mut Labels<'t>) {
        for (name, value) in self.target.iter() {
            let own = if self.honor_labels {
                labels.get(name).is_empty().then_some(Cow::Borrowed(""))
            } else {
                Some(labels.remove(name).unwrap_or_default())
            };
            let Some(own) = own else { continue };
            labels.set(name, value);
            if !own.is_empty() {
                let mut exported = format!("exported_{name}");
                while !labels.get(&exported).is_empty() || !self.target.get(&exported).is_empty() {
                    exported.insert_str(0, "exported_");
                }
                labels.set(exported, own);
            }
        }
    }

    /// Applies the steps of relabelling. Gives back the name; none if the sample is dropped.
    fn relabel<'n>(
        &self,
        name: &Cow<'n, str>,
        labels: &mut Labels<'t>,
    ) -> Result<Option<Cow<'n, str>>, CollectError> {
        if self.rules.is_empty() {
            return Ok(Some(name.clone()));
        }
        labels.set("__name__", name.clone().into_owned());
        if !self.rules.apply(labels) {
            return Ok(None);
        }
        match labels.remove("__name__") {
            Some(name) => Ok(Some(Cow::Owned(name.into_owned()))),
            None => Err(CollectError::Nameless),
        }
    }

    fn check(&self, name: &str, labels: &Labels<'_>) -> Result<(), CollectError> {
        let LabelLimits {
            labels: max_labels,
            name_bytes,
            value_bytes,
            ..
        } = self.limits;
        let over = |size: usize, limit: usize| limit > 0 && size > limit;
        // The name counts as a label.
        if over(labels.len() + 1, max_labels) {
            return Err(CollectError::Limit("label_limit", max_labels));
        }
        let name = [("__name__", name)];
        for (name, value) in labels.iter().chain(name) {
            if over(name.len(), name_bytes) {
                return Err(CollectError::Limit("label_name_length_limit", name_bytes));
            }
            if over(value.len(), value_bytes) {
                return Err(CollectError::Limit("label_value_length_limit", value_bytes));
            }
        }
        Ok(())
    }
}
