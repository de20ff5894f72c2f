//! What is said of a scrape itself: series that no target exposes.

use crate::receivers::prometheus::labels::Labels;
use crate::receivers::prometheus::parse::Kind;
use crate::receivers::prometheus::translate::{Metric, Points, Value};

/// What a scrape was like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Report {
    pub(super) up: bool,
    pub(super) seconds: f64,
    pub(super) scraped: u64,
    pub(super) kept: u64,
    pub(super) added: u64,
    pub(super) extra: Option<Extra>,
}

/// What is said with `report_extra_scrape_metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Extra {
    pub(super) body_bytes: f64,
    pub(super) sample_limit: usize,
    pub(super) timeout_seconds: f64,
}

/// Name, description, unit and value of a series.
type Said = (&'static str, &'static str, &'static str, f64);

impl Report {
    fn series(self) -> Vec<Said> {
        let mut series: Vec<Said> = vec![
            (
                "up",
                "Whether the target was scraped.",
                "",
                f64::from(u8::from(self.up)),
            ),
            (
                "scrape_duration_seconds",
                "How long the scrape took.",
                "s",
                self.seconds,
            ),
            (
                "scrape_samples_scraped",
                "Samples that the target exposed.",
                "",
                self.scraped as f64,
            ),
            (
                "scrape_samples_post_metric_relabeling",
                "Samples that relabelling left.",
                "",
                self.kept as f64,
            ),
            (
                "scrape_series_added",
                "Samples of series that are new.",
                "",
                self.added as f64,
            ),
        ];
        if let Some(extra) = self.extra {
            series.extend([
                (
                    "scrape_timeout_seconds",
                    "How long the scrape may take.",
                    "s",
                    extra.timeout_seconds,
                ),
                (
                    "scrape_sample_limit",
                    "Samples that the target may expose; 0 for any number.",
                    "",
                    extra.sample_limit as f64,
                ),
                (
                    "scrape_body_size_bytes",
                    "Size of the decompressed answer; -1 if there was none.",
                    "By",
                    extra.body_bytes,
                ),
            ]);
        }
        series
    }

    /// Adds its points.
    pub(super) fn put<'t>(self, target: &'t Labels<'static>, points: &mut Points<'t>) {
        self.each(target, points, Value::Number);
    }

    /// Adds points that say that there will be no more of them.
    pub(super) fn put_stale<'t>(self, target: &'t Labels<'static>, points: &mut Points<'t>) {
        self.each(target, points, |_| Value::Stale);
    }

    fn each<'t>(
        self,
        target: &'t Labels<'static>,
        points: &mut Points<'t>,
        value: impl Fn(f64) -> Value,
    ) {
        for (name, help, unit, number) in self.series() {
            let mut labels = target.clone();
            let metric = Metric {
                job: labels.remove("job").unwrap_or_default(),
                instance: labels.remove("instance").unwrap_or_default(),
                name: name.into(),
                help: help.into(),
                unit: unit.into(),
                kind: Kind::Gauge,
                ..Metric::default()
            };
            points.point(metric, labels, None).value = value(number);
        }
    }
}
