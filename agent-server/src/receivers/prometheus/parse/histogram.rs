//! What OpenMetrics demands of one histogram.

use super::error::Wrong;

/// What has been seen of a histogram.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Buckets {
    last: Option<(f64, f64)>,
    count: Option<f64>,
    sum: Option<f64>,
    gsum: Option<f64>,
    negative: bool,
    any: bool,
}

impl Buckets {
    /// Takes a sample; `le` is the bound of a bucket.
    pub(super) fn sample(&mut self, suffix: &str, le: f64, value: f64) -> Result<(), Wrong> {
        self.any = true;
        match suffix {
            "_bucket" => {
                let ordered = self
                    .last
                    .is_none_or(|(bound, count)| le > bound && value >= count);
                if !ordered {
                    return Err(Wrong::BucketOrder);
                }
                self.negative |= le < 0.0;
                self.last = Some((le, value));
            }
            "_count" | "_gcount" => self.count = Some(value),
            "_sum" => self.sum = Some(value),
            "_gsum" => self.gsum = Some(value),
            _ => {}
        }
        Ok(())
    }

    /// Checks the whole.
    pub(super) fn end(self) -> Result<(), Wrong> {
        if !self.any {
            return Ok(());
        }
        let Some((f64::INFINITY, all)) = self.last else {
            return Err(Wrong::InfBucket);
        };
        let has_sum = self.sum.is_some() || self.gsum.is_some();
        let matches = self.count.is_none_or(|count| count == all)
            && has_sum == self.count.is_some()
            && !(self.negative && self.sum.is_some())
            && (self.negative || self.gsum.is_none_or(|sum| sum >= 0.0));
        if matches { Ok(()) } else { Err(Wrong::Count) }
    }
}
