//! OTLP metrics as Prometheus series.

use campanile_wire::otlp::{Limits, Signal, scan};
use campanile_wire::prometheus::remote::{put_metadata, put_series};
use campanile_wire::prometheus::text::{Page, TextFormat};
use campanile_wire::prometheus::{
    Family, Loss, Naming, Point, Settings, Sink, is_label_name, is_metric_name, translate,
};
use campanile_wire::protobuf::Fields;

/// The first byte picks the settings. Whatever the scan accepts becomes series with sorted and
/// unique labels, pages of whole lines, and protobuf.
pub(super) fn series(bytes: &[u8]) {
    let Some((first, request)) = bytes.split_first() else {
        return;
    };
    if scan(Signal::Metrics, request, &Limits::default()).is_err() {
        return;
    }
    let settings = settings(*first);
    let mut checks = Checks {
        is_escaped: matches!(
            settings.naming,
            Naming::Escaped | Naming::EscapedWithoutSuffixes
        ),
    };
    translate(request, &settings, 1, &mut checks);
}

fn settings(bits: u8) -> Settings {
    let namings = [
        Naming::Escaped,
        Naming::EscapedWithoutSuffixes,
        Naming::Utf8,
        Naming::Untranslated,
    ];
    Settings {
        namespace: if bits & 4 == 0 { "" } else { "0-ns" }.to_owned(),
        naming: namings[usize::from(bits & 3)],
        resource_labels: bits & 8 != 0,
        without_scope: bits & 16 != 0,
        without_target_info: bits & 32 != 0,
        added_labels: vec![("region".to_owned(), "eu".to_owned())],
    }
}

struct Checks {
    is_escaped: bool,
}

impl Sink for Checks {
    fn take(&mut self, family: &Family<'_>, point: Point) {
        let names: Vec<_> = point.labels.iter().map(|(name, _)| name).collect();
        assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
        if self.is_escaped {
            assert!(is_metric_name(&family.name), "{}", family.name);
            assert!(names.iter().all(|name| is_label_name(name)), "{names:?}");
        }
        for format in [TextFormat::OpenMetrics, TextFormat::Prometheus] {
            let mut page = Page::new(format, true);
            page.family(family, [(&point.labels, &point)].into_iter());
            let page = page.finish();
            assert!(page.ends_with('\n') && !page.contains("\n\n"), "{page}");
        }
        let mut out = Vec::new();
        put_series(&mut out, family, &point.labels.clone(), &[point]);
        put_metadata(&mut out, family);
        assert!(Fields::new(&out).all(|field| field.is_ok()));
    }

    fn lose(&mut self, loss: Loss, _: u64) {
        assert!(Loss::ALL.contains(&loss));
    }
}
