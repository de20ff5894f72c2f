//! How long things took: histograms with bounds, or exponential ones, and how they are written.

use std::time::Duration;

use campanile_wire::otlp::write;
use campanile_wire::protobuf::put_varint;

use super::exponential::Exponential;
use super::points::{Exemplar, Times, attributes, double};

/// Cumulative, or since the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Temporality {
    /// Since a fixed start.
    Cumulative,
    /// Since the point before.
    Delta,
}

impl Temporality {
    /// Whether it is since the point before.
    pub(super) fn is_delta(self) -> bool {
        self == Self::Delta
    }

    /// The number of the protocol.
    pub(super) const fn number(self) -> u64 {
        match self {
            Self::Delta => 1,
            Self::Cumulative => 2,
        }
    }
}

/// How durations are put into buckets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// Nanoseconds of one unit of what is written.
    pub(super) unit: f64,
    /// The buckets.
    pub(super) buckets: Buckets,
}

/// The buckets of a histogram.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Buckets {
    /// Those that end at these durations, in nanoseconds and rising, and one for what is longer.
    Explicit(Vec<u64>),
    /// At most so many, of equal width on a logarithmic scale.
    Exponential(usize),
}

impl Layout {
    /// Buckets that end at `bounds`.
    pub(super) fn explicit(unit: Duration, bounds: &[Duration]) -> Self {
        let nanos = |bound: &Duration| u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
        Self {
            unit: as_f64(unit.as_nanos()),
            buckets: Buckets::Explicit(bounds.iter().map(nanos).collect()),
        }
    }

    /// At most `max_size` exponential buckets.
    pub(super) fn exponential(unit: Duration, max_size: usize) -> Self {
        Self {
            unit: as_f64(unit.as_nanos()),
            buckets: Buckets::Exponential(max_size),
        }
    }

    /// A duration in the unit.
    pub(super) fn in_unit(&self, nanos: u64) -> f64 {
        as_f64(nanos.into()) / self.unit
    }

    /// The most buckets that a histogram has.
    pub(super) fn max_buckets(&self) -> usize {
        match &self.buckets {
            Buckets::Explicit(bounds) => bounds.len() + 1,
            Buckets::Exponential(max_size) => *max_size,
        }
    }

    /// The field of a `Metric` that holds such histograms.
    pub(super) const fn field(&self) -> u32 {
        match self.buckets {
            Buckets::Explicit(_) => 9,
            Buckets::Exponential(_) => 10,
        }
    }
}

/// Doubles hold nanoseconds exactly up to 104 days, and well enough beyond.
#[expect(clippy::cast_precision_loss, reason = "said above")]
fn as_f64(nanos: u128) -> f64 {
    nanos as f64
}

/// The durations of one series.
#[derive(Clone, Debug)]
pub(super) struct Latencies {
    count: u64,
    sum: u128,
    counts: Counts,
}

#[derive(Clone, Debug)]
enum Counts {
    Explicit(Box<[u64]>),
    Exponential(Exponential),
}

impl Latencies {
    /// None yet.
    pub(super) fn new(layout: &Layout) -> Self {
        let counts = match &layout.buckets {
            Buckets::Explicit(bounds) => Counts::Explicit(vec![0; bounds.len() + 1].into()),
            Buckets::Exponential(_) => Counts::Exponential(Exponential::default()),
        };
        Self {
            count: 0,
            sum: 0,
            counts,
        }
    }

    /// Adds one duration.
    pub(super) fn record(&mut self, layout: &Layout, nanos: u64) {
        self.count += 1;
        self.sum += u128::from(nanos);
        match (&mut self.counts, &layout.buckets) {
            (Counts::Explicit(counts), Buckets::Explicit(bounds)) => {
                let place = bounds.partition_point(|bound| *bound < nanos);
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
            (Counts::Exponential(counts), Buckets::Exponential(max_size)) => {
                counts.record(layout.in_unit(nanos), *max_size);
            }
            _ => {}
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.sum = 0;
        match &mut self.counts {
            Counts::Explicit(counts) => counts.fill(0),
            Counts::Exponential(counts) => *counts = Exponential::default(),
        }
    }

    /// Writes the point with the attributes that `key` holds.
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        layout: &Layout,
        key: &[u8],
        times: Times,
        exemplars: &[Exemplar],
    ) {
        let sum = as_f64(self.sum) / layout.unit;
        write::nested(out, 1, |point| {
            write::fixed64(point, 2, times.start);
            write::fixed64(point, 3, times.now);
            write::fixed64(point, 4, self.count);
            double(point, 5, sum);
            match (&self.counts, &layout.buckets) {
                (Counts::Explicit(counts), Buckets::Explicit(bounds)) => {
                    explicit(point, counts, bounds, layout);
                    exemplars.iter().for_each(|one| one.write(point, 8));
                    attributes(point, 9, key);
                }
                (Counts::Exponential(counts), _) => {
                    counts.write(point);
                    exemplars.iter().for_each(|one| one.write(point, 11));
                    attributes(point, 1, key);
                }
                _ => {}
            }
        });
    }
}

/// Writes counts and bounds, both packed.
fn explicit(point: &mut Vec<u8>, counts: &[u64], bounds: &[u64], layout: &Layout) {
    put_varint(point, 6 << 3 | 2);
    put_varint(point, 8 * counts.len() as u64);
    for count in counts {
        point.extend_from_slice(&count.to_le_bytes());
    }
    put_varint(point, 7 << 3 | 2);
    put_varint(point, 8 * bounds.len() as u64);
    for bound in bounds {
        point.extend_from_slice(&layout.in_unit(*bound).to_le_bytes());
    }
}
