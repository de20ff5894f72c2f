//! The walk over a request.

use crate::otlp::view::{
    self, Data, Metric, ResourceMetrics, ScopeMetrics, Temporality, resource_metrics,
};

use super::draft::{Draft, drafts};
use super::exemplar::MAX_EXEMPLARS;
use super::label::Collector;
use super::resource::{identity, scope, target_info};
use super::{Exemplar, Family, Kind, Labels, Naming, Point, PointValue};

/// Buckets or quantiles that one point may have. A bucket is a series with all the labels of its
/// point, which cost a sender nothing to repeat.
pub const MAX_BUCKETS: usize = 1_024;

/// Bytes that the labels of one point may have.
const MAX_LABELS: usize = 64 << 10;

/// What to translate into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Stands before every name but that of `target_info`; empty for nothing.
    pub namespace: String,
    /// How names are written.
    pub naming: Naming,
    /// Whether resource attributes become labels of every series, beside `target_info`.
    pub resource_labels: bool,
    /// Whether the labels `otel_scope_*` are left out.
    pub without_scope: bool,
    /// Whether `target_info` is left out.
    pub without_target_info: bool,
    /// Labels of every series that has none of their names.
    pub added_labels: Vec<(String, String)>,
}

/// Why points were not translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Counts, bounds, quantiles or a counter that cannot be.
    Invalid,
    /// A metric without a name.
    Nameless,
    /// Labels of more than 64 KiB, or more than [`MAX_BUCKETS`] buckets.
    TooLarge,
    /// Neither cumulative nor delta.
    Unspecified,
}

impl Loss {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::Invalid,
        Self::Nameless,
        Self::TooLarge,
        Self::Unspecified,
    ];

    /// The reason as counters have it.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_value",
            Self::Nameless => "no_name",
            Self::TooLarge => "too_large",
            Self::Unspecified => "unspecified_temporality",
        }
    }
}

/// Takes what a request holds.
pub trait Sink {
    /// Takes one point.
    fn take(&mut self, family: &Family<'_>, point: Point);

    /// Hears of points that were not translated.
    fn lose(&mut self, loss: Loss, points: u64);
}

/// Hands the points of an `ExportMetricsServiceRequest` to `sink`; those without a time are of
/// `now`, in nanoseconds since the Unix epoch.
pub fn translate(request: &[u8], settings: &Settings, now: u64, sink: &mut impl Sink) {
    for found in resource_metrics(request) {
        Walk {
            settings,
            sink,
            now,
            found,
            latest: 0,
        }
        .resource();
    }
}

struct Walk<'w, S> {
    settings: &'w Settings,
    sink: &'w mut S,
    now: u64,
    found: ResourceMetrics<'w>,
    /// The time of the latest point.
    latest: u64,
}

impl<'w, S: Sink> Walk<'w, S> {
    fn resource(mut self) {
        for scope in self.found.scope_metrics() {
            let fixed = self.fixed(scope);
            for metric in scope.metrics() {
                self.metric(&metric, &fixed);
            }
        }
        if self.latest > 0 && !self.settings.without_target_info {
            self.target_info();
        }
    }

    /// The labels that every point of a scope has.
    fn fixed(&self, metrics: ScopeMetrics<'_>) -> Vec<(String, String)> {
        let mut fixed = identity(self.found.resource()).to_vec();
        if !self.settings.without_scope {
            fixed.extend(scope(metrics, self.settings));
        }
        fixed
    }

    fn target_info(&mut self) {
        let Some(labels) = target_info(self.found.resource(), self.settings) else {
            return;
        };
        let family = Family {
            name: "target_info".to_owned(),
            kind: Kind::Info,
            help: "Target metadata",
            unit: String::new(),
        };
        if labels.size() > MAX_LABELS {
            return self.sink.lose(Loss::TooLarge, 1);
        }
        let point = Point {
            labels,
            start_unix_nano: 0,
            time_unix_nano: self.latest,
            is_delta: false,
            is_stale: false,
            value: PointValue::Number(1.0),
            exemplars: Vec::new(),
        };
        self.sink.take(&family, point);
    }

    fn metric(&mut self, metric: &Metric<'w>, fixed: &[(String, String)]) {
        let Some(data) = metric.data else {
            return;
        };
        let kind = kind(metric, data);
        let Settings {
            namespace, naming, ..
        } = self.settings;
        let family = Family {
            name: naming.metric(namespace, metric.name, metric.unit, kind),
            kind,
            help: metric.description,
            unit: naming.unit(metric.unit),
        };
        let (drafts, temporality) = drafts(data);
        if family.name.is_empty() {
            return self.sink.lose(Loss::Nameless, drafts.count() as u64);
        }
        if temporality == Temporality::Unspecified {
            return self.sink.lose(Loss::Unspecified, drafts.count() as u64);
        }
        for draft in drafts {
            match self.point(&draft, kind, fixed) {
                Ok(point) => {
                    self.latest = self.latest.max(point.time_unix_nano);
                    let is_delta = temporality == Temporality::Delta;
                    self.sink.take(&family, Point { is_delta, ..point });
                }
                Err(loss) => self.sink.lose(loss, 1),
            }
        }
    }

    fn point(
        &self,
        draft: &Draft<'w>,
        kind: Kind,
        fixed: &[(String, String)],
    ) -> Result<Point, Loss> {
        let settings = self.settings;
        let value = draft.value.read(kind, draft.is_stale)?;
        let mut collector = Collector::new(settings.naming);
        collector.add(draft.attributes);
        if settings.resource_labels {
            collector.add(self.found.resource().attributes());
        }
        let labels: Labels = collector.finish(fixed, reserved(kind), &settings.added_labels);
        if labels.size() > MAX_LABELS {
            return Err(Loss::TooLarge);
        }
        let exemplars = draft.exemplars().take(MAX_EXEMPLARS);
        Ok(Point {
            labels,
            start_unix_nano: draft.start_unix_nano,
            time_unix_nano: match draft.time_unix_nano {
                0 => self.now,
                time => time,
            },
            is_delta: false,
            is_stale: draft.is_stale,
            value,
            exemplars: exemplars
                .filter_map(|exemplar| Exemplar::of(exemplar, settings.naming))
                .collect(),
        })
    }
}

/// Labels that samples of a family have by themselves.
fn reserved(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Histogram => &["le"],
        Kind::Summary => &["quantile"],
        Kind::Counter | Kind::Gauge | Kind::Info | Kind::StateSet | Kind::Unknown => &[],
    }
}

/// What Prometheus takes a metric for. A metric that came from Prometheus says so itself.
fn kind(metric: &Metric<'_>, data: Data<'_>) -> Kind {
    match data {
        Data::ExponentialHistogram(_) | Data::Histogram(_) => Kind::Histogram,
        Data::Sum(sum) if sum.is_monotonic => Kind::Counter,
        Data::Summary(_) => Kind::Summary,
        Data::Gauge(_) | Data::Sum(_) => {
            let said = metric.metadata().find("prometheus.type");
            match said.and_then(view::AnyValue::as_text) {
                Some("info") => Kind::Info,
                Some("stateset") => Kind::StateSet,
                Some("unknown") => Kind::Unknown,
                _ => Kind::Gauge,
            }
        }
    }
}
