//! Which family a sample belongs to, and as which part of it.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::receivers::prometheus::parse::Kind;

/// What an answer has said of its families so far.
#[derive(Debug, Default)]
pub(super) struct Catalog<'t>(HashMap<Cow<'t, str>, About<'t>>);

/// What an answer has said of one family.
#[derive(Clone, Debug, Default)]
pub(super) struct About<'t> {
    kind: Option<Kind>,
    /// What it is about.
    pub(super) help: Cow<'t, str>,
    /// Its unit, as a word.
    pub(super) unit: &'t str,
}

impl<'t> About<'t> {
    /// What has a description, and nothing else.
    pub(super) fn new(help: Cow<'t, str>) -> Self {
        Self {
            help,
            ..Self::default()
        }
    }
}

/// Which part of its family a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A bucket of a histogram.
    Bucket,
    /// How many observations there were.
    Count,
    /// When counting began.
    Created,
    /// A quantile of a summary.
    Quantile,
    /// The sum of the observations.
    Sum,
    /// All there is.
    Value,
}

/// What is known of a sample by its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'n> {
    /// The family's name.
    pub(super) family: &'n str,
    /// The type.
    pub(super) kind: Kind,
    /// The part.
    pub(super) part: Part,
    /// What the sample's name has behind the family's.
    pub(super) suffix: &'n str,
}

impl Place<'_> {
    /// The place of a sample that relabelling has called `name`: a part without its suffix is a
    /// whole.
    pub(super) fn renamed<'n>(&self, name: &'n str) -> Place<'n> {
        let (family, suffix) = match name.strip_suffix(self.suffix) {
            _ if self.part == Part::Value => (name, ""),
            Some(family) if !family.is_empty() => name.split_at(family.len()),
            _ => {
                return Place {
                    family: name,
                    kind: Kind::Unknown,
                    part: Part::Value,
                    suffix: "",
                };
            }
        };
        Place {
            family,
            kind: self.kind,
            part: self.part,
            suffix,
        }
    }
}

/// What a sample may have behind its family's name, and which types have it.
const SUFFIXES: [(&str, Part, &[Kind]); 8] = [
    ("_bucket", Part::Bucket, &[Kind::Histogram]),
    ("_count", Part::Count, &[Kind::Histogram, Kind::Summary]),
    ("_sum", Part::Sum, &[Kind::Histogram, Kind::Summary]),
    (
        "_created",
        Part::Created,
        &[Kind::Counter, Kind::Histogram, Kind::Summary],
    ),
    ("_total", Part::Value, &[Kind::Counter]),
    ("_info", Part::Value, &[Kind::Info]),
    ("_gcount", Part::Value, &[Kind::GaugeHistogram]),
    ("_gsum", Part::Value, &[Kind::GaugeHistogram]),
];

impl<'t> Catalog<'t> {
    /// Notes the type of `family`.
    pub(super) fn kind(&mut self, family: Cow<'t, str>, kind: Kind) {
        self.0.entry(family).or_default().kind = Some(kind);
    }

    /// Notes what `family` is about.
    pub(super) fn help(&mut self, family: Cow<'t, str>, help: Cow<'t, str>) {
        self.0.entry(family).or_default().help = help;
    }

    /// Notes the unit of `family`.
    pub(super) fn unit(&mut self, family: Cow<'t, str>, unit: &'t str) {
        self.0.entry(family).or_default().unit = unit;
    }

    /// What was said of `family`.
    pub(super) fn about(&self, family: &str) -> Option<&About<'t>> {
        self.0.get(family)
    }

    /// The place of the sample `name`.
    pub(super) fn place<'n>(&self, name: &'n str) -> Place<'n> {
        let whole = |kind, part| Place {
            family: name,
            kind,
            part,
            suffix: "",
        };
        match self.0.get(name).and_then(|about| about.kind) {
            Some(Kind::Summary) => whole(Kind::Summary, Part::Quantile),
            // What has parts is no whole.
            Some(Kind::Histogram) => whole(Kind::Unknown, Part::Value),
            Some(kind) => whole(kind, Part::Value),
            None => self
                .part(name)
                .unwrap_or_else(|| whole(Kind::Unknown, Part::Value)),
        }
    }

    fn part<'n>(&self, name: &'n str) -> Option<Place<'n>> {
        let gauge = [("_bucket", Part::Value, &[Kind::GaugeHistogram][..])];
        SUFFIXES
            .into_iter()
            .chain(gauge)
            .find_map(|(suffix, part, kinds)| {
                let family = name.strip_suffix(suffix)?;
                let kind = self.0.get(family)?.kind?;
                kinds.contains(&kind).then_some(Place {
                    family,
                    kind,
                    part,
                    suffix,
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_part_that_its_suffix_and_its_family_say() {
        let mut catalog = Catalog::default();
        for (name, kind) in [
            ("c", Kind::Counter),
            ("h", Kind::Histogram),
            ("s", Kind::Summary),
            ("g", Kind::GaugeHistogram),
            ("i", Kind::Info),
            ("old_total", Kind::Counter),
            ("own_sum", Kind::Gauge),
        ] {
            catalog.kind(name.into(), kind);
        }
        let cases = [
            ("c_total", "c", Kind::Counter, Part::Value),
            ("c_created", "c", Kind::Counter, Part::Created),
            ("h_bucket", "h", Kind::Histogram, Part::Bucket),
            ("h_count", "h", Kind::Histogram, Part::Count),
            ("h", "h", Kind::Unknown, Part::Value),
            ("s", "s", Kind::Summary, Part::Quantile),
            ("s_sum", "s", Kind::Summary, Part::Sum),
            ("s_bucket", "s_bucket", Kind::Unknown, Part::Value),
            ("g_bucket", "g", Kind::GaugeHistogram, Part::Value),
            ("g_gsum", "g", Kind::GaugeHistogram, Part::Value),
            ("i_info", "i", Kind::Info, Part::Value),
            ("old_total", "old_total", Kind::Counter, Part::Value),
            ("own_sum", "own_sum", Kind::Gauge, Part::Value),
            ("x_total", "x_total", Kind::Unknown, Part::Value),
        ];
        for (name, family, kind, part) in cases {
            let place = catalog.place(name);
            assert_eq!(
                (place.family, place.kind, place.part),
                (family, kind, part),
                "{name}"
            );
        }
    }
}
