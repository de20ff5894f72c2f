//! Remote write 1.0: `prometheus.WriteRequest`, written field by field.
//!
//! Specification: <https://prometheus.io/docs/specs/prw/remote_write_spec/>.

use std::collections::BTreeMap;

use crate::otlp::write::{bytes, fixed64, nested, text, varint};
use crate::protobuf::put_varint;

use super::{
    Exemplar, Exponential, Family, Kind, Labels, Native, NativeBuckets, Point, PointValue, STALE,
    Sample, native, samples,
};

/// Appends one `TimeSeries` for each sample that a point of `family` has. `points` all have these
/// `labels` and are in the order of their times. Histograms that are
/// [too coarse](Exponential::is_too_coarse) are left out.
pub fn put_series(out: &mut Vec<u8>, family: &Family<'_>, labels: &Labels, points: &[Point]) {
    let mut slots: BTreeMap<SlotKey, Slot<'_>> = BTreeMap::new();
    for point in points {
        if let PointValue::Exponential(histogram) = &point.value {
            if let Some(histogram) = native_of(histogram, point.is_stale) {
                let sample = Timed {
                    millis: point.time_unix_millis(),
                    value: Written::Native(histogram),
                };
                let slot = slots.entry(("", None)).or_default();
                slot.push(sample, point.exemplars.iter().collect());
            }
            continue;
        }
        for sample in samples(point) {
            let Sample {
                suffix,
                label,
                value,
                exemplars,
            } = sample;
            let key = (suffix, label.map(|(_, at)| at.to_bits()));
            let sample = Timed {
                millis: point.time_unix_millis(),
                value: Written::Number(value),
            };
            let slot = slots.entry(key).or_default();
            (slot.suffix, slot.label) = (suffix, label);
            slot.push(sample, exemplars);
        }
    }
    for slot in slots.values() {
        nested(out, 1, |out| slot.write(out, family, labels));
    }
}

/// Appends the `MetricMetadata` of a family.
pub fn put_metadata(out: &mut Vec<u8>, family: &Family<'_>) {
    let kind = match family.kind {
        Kind::Unknown => 0,
        Kind::Counter => 1,
        Kind::Gauge => 2,
        Kind::Histogram => 3,
        Kind::Summary => 5,
        Kind::Info => 6,
        Kind::StateSet => 7,
    };
    nested(out, 3, |out| {
        varint(out, 1, kind);
        text(out, 2, &family.name);
        text(out, 4, family.help);
        text(out, 5, &family.unit);
    });
}

/// What tells the series of one point apart: the suffix, and the bits of the bound or quantile.
type SlotKey = (&'static str, Option<u64>);

/// One series that is being gathered.
#[derive(Default)]
struct Slot<'p> {
    suffix: &'static str,
    label: Option<(&'static str, f64)>,
    samples: Vec<Timed>,
    exemplars: Vec<&'p Exemplar>,
}

struct Timed {
    millis: i64,
    value: Written,
}

enum Written {
    Native(Native),
    Number(f64),
}

impl<'p> Slot<'p> {
    /// Adds a sample; of two at one time the later one counts.
    fn push(&mut self, sample: Timed, exemplars: Vec<&'p Exemplar>) {
        if self
            .samples
            .last()
            .is_some_and(|last| last.millis == sample.millis)
        {
            self.samples.pop();
        }
        self.samples.push(sample);
        self.exemplars.extend(exemplars);
    }

    fn write(&self, out: &mut Vec<u8>, family: &Family<'_>, labels: &Labels) {
        let name = format!("{}{}", family.name, self.suffix);
        let at = self.label.map(|(label, at)| (label, shown(at)));
        let mut all: Vec<(&str, &str)> = labels.iter().collect();
        all.push(("__name__", &name));
        all.extend(at.as_ref().map(|(label, at)| (*label, at.as_str())));
        all.sort_unstable();
        for (name, value) in all {
            label(out, name, value);
        }
        for Timed { millis, value } in &self.samples {
            match value {
                Written::Number(value) => nested(out, 2, |out| {
                    fixed64(out, 1, value.to_bits());
                    varint(out, 2, millis.cast_unsigned());
                }),
                Written::Native(histogram) => {
                    nested(out, 4, |out| write_native(out, histogram, *millis));
                }
            }
        }
        for exemplar in &self.exemplars {
            nested(out, 3, |out| write_exemplar(out, exemplar));
        }
    }
}

fn label(out: &mut Vec<u8>, name: &str, value: &str) {
    nested(out, 1, |out| {
        text(out, 1, name);
        text(out, 2, value);
    });
}

fn write_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    for (name, value) in exemplar.labels.iter() {
        label(out, name, value);
    }
    fixed64(out, 2, exemplar.value.to_bits());
    varint(out, 3, exemplar.time_unix_nano / 1_000_000);
}

/// A bound or quantile as a label has it.
fn shown(at: f64) -> String {
    if at == f64::INFINITY {
        return "+Inf".to_owned();
    }
    format!("{at}")
}

fn native_of(histogram: &Exponential, is_stale: bool) -> Option<Native> {
    if is_stale {
        return Some(Native {
            count: STALE,
            sum: f64::from_bits(STALE),
            ..Native::default()
        });
    }
    native(histogram)
}

/// Writes a native histogram of integers. Its counts are members of oneofs: zero is written too.
fn write_native(out: &mut Vec<u8>, histogram: &Native, millis: i64) {
    always(out, 1, histogram.count);
    fixed64(out, 3, histogram.sum.to_bits());
    varint(out, 4, u64::from(zigzag32(histogram.schema)));
    fixed64(out, 5, histogram.zero_threshold.to_bits());
    always(out, 6, histogram.zero_count);
    write_buckets(out, [8, 9], &histogram.negative);
    write_buckets(out, [11, 12], &histogram.positive);
    varint(out, 15, millis.cast_unsigned());
}

fn write_buckets(out: &mut Vec<u8>, [spans, deltas]: [u32; 2], buckets: &NativeBuckets) {
    for (offset, length) in &buckets.spans {
        nested(out, spans, |out| {
            varint(out, 1, u64::from(zigzag32(*offset)));
            varint(out, 2, u64::from(*length));
        });
    }
    let mut packed = Vec::new();
    for delta in &buckets.deltas {
        put_varint(&mut packed, zigzag64(*delta));
    }
    bytes(out, deltas, &packed);
}

fn always(out: &mut Vec<u8>, number: u32, value: u64) {
    put_varint(out, u64::from(number) << 3);
    put_varint(out, value);
}

fn zigzag32(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)).cast_unsigned()
}

fn zigzag64(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}
