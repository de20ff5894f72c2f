//! What OpenMetrics demands of a family: its names, the order of its lines, its values.
//!
//! The rules are those of the specification as its reference parser enforces them. Names and groups
//! that have been seen are kept as hashes with a key of their own, so that what is kept is small
//! and nobody can choose names that collide.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};

use super::entry::{Kind, Label, Sample};
use super::error::Wrong;
use super::histogram::Buckets;
use super::metadata::Metadata;
use super::number;

/// The family that is being read, and the names of those before it.
#[derive(Debug)]
pub(super) struct Families<'t> {
    hasher: RandomState,
    names: HashSet<u64>,
    current: Option<Family<'t>>,
    samples: usize,
    max_samples: usize,
}

#[derive(Debug)]
struct Family<'t> {
    name: Cow<'t, str>,
    kind: Option<Kind>,
    unit: Option<&'t str>,
    has_help: bool,
    has_samples: bool,
    group: Option<(u64, Option<i64>)>,
    groups: HashSet<u64>,
    buckets: Buckets,
}

impl<'t> Family<'t> {
    fn new(name: Cow<'t, str>, kind: Option<Kind>) -> Self {
        Self {
            name,
            kind,
            unit: None,
            has_help: false,
            has_samples: false,
            group: None,
            groups: HashSet::new(),
            buckets: Buckets::default(),
        }
    }

    fn kind(&self) -> Kind {
        self.kind.unwrap_or_default()
    }

    /// What `name` has behind the family's name, if that makes it one of its samples.
    fn suffix<'n>(&self, name: &'n str) -> Option<&'n str> {
        let suffix = name.strip_prefix(&*self.name)?;
        suffixes(self.kind()).contains(&suffix).then_some(suffix)
    }
}

impl<'t> Families<'t> {
    /// No family yet; `max_samples` may come.
    pub(super) fn new(max_samples: usize) -> Self {
        Self {
            hasher: RandomState::new(),
            names: HashSet::new(),
            current: None,
            samples: 0,
            max_samples,
        }
    }

    /// Takes a line of metadata.
    pub(super) fn describe(&mut self, metadata: &Metadata<'t>) -> Result<(), Wrong> {
        let same = self
            .current
            .as_ref()
            .is_some_and(|family| family.name == metadata.name);
        if !same {
            self.begin(metadata.name.clone(), None)?;
        }
        let Some(family) = &mut self.current else {
            return Ok(());
        };
        if family.has_samples {
            return Err(Wrong::MetadataOrder);
        }
        let repeated = match metadata.keyword {
            "HELP" => std::mem::replace(&mut family.has_help, true),
            "TYPE" => {
                let kind = Kind::from_openmetrics(metadata.text).ok_or(Wrong::Type)?;
                family.kind.replace(kind).is_some()
            }
            "UNIT" => family.unit.replace(metadata.text).is_some(),
            _ => return Err(Wrong::Descriptor),
        };
        if repeated {
            return Err(Wrong::RepeatedMetadata);
        }
        Ok(())
    }

    /// Takes a sample.
    pub(super) fn sample(&mut self, sample: &Sample<'t>) -> Result<(), Wrong> {
        self.samples += 1;
        if self.samples > self.max_samples {
            return Err(Wrong::TooManySamples(self.max_samples));
        }
        let belongs = self
            .current
            .as_ref()
            .is_some_and(|family| family.suffix(&sample.name).is_some());
        if !belongs {
            self.begin(sample.name.clone(), Some(Kind::Unknown))?;
        }
        let Some(family) = &mut self.current else {
            return Ok(());
        };
        let suffix = family.suffix(&sample.name).unwrap_or_default();
        check_labels(family, suffix, sample)?;
        check_value(family.kind(), suffix, sample.value)?;
        if sample.exemplar.is_some() && !takes_exemplar(family.kind(), suffix) {
            return Err(Wrong::ExemplarPlace);
        }
        family.has_samples = true;
        let group = hash_group(&self.hasher, family, suffix, &sample.labels);
        arrange(family, group, sample.time)?;
        if matches!(family.kind(), Kind::Histogram | Kind::GaugeHistogram) {
            let le = number::value(label(&sample.labels, "le")).unwrap_or(f64::NAN);
            family.buckets.sample(suffix, le, sample.value)?;
        }
        Ok(())
    }

