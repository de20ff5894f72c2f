//! Exponential histograms of positive numbers, with a bounded number of buckets.
//!
//! Bucket `index` at `scale` holds the values in `(2^(index/2^scale), 2^((index+1)/2^scale)]`. A
//! value that would need more buckets than allowed halves the scale until it fits, joining buckets
//! two by two: the
//! [data model](https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram).

use campanile_wire::otlp::write;
use campanile_wire::protobuf::{put_varint, varint_len};

/// The finest scale: buckets that are 0.00007 % wide.
const MAX_SCALE: i32 = 20;
/// At this scale two buckets hold every double.
const MIN_SCALE: i32 = -10;

/// The buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exponential {
    scale: i32,
    /// The index of the first bucket.
    offset: i32,
    counts: Vec<u64>,
    zero: u64,
}

impl Default for Exponential {
    fn default() -> Self {
        Self {
            scale: MAX_SCALE,
            offset: 0,
            counts: Vec::new(),
            zero: 0,
        }
    }
}

impl Exponential {
    /// Adds `value`, keeping to `max_size` buckets, at least two.
    pub(super) fn record(&mut self, value: f64, max_size: usize) {
        if !value.is_normal() || value < 0.0 {
            self.zero += 1;
            return;
        }
        loop {
            let index = index(value, self.scale);
            let (low, high) = self.with(index);
            let size = high.abs_diff(low) as usize + 1;
            if size <= max_size.max(2) || self.scale <= MIN_SCALE {
                self.reach(low, size);
                let place = index.abs_diff(low) as usize;
                if let Some(count) = self.counts.get_mut(place) {
                    *count += 1;
                }
                return;
            }
            self.halve();
        }
    }

    /// The first and the last bucket, once there is one at `index`.
    fn with(&self, index: i32) -> (i32, i32) {
        match i32::try_from(self.counts.len()) {
            Ok(0) | Err(_) => (index, index),
            Ok(len) => (self.offset.min(index), (self.offset + len - 1).max(index)),
        }
    }

    /// Makes buckets from `low`, `size` of them.
    fn reach(&mut self, low: i32, size: usize) {
        if self.counts.is_empty() {
            self.offset = low;
        }
        let before = self.offset.abs_diff(low) as usize;
        self.counts.splice(0..0, std::iter::repeat_n(0, before));
        self.counts.resize(size, 0);
        self.offset = low;
    }

    /// Joins every two buckets.
    fn halve(&mut self) {
        let offset = self.offset >> 1;
        let mut joined = Vec::with_capacity(self.counts.len() / 2 + 1);
        for (index, count) in (self.offset..).zip(&self.counts) {
            let place = (index >> 1).abs_diff(offset) as usize;
            if joined.len() <= place {
                joined.resize(place + 1, 0);
            }
            joined[place] += count;
        }
        self.counts = joined;
        self.offset = offset;
        self.scale -= 1;
    }

    /// Writes the fields of a point that are its buckets.
    pub(super) fn write(&self, point: &mut Vec<u8>) {
        write::varint(point, 6, zigzag(self.scale));
        write::fixed64(point, 7, self.zero);
        if self.counts.is_empty() {
            return;
        }
        write::nested(point, 8, |buckets| {
            write::varint(buckets, 1, zigzag(self.offset));
            let len: usize = self.counts.iter().map(|count| varint_len(*count)).sum();
            put_varint(buckets, 2 << 3 | 2);
            put_varint(buckets, len as u64);
            for count in &self.counts {
                put_varint(buckets, *count);
            }
        });
    }
}

/// The bucket of a positive, normal value.
fn index(value: f64, scale: i32) -> i32 {
    let bits = value.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1_023;
    // A power of two is the upper end of its bucket; a logarithm may be off by a little.
    if bits & ((1 << 52) - 1) == 0 {
        return match scale {
            0.. => (exponent << scale) - 1,
            _ => (exponent - 1) >> -scale,
        };
    }
    match scale {
        1.. => {
            let fraction = f64::from_bits(bits & ((1 << 52) - 1) | 1_023 << 52).log2();
            let steps = fraction * f64::from(1 << scale);
            let within = (steps.ceil() as i32 - 1).clamp(0, (1 << scale) - 1);
            (exponent << scale) + within
        }
        _ => exponent >> -scale,
    }
}

/// A `sint32`.
const fn zigzag(value: i32) -> u64 {
    ((value << 1) ^ (value >> 31)).cast_unsigned() as u64
}

#[cfg(test)]
mod tests {
    use campanile_wire::otlp::view::ExponentialHistogramPoint;
    use proptest::prelude::*;

    use super::*;

    fn recorded(values: &[f64], max_size: usize) -> Exponential {
        let mut histogram = Exponential::default();
        for value in values {
            histogram.record(*value, max_size);
        }
        histogram
    }

    #[test]
    fn a_power_of_two_is_the_upper_end_of_its_bucket() {
        let cases = [
            (1.0, 0, -1),
            (2.0, 0, 0),
            (2.1, 0, 1),
            (1.5, 0, 0),
            (4.0, -1, 0),
            (4.1, -1, 1),
            (0.5, 0, -2),
            (2.0, 1, 1),
            (1.5, 1, 1),
            (1.2, 1, 0),
        ];
        for (value, scale, expected) in cases {
            assert_eq!(index(value, scale), expected, "{value} at {scale}");
        }
    }

    #[test]
    fn values_that_lie_far_apart_halve_the_scale_until_they_fit() {
        let histogram = recorded(&[1.0, 2.0, 4.0, 8.0], 4);
        assert_eq!((histogram.scale, histogram.offset), (0, -1));
        assert_eq!(histogram.counts, [1, 1, 1, 1]);
        let histogram = recorded(&[8.0, 1.0], 2);
        assert_eq!((histogram.scale, histogram.offset), (-2, -1));
        assert_eq!(histogram.counts, [1, 1]);
    }

    proptest! {
        #[test]
        fn every_value_is_in_the_bucket_that_holds_it(
            values in proptest::collection::vec(prop_oneof![Just(0.0), 1e-6..1e-3, 1e-3..1e12], 1..50),
            max_size in 2_usize..200,
        ) {
            let histogram = recorded(&values, max_size);
            prop_assert!(histogram.counts.len() <= max_size);
            let zeros = values.iter().filter(|value| **value == 0.0).count() as u64;
            prop_assert_eq!(histogram.zero, zeros);
            let sum: u64 = histogram.counts.iter().sum();
            prop_assert_eq!(sum + zeros, values.len() as u64);
            let mut point = Vec::new();
            histogram.write(&mut point);
            let read = ExponentialHistogramPoint::new(&point);
            prop_assert_eq!((read.scale, read.zero_count), (histogram.scale, zeros));
            prop_assert!(read.positive.counts().eq(histogram.counts.iter().copied()));
            let base = 2_f64.powf(2_f64.powi(-histogram.scale));
            for value in values.iter().filter(|value| **value > 0.0) {
                let index = index(*value, histogram.scale);
                let place = usize::try_from(index - read.positive.offset).expect("not before");
                prop_assert!(histogram.counts[place] > 0);
                let (low, high) = (base.powi(index), base.powi(index + 1));
                prop_assert!(low * (1.0 - 1e-6) < *value && *value <= high * (1.0 + 1e-6));
            }
        }
    }
}
