//! Whatever comes, pages can be read and series are unique.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::strict;
use super::support::{Taken, taken};
use crate::otlp::Signal;
use crate::otlp::tests::generate::{Style, requests_of};
use crate::prometheus::remote::put_series;
use crate::prometheus::text::{Page, TextFormat, claims};
use crate::prometheus::{Family, Naming, Point, Settings, is_label_name, is_metric_name};

fn settings() -> impl Strategy<Value = Settings> {
    let naming = prop::sample::select(vec![
        Naming::Escaped,
        Naming::EscapedWithoutSuffixes,
        Naming::Utf8,
        Naming::Untranslated,
    ]);
    (naming, any::<[bool; 3]>(), "[a-z0-9]{0,3}").prop_map(|(naming, flags, namespace)| Settings {
        naming,
        namespace,
        resource_labels: flags[0],
        without_scope: flags[1],
        without_target_info: flags[2],
        added_labels: vec![("region".to_owned(), "eu".to_owned())],
    })
}

/// One point of each series, of families that share no name.
fn page(taken: &Taken, format: TextFormat) -> String {
    let mut claimed = BTreeMap::new();
    let mut families: BTreeMap<&str, (&Family<'_>, BTreeMap<_, &Point>)> = BTreeMap::new();
    for (family, point) in &taken.points {
        let owner = (&family.name, family.kind);
        let names = claims(family);
        if names
            .iter()
            .all(|name| *claimed.entry(name.clone()).or_insert(owner) == owner)
        {
            let entry = families.entry(&family.name);
            let (_, points) = entry.or_insert_with(|| (family, BTreeMap::new()));
            points.insert(&point.labels, point);
        }
    }
    let mut page = Page::new(format, true);
    for (family, points) in families.values() {
        page.family(
            family,
            points.iter().map(|(labels, point)| (*labels, *point)),
        );
    }
    page.finish()
}

proptest! {
    #[test]
    fn labels_are_sorted_unique_and_plain(
        request in requests_of(Signal::Metrics, Style::Messy),
        settings in settings(),
    ) {
        for (family, point) in taken(&request, &settings).points {
            let names: Vec<_> = point.labels.iter().map(|(name, _)| name).collect();
            prop_assert!(names.is_sorted_by(|one, next| one < next), "{:?}", names);
            prop_assert!(point.labels.iter().all(|(_, value)| !value.is_empty()));
            prop_assert!(names.iter().all(|name| !name.starts_with('_')));
            let escaped = [Naming::Escaped, Naming::EscapedWithoutSuffixes];
            if escaped.contains(&settings.naming) {
                prop_assert!(is_metric_name(&family.name), "{}", family.name);
                prop_assert!(names.iter().all(|name| is_label_name(name)), "{:?}", names);
            }
        }
    }

    #[test]
    fn pages_can_be_read(
        request in requests_of(Signal::Metrics, Style::Messy),
        settings in settings(),
        open: bool,
    ) {
        let text = if open { TextFormat::OpenMetrics } else { TextFormat::Prometheus };
        let page = page(&taken(&request, &settings), text);
        let read = strict::read(&page);
        prop_assert!(read.is_ok(), "{:?}\n{}", read, page);
    }

    #[test]
    fn corrupted_requests_do_no_harm(
        request in requests_of(Signal::Metrics, Style::Messy),
        settings in settings(),
        position: prop::sample::Index,
        byte: u8,
    ) {
        let mut request = request;
        if !request.is_empty() {
            let position = position.index(request.len());
            request[position] = byte;
        }
        let mut out = Vec::new();
        for (family, point) in taken(&request, &settings).points {
            put_series(&mut out, &family, &point.labels.clone(), &[point]);
        }
    }
}