    /// Ends the last family.
    pub(super) fn end(&mut self) -> Result<(), Wrong> {
        let Some(family) = self.current.take() else {
            return Ok(());
        };
        family.buckets.end()?;
        let own = suffixes(family.kind()).iter().copied();
        let others = own.filter(|suffix| !suffix.is_empty());
        for suffix in others.chain([""]) {
            let mut hasher = self.hasher.build_hasher();
            hasher.write(family.name.as_bytes());
            hasher.write(suffix.as_bytes());
            if !self.names.insert(hasher.finish()) {
                return Err(Wrong::Clash);
            }
        }
        let unit = family.unit.unwrap_or_default();
        let fits = family.name.strip_suffix(unit);
        let fits = fits.is_some_and(|name| name.ends_with('_'))
            && !matches!(family.kind(), Kind::Info | Kind::StateSet);
        if unit.is_empty() || fits {
            Ok(())
        } else {
            Err(Wrong::Unit)
        }
    }

    fn begin(&mut self, name: Cow<'t, str>, kind: Option<Kind>) -> Result<(), Wrong> {
        self.end()?;
        self.current = Some(Family::new(name, kind));
        Ok(())
    }
}

/// What the samples of a type have behind the family's name.
fn suffixes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Counter => &["_total", "_created"],
        Kind::Gauge | Kind::StateSet | Kind::Unknown => &[""],
        Kind::GaugeHistogram => &["_gcount", "_gsum", "_bucket"],
        Kind::Histogram => &["_count", "_sum", "_bucket", "_created"],
        Kind::Info => &["_info"],
        Kind::Summary => &["", "_count", "_sum", "_created"],
    }
}

fn label<'l>(labels: &'l [Label<'_>], name: &str) -> &'l str {
    let found = labels.iter().find(|label| label.name == name);
    found.map_or("", |label| &label.value)
}

/// Infinity is written in one way only, so that equal labels are equal texts.
fn canonical(text: &str) -> Option<f64> {
    let number = number::value(text)?;
    (number != f64::INFINITY || text == "+Inf").then_some(number)
}

fn check_labels(family: &Family<'_>, suffix: &str, sample: &Sample<'_>) -> Result<(), Wrong> {
    let valid = match (family.kind(), suffix) {
        (Kind::StateSet, _) => sample.labels.iter().any(|label| label.name == family.name),
        (Kind::Histogram | Kind::GaugeHistogram, "_bucket") => {
            canonical(label(&sample.labels, "le")).is_some_and(|le| !le.is_nan())
        }
        (Kind::Summary, "") => canonical(label(&sample.labels, "quantile"))
            .is_some_and(|quantile| (0.0..=1.0).contains(&quantile)),
        _ => true,
    };
    if valid {
        Ok(())
    } else {
        Err(Wrong::MissingLabel)
    }
}

fn check_value(kind: Kind, suffix: &str, value: f64) -> Result<(), Wrong> {
    let whole = value.fract() == 0.0;
    let valid = match (kind, suffix) {
        (Kind::StateSet, _) => value == 0.0 || value == 1.0,
        (Kind::Info, _) => value == 1.0,
        (Kind::Summary, "") => value.is_nan() || value >= 0.0,
        (_, "_bucket" | "_count" | "_gcount") => whole && value >= 0.0,
        (_, "_total" | "_sum") => value >= 0.0,
        (_, "_gsum") => !value.is_nan(),
        _ => true,
    };
    if valid {
        Ok(())
    } else {
        Err(Wrong::ValueRange)
    }
}

fn takes_exemplar(kind: Kind, suffix: &str) -> bool {
    matches!(
        (kind, suffix),
        (Kind::Counter, "_total") | (Kind::Histogram | Kind::GaugeHistogram, "_bucket")
    )
}

/// The hash of the labels that tell the metrics of a family apart.
fn hash_group(
    hasher: &RandomState,
    family: &Family<'_>,
    suffix: &str,
    labels: &[Label<'_>],
) -> u64 {
    let mut hasher = hasher.build_hasher();
    let apart = match (family.kind(), suffix) {
        (Kind::Info, _) => return 0,
        (Kind::StateSet, _) => &family.name,
        (Kind::Histogram | Kind::GaugeHistogram, "_bucket") => "le",
        (Kind::Summary, "") => "quantile",
        _ => "",
    };
    for label in labels.iter().filter(|label| label.name != apart) {
        label.hash(&mut hasher);
    }
    hasher.finish()
}

/// Checks that the samples of a group are together, and their times in order.
fn arrange(family: &mut Family<'_>, group: u64, time: Option<i64>) -> Result<(), Wrong> {
    let info = family.kind() == Kind::Info;
    match family.group {
        Some((current, before)) if current == group => {
            if before.is_some() != time.is_some() || (before > time && !info) {
                return Err(Wrong::TimeOrder);
            }
            if before != time {
                family.buckets.end()?;
                family.buckets = Buckets::default();
            }
        }
        _ => {
            if !family.groups.insert(group) {
                return Err(Wrong::Grouping);
            }
            family.buckets.end()?;
            family.buckets = Buckets::default();
        }
    }
    family.group = Some((group, time));
    Ok(())
}
