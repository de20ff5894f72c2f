//! Metrics and their points.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};

use super::catalog::About;
use crate::receivers::prometheus::labels::Labels;
use crate::receivers::prometheus::parse::{Exemplar, Kind};

/// Bytes of descriptions that one answer may repeat, once per metric: many metrics can share a
/// family, and so a long description would make a large request of a small answer.
const MAX_HELP: usize = 16 << 20;

/// Everything that one request will hold.
#[derive(Debug)]
pub(in crate::receivers::prometheus) struct Points<'t> {
    hasher: RandomState,
    /// Bytes of descriptions so far.
    help: usize,
    metrics: Vec<(Metric<'t>, Vec<Point<'t>>)>,
    metric_index: HashMap<u64, usize>,
    point_index: HashMap<(u64, Option<i64>), (usize, usize)>,
    /// By job and instance: what the target says of itself.
    pub(super) infos: HashMap<(String, String), Labels<'t>>,
}

/// How OTLP has a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::receivers::prometheus) enum Shape {
    /// A gauge.
    Gauge,
    /// A histogram.
    Histogram,
    /// A cumulative sum that does not only grow.
    NonMonotonicSum,
    /// A cumulative sum that only grows.
    Sum,
    /// A summary.
    Summary,
}

/// A metric of one resource and scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::receivers::prometheus) struct Metric<'t> {
    pub(in crate::receivers::prometheus) job: Cow<'t, str>,
    pub(in crate::receivers::prometheus) instance: Cow<'t, str>,
    pub(in crate::receivers::prometheus) scope: Labels<'t>,
    pub(in crate::receivers::prometheus) name: Cow<'t, str>,
    pub(in crate::receivers::prometheus) help: Cow<'t, str>,
    pub(in crate::receivers::prometheus) unit: Cow<'t, str>,
    pub(in crate::receivers::prometheus) kind: Kind,
}

impl Metric<'_> {
    /// How OTLP has it.
    pub(in crate::receivers::prometheus) fn shape(&self) -> Shape {
        match self.kind {
            Kind::Counter => Shape::Sum,
            Kind::Gauge | Kind::GaugeHistogram | Kind::Unknown => Shape::Gauge,
            Kind::Histogram => Shape::Histogram,
            Kind::Info | Kind::StateSet => Shape::NonMonotonicSum,
            Kind::Summary => Shape::Summary,
        }
    }

    /// Bytes of its texts.
    pub(in crate::receivers::prometheus) fn bytes(&self) -> usize {
        let texts = [
            &self.job,
            &self.instance,
            &self.name,
            &self.help,
            &self.unit,
        ];
        self.scope.bytes() + texts.map(|text| text.len()).iter().sum::<usize>()
    }

    /// The same with nothing borrowed.
    pub(in crate::receivers::prometheus) fn into_owned(self) -> Metric<'static> {
        Metric {
            job: self.job.into_owned().into(),
            instance: self.instance.into_owned().into(),
            scope: self.scope.into_owned(),
            name: self.name.into_owned().into(),
            help: self.help.into_owned().into(),
            unit: self.unit.into_owned().into(),
            kind: self.kind,
        }
    }
}

/// A point of a metric.
#[derive(Clone, Debug)]
pub(in crate::receivers::prometheus) struct Point<'t> {
    /// The hash of the metric and the labels: the same in every scrape of a target.
    pub(in crate::receivers::prometheus) id: u64,
    pub(in crate::receivers::prometheus) labels: Labels<'t>,
    /// When it was taken, if the target has said so.
    pub(in crate::receivers::prometheus) time: Option<i64>,
    /// When counting began, in seconds, if the target has said so.
    pub(in crate::receivers::prometheus) created: Option<f64>,
    /// When counting began, in nanoseconds since the Unix epoch; 0 if that is not known.
    pub(in crate::receivers::prometheus) start: u64,
    /// The samples it is made of.
    pub(in crate::receivers::prometheus) samples: u64,
    pub(in crate::receivers::prometheus) value: Value,
    pub(in crate::receivers::prometheus) exemplars: Vec<Exemplar<'t>>,
}

/// The value of a point.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::receivers::prometheus) enum Value {
    /// A number.
    Number(f64),
    /// Buckets (bound and cumulative count), or quantiles and their values, with count and sum.
    Parts {
        count: Option<f64>,
        sum: Option<f64>,
        list: Vec<(f64, f64)>,
    },
    /// The series has vanished.
    #[default]
    Stale,
}

impl<'t> Points<'t> {
    /// None yet. `hasher` makes the ids, and is to be the same in every scrape of a target.
    pub(in crate::receivers::prometheus) fn new(hasher: RandomState) -> Self {
        Self {
            hasher,
            help: 0,
            metrics: Vec::new(),
            metric_index: HashMap::new(),
            point_index: HashMap::new(),
            infos: HashMap::new(),
        }
    }

    /// The point of `metric` with these labels at this time, made if there is none.
    pub(in crate::receivers::prometheus) fn point(
        &mut self,
        mut metric: Metric<'t>,
        labels: Labels<'t>,
        time: Option<i64>,
    ) -> &mut Point<'t> {
        let about = About::new(std::mem::take(&mut metric.help));
        self.point_about(metric, &about, labels, time)
    }

    /// The same for a metric whose description is that of `about`. It is copied only into a new
    /// metric, and only as long as all copies together stay small.
    pub(super) fn point_about(
        &mut self,
        metric: Metric<'t>,
        about: &About<'t>,
        labels: Labels<'t>,
        time: Option<i64>,
    ) -> &mut Point<'t> {
        let metric_id = self.metric_id(&metric);
        let id = self.hasher.hash_one((metric_id, &labels));
        let key = (id, time);
        let (at, index) = match self.point_index.get(&key) {
            Some(found) => *found,
            None => {
                let at = self.metric(metric_id, metric, about);
                let points = &mut self.metrics[at].1;
                points.push(Point {
                    id,
                    labels,
                    time,
                    created: None,
                    start: 0,
                    samples: 0,
                    value: Value::default(),
                    exemplars: Vec::new(),
                });
                let place = (at, points.len() - 1);
                self.point_index.insert(key, place);
                place
            }
        };
        &mut self.metrics[at].1[index]
    }

    /// Every metric with its points.
    pub(in crate::receivers::prometheus) fn metrics(&self) -> &[(Metric<'t>, Vec<Point<'t>>)] {
        &self.metrics
    }

    /// Every metric with its points, to be changed.
    pub(in crate::receivers::prometheus) fn metrics_mut(
        &mut self,
    ) -> &mut [(Metric<'t>, Vec<Point<'t>>)] {
        &mut self.metrics
    }

    /// What identifies a metric: not its help or unit, which a target may reword.
    fn metric_id(&self, metric: &Metric<'_>) -> u64 {
        let Metric {
            job,
            instance,
            scope,
            name,
            ..
        } = metric;
        let key = (job, instance, scope, name, metric.shape());
        self.hasher.hash_one(key)
    }

    fn metric(&mut self, id: u64, mut metric: Metric<'t>, about: &About<'t>) -> usize {
        let next = self.metrics.len();
        let at = *self.metric_index.entry(id).or_insert(next);
        if at == next {
            if self.help + about.help.len() <= MAX_HELP {
                self.help += about.help.len();
                metric.help = about.help.clone();
            }
            self.metrics.push((metric, Vec::new()));
        }
        at
    }
}
