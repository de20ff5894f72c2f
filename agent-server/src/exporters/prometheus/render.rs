//! Writing the page.

use std::collections::{BTreeMap, BTreeSet};

use campanile_wire::prometheus::text::{Escaping, Format, Page, claims};
use campanile_wire::prometheus::{Labels, Point, is_metric_name};

use super::series::{Kept, SeriesSet};

/// A page, and what could not be on it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) page: String,
    /// Series whose names, once escaped, are those of others.
    pub(super) hidden: u64,
}

/// Writes every series in `format`.
pub(super) fn render(set: &SeriesSet, format: Format, timestamps: bool) -> Rendered {
    let mut page = Page::new(format.text, timestamps);
    let mut hidden = 0;
    if is_plain(set, format.escaping) {
        for (name, kept) in &set.families {
            let series = kept.series.iter();
            let series = series.map(|(labels, entry)| (labels, &entry.point));
            page.family(&kept.family(name), series);
        }
    } else {
        hidden = escaped(set, format.escaping, &mut page);
    }
    Rendered {
        page: page.finish(),
        hidden,
    }
}

/// Whether escaping changes nothing on this page, or nothing that could make names equal.
fn is_plain(set: &SeriesSet, escaping: Escaping) -> bool {
    let plain_labels = |kept: &Kept| {
        let mut series = kept.series.keys();
        series.all(|labels| matches!(escaping.labels(labels), std::borrow::Cow::Borrowed(_)))
    };
    escaping == Escaping::AllowUtf8
        || escaping != Escaping::Dots
            && set
                .families
                .iter()
                .all(|(name, kept)| is_metric_name(name) && plain_labels(kept))
}

/// Writes every series with escaped names. Where they become those of another family or series, the
/// first stays.
fn escaped(set: &SeriesSet, escaping: Escaping, page: &mut Page) -> u64 {
    let mut claimed = BTreeSet::new();
    let mut hidden = 0;
    for (name, kept) in &set.families {
        let family = kept.family(&escaping.metric(name));
        let claims = claims(&family);
        if claims.iter().any(|name| claimed.contains(name)) {
            hidden += kept.series.len();
            continue;
        }
        claimed.extend(claims);
        let mut series: BTreeMap<Labels, &Point> = BTreeMap::new();
        for (labels, entry) in &kept.series {
            let labels = escaping.labels(labels).into_owned();
            series.entry(labels).or_insert(&entry.point);
        }
        hidden += kept.series.len() - series.len();
        page.family(
            &family,
            series.iter().map(|(labels, point)| (labels, *point)),
        );
    }
    hidden as u64
}
