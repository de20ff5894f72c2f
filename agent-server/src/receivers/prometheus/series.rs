//! What a target has exposed so far: when each of its series began, and which have vanished.
//!
//! A series is a point of a metric, as OTLP has it: a histogram with all of its buckets is one. It
//! is remembered until [`KEPT`] after it has vanished, so that it goes on where it was when it
//! comes back soon.
//!
//! # Limits
//!
//! [`MAX_SERIES`] series of one target are remembered, and [`MAX_BYTES`] of their labels; what
//! begins beyond that starts anew with every scrape, and is not missed when it vanishes. From half
//! of it on, what has vanished is forgotten at once.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use super::labels::Labels;
use super::translate::{Metric, Point, Points, Shape, Value};

/// How long a series that has vanished is remembered.
const KEPT: Duration = Duration::from_secs(300);
/// Series that are remembered.
const MAX_SERIES: usize = 500_000;
/// Bytes of labels and descriptions that are remembered.
const MAX_BYTES: usize = 64 << 20;

/// The series of one target.
#[derive(Debug, Default)]
pub(super) struct SeriesCache {
    hasher: RandomState,
    series: HashMap<u64, Series>,
    /// Each metric once; series share it.
    metrics: HashMap<u64, Arc<Metric<'static>>>,
    scrape: u64,
    /// Bytes of what is remembered.
    bytes: usize,
}

#[derive(Debug)]
struct Series {
    metric: Arc<Metric<'static>>,
    labels: Labels<'static>,
    /// The scrape that has seen it last.
    seen: u64,
    /// When it vanished, in nanoseconds since the Unix epoch.
    vanished: Option<u64>,
    /// Whether the target says when its samples were taken, and so when they are old.
    is_dated: bool,
    start: u64,
    last: Last,
}

/// The last value of a series that counts.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    count: f64,
    sum: f64,
}

/// How starts and ends are found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clockwork {
    /// When everything began that counts, if the target has a metric that says so.
    pub(super) process_start: Option<u64>,
    /// The time of the scrape, in nanoseconds since the Unix epoch.
    pub(super) now: u64,
    /// Whether dated series vanish too.
    pub(super) track_dated: bool,
}

impl SeriesCache {
    /// Points whose ids are those of this cache.
    pub(super) fn points<'t>(&self) -> Points<'t> {
        Points::new(self.hasher.clone())
    }

    /// Takes what a scrape has found: sets when each point began, and adds a point for each series
    /// that has vanished. Gives the samples of series that are new.
    pub(super) fn observe(&mut self, points: &mut Points<'_>, clock: Clockwork) -> u64 {
        self.scrape += 1;
        let mut added = 0;
        for (metric, points) in points.metrics_mut() {
            for point in points
                .iter_mut()
                .filter(|point| point.value != Value::Stale)
            {
                added += self.see(metric, point, clock);
            }
        }
        self.vanish(points, clock);
        added
    }

    /// Adds a point for each series that has vanished since the last scrape, and forgets those that
    /// have vanished long ago.
    fn vanish(&mut self, points: &mut Points<'_>, clock: Clockwork) {
        let kept = u64::try_from(KEPT.as_nanos()).unwrap_or(u64::MAX);
        let before = self.series.len();
        let is_full = before > MAX_SERIES / 2 || self.bytes > MAX_BYTES / 2;
        self.series.retain(|_, series| {
            if series.seen == self.scrape {
                return true;
            }
            if let Some(vanished) = series.vanished {
                let is_kept = !is_full && clock.now.saturating_sub(vanished) < kept;
                if !is_kept {
                    self.bytes -= series.labels.bytes();
                }
                return is_kept;
            }
            series.vanished = Some(clock.now);
            if !series.is_dated || clock.track_dated {
                let metric = Metric::clone(&series.metric);
                let point = points.point(metric, series.labels.clone(), None);
                if has_start(series.metric.shape()) {
                    point.start = series.start;
                }
            }
            true
        });
        if self.series.len() < before {
            self.metrics.retain(|_, metric| {
                let is_used = Arc::strong_count(metric) > 1;
                if !is_used {
                    self.bytes -= metric.bytes();
                }
                is_used
            });
        }
    }

    /// Takes one point; gives its samples if its series is new or was gone.
    fn see(&mut self, metric: &Metric<'_>, point: &mut Point<'_>, clock: Clockwork) -> u64 {
        let time = point
            .time
            .map_or(clock.now, |time| u64::try_from(time).unwrap_or(0));
        let last = Last::of(&point.value);
        let said = point.created.and_then(nanos).or(clock.process_start);
        let said = said.filter(|start| *start <= time);
        let scrape = self.scrape;
        let (fresh, known) = match self.series.get_mut(&point.id) {
            Some(known) => (known.vanished.take().is_some(), Some(known)),
            None => (true, self.remember(metric, point, time, last)),
        };
        if let Some(known) = known {
            if said.is_none() && last.is_reset_of(known.last) {
                known.start = time;
            }
            known.start = said.unwrap_or(known.start);
            known.last = last;
            known.seen = scrape;
            known.is_dated = point.time.is_some();
            point.start = known.start;
        } else {
            point.start = said.unwrap_or(time);
        }
        if !has_start(metric.shape()) {
            point.start = 0;
        }
        if fresh { point.samples } else { 0 }
    }

    fn remember(
        &mut self,
        metric: &Metric<'_>,
        point: &Point<'_>,
        time: u64,
        last: Last,
    ) -> Option<&mut Series> {
        let id = self.hasher.hash_one(metric);
        let mut bytes = point.labels.bytes();
        if !self.metrics.contains_key(&id) {
            bytes += metric.bytes();
        }
        if self.series.len() >= MAX_SERIES || self.bytes + bytes > MAX_BYTES {
            return None;
        }
        self.bytes += bytes;
        let shared = self
            .metrics
            .entry(id)
            .or_insert_with(|| Arc::new(metric.clone().into_owned()));
        let series = Series {
            metric: Arc::clone(shared),
            labels: point.labels.clone().into_owned(),
            seen: 0,
            vanished: None,
            is_dated: false,
            start: time,
            last,
        };
        Some(self.series.entry(point.id).or_insert(series))
    }
}

impl Last {
    fn of(value: &Value) -> Self {
        match value {
            Value::Number(count) => Self {
                count: *count,
                sum: 0.0,
            },
            Value::Parts { count, sum, list } => Self {
                count: count.or_else(|| without_bound(list)).unwrap_or(0.0),
                sum: sum.unwrap_or(0.0),
            },
            Value::Stale => Self::default(),
        }
    }

    /// Whether counting began anew. A sum may shrink with observations below zero; where they are
    /// not below zero, it cannot.
    fn is_reset_of(self, before: Self) -> bool {
        self.count < before.count
            || (self.sum < before.sum && self.sum >= 0.0 && self.count == before.count)
    }
}

/// The count of the bucket without a bound, which is that of all.
fn without_bound(list: &[(f64, f64)]) -> Option<f64> {
    let last = list.iter().find(|(bound, _)| *bound == f64::INFINITY);
    last.map(|(_, count)| *count)
}

/// Whether the values of a shape have a beginning.
fn has_start(shape: Shape) -> bool {
    !matches!(shape, Shape::Gauge | Shape::NonMonotonicSum)
}

/// Seconds as nanoseconds, if they are a time.
pub(super) fn nanos(seconds: f64) -> Option<u64> {
    (seconds > 0.0 && seconds < 1e10).then_some((seconds * 1e9) as u64)
}
