//! A meter provider without globals, and the series that it has.

use std::collections::BTreeMap;

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Histogram, Metric, MetricData, ResourceMetrics,
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

/// Attributes by their keys.
pub(crate) type Attributes = BTreeMap<String, Value>;

/// A meter provider whose series can be read.
#[derive(Clone, Debug)]
pub(crate) struct Measures {
    pub(crate) provider: SdkMeterProvider,
    exporter: InMemoryMetricExporter,
}

/// What one metric has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) unit: String,
    /// The scope's name, version and schema.
    pub(crate) scope: [String; 3],
    pub(crate) bounds: Vec<f64>,
    pub(crate) series: Vec<Series>,
}

/// One series: of a histogram, or of a sum, which has no count.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) attributes: Attributes,
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

impl Measures {
    pub(crate) fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        Self { provider, exporter }
    }

    /// Everything that was measured until now.
    pub(crate) fn all(&self) -> Vec<Measured> {
        self.exporter.reset();
        self.provider
            .force_flush()
            .expect("the exporter is in memory");
        let exported = self.exporter.get_finished_metrics();
        let exported = exported.expect("the exporter is in memory");
        exported.iter().flat_map(read).collect()
    }

    /// The names of what was measured, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.all().into_iter().map(|metric| metric.name).collect();
        names.sort();
        names
    }

    /// The series of the metric `name`; none when it was not measured.
    pub(crate) fn series(&self, name: &str) -> Vec<Series> {
        let found = self.all().into_iter().find(|metric| metric.name == name);
        found.map(|metric| metric.series).unwrap_or_default()
    }

    /// The only series of the metric `name`.
    #[track_caller]
    pub(crate) fn only(&self, name: &str) -> Series {
        let mut series = self.series(name);
        assert_eq!(series.len(), 1, "{name}: {series:#?}");
        series.pop().expect("there is one")
    }
}

/// The attributes in `pairs`.
pub(crate) fn attributes<const N: usize>(pairs: [(&str, Value); N]) -> Attributes {
    pairs.map(|(key, value)| (key.to_owned(), value)).into()
}

fn read(exported: &ResourceMetrics) -> Vec<Measured> {
    let scopes = exported.scope_metrics().flat_map(|metrics| {
        let scope = metrics.scope();
        let [version, schema] =
            [scope.version(), scope.schema_url()].map(Option::unwrap_or_default);
        let scope = [scope.name(), version, schema].map(str::to_owned);
        metrics
            .metrics()
            .map(move |metric| measured(metric, scope.clone()))
    });
    scopes.collect()
}

fn measured(metric: &Metric, scope: [String; 3]) -> Measured {
    let (bounds, series) = match metric.data() {
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => points(histogram, |sum| sum),
        AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
            points(histogram, |sum| sum as f64)
        }
        AggregatedMetrics::I64(MetricData::Sum(sum)) => {
            let points = sum.data_points().map(|point| Series {
                attributes: collected(point.attributes()),
                count: 0,
                sum: point.value() as f64,
            });
            (Vec::new(), points.collect())
        }
        other => panic!("nothing of ours is measured as {other:?}"),
    };
    Measured {
        name: metric.name().to_owned(),
        unit: metric.unit().to_owned(),
        scope,
        bounds,
        series,
    }
}

fn points<T: Copy>(histogram: &Histogram<T>, sum: fn(T) -> f64) -> (Vec<f64>, Vec<Series>) {
    let bounds = histogram.data_points().next();
    let bounds = bounds
        .map(|point| point.bounds().collect())
        .unwrap_or_default();
    let series = histogram.data_points().map(|point| Series {
        attributes: collected(point.attributes()),
        count: point.count(),
        sum: sum(point.sum()),
    });
    (bounds, series.collect())
}

fn collected<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Attributes {
    attributes
        .map(|attribute| (attribute.key.to_string(), attribute.value.clone()))
        .collect()
}
