//! Writing metrics as OTLP.

use std::time::Duration;

use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::protobuf::put_varint;

use super::metric::{Kind, Metric, Selection};

/// Attributes of a point or a resource.
pub(super) type Attributes<'a> = &'a [(&'a str, Scalar<'a>)];

/// When the counting began and when it was read, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// The start of the machine or process.
    pub(super) start: u64,
    /// The reading.
    pub(super) now: u64,
}

impl Times {
    /// Seconds between the two.
    pub(super) fn seconds(self) -> f64 {
        Duration::from_nanos(self.now.saturating_sub(self.start)).as_secs_f64()
    }
}

/// The metrics of one scraper about one resource, as they are written.
#[derive(Debug)]
pub(super) struct Scope<'s> {
    /// The fields of a `ScopeMetrics`.
    out: Vec<u8>,
    points: u64,
    dropped: u64,
    times: Times,
    selection: &'s Selection,
}

impl<'s> Scope<'s> {
    /// Nothing yet, of the scraper of this name.
    pub(super) fn new(scraper: &str, times: Times, selection: &'s Selection) -> Self {
        let mut out = Vec::new();
        write::nested(&mut out, 1, |scope| {
            write::text(scope, 1, &format!("campanile/hostmetrics/{scraper}"));
            write::text(scope, 2, env!("CARGO_PKG_VERSION"));
        });
        Self {
            out,
            points: 0,
            dropped: 0,
            times,
            selection,
        }
    }

    /// The two times of every point.
    pub(super) fn times(&self) -> Times {
        self.times
    }

    /// Whether a metric is wanted.
    pub(super) fn wants(&self, metric: &Metric) -> bool {
        self.selection.has(metric)
    }

    /// At most `limit` of a list; what is beyond counts as dropped.
    pub(super) fn bounded<T>(&mut self, mut list: Vec<T>, limit: usize) -> Vec<T> {
        self.dropped += list.len().saturating_sub(limit) as u64;
        list.truncate(limit);
        list
    }

    /// Adds a metric with the points that `fill` gives, if it is wanted and there are any.
    pub(super) fn metric(&mut self, metric: &Metric, fill: impl FnOnce(&mut Points)) {
        if !self.wants(metric) {
            return;
        }
        let mut points = Points {
            out: Vec::new(),
            count: 0,
            times: self.times,
            has_start: metric.kind != Kind::Gauge,
        };
        fill(&mut points);
        if points.count == 0 {
            return;
        }
        self.points += points.count;
        write::nested(&mut self.out, 2, |out| {
            write::text(out, 1, metric.name);
            write::text(out, 2, metric.about);
            write::text(out, 3, metric.unit);
            match metric.kind {
                Kind::Gauge => write::nested(out, 5, |gauge| gauge.extend(&points.out)),
                Kind::Counter | Kind::UpDown => write::nested(out, 7, |sum| {
                    const CUMULATIVE: u64 = 2;
                    sum.extend(&points.out);
                    write::varint(sum, 2, CUMULATIVE);
                    write::varint(sum, 3, u64::from(metric.kind == Kind::Counter));
                }),
            }
        });
    }

    /// How many points there are.
    pub(super) fn points(&self) -> u64 {
        self.points
    }

    /// What was left out because there was too much of it.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Writes it as one of the scopes of a `ResourceMetrics`.
    pub(super) fn write(&self, resource_metrics: &mut Vec<u8>) {
        write::nested(resource_metrics, 2, |out| out.extend(&self.out));
    }
}

/// The points of one metric.
#[derive(Debug)]
pub(super) struct Points {
    out: Vec<u8>,
    count: u64,
    times: Times,
    has_start: bool,
}

impl Points {
    /// A point with a whole number; what is beyond OTLP's range is its largest.
    pub(super) fn int(&mut self, value: u64, attributes: Attributes<'_>) {
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        self.point(6 << 3 | 1, value.to_le_bytes(), attributes);
    }

    /// A point with a fraction.
    pub(super) fn double(&mut self, value: f64, attributes: Attributes<'_>) {
        self.point(4 << 3 | 1, value.to_le_bytes(), attributes);
    }

    fn point(&mut self, tag: u64, value: [u8; 8], attributes: Attributes<'_>) {
        let Times { start, now } = self.times;
        let start = if self.has_start { start } else { 0 };
        self.count += 1;
        write::nested(&mut self.out, 1, |out| {
            write::fixed64(out, 2, start);
            write::fixed64(out, 3, now);
            // Zero is written too: the value is a oneof.
            put_varint(out, tag);
            out.extend(value);
            for (key, value) in attributes {
                write::attribute(out, 7, key, *value);
            }
        });
    }
}
