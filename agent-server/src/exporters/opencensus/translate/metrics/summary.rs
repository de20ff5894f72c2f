//! Summaries.

use campanile_wire::otlp::write::nested;

use super::super::field::{put_double, put_present};
use super::point::Summary;

/// The attributes that hold what OTLP has no fields for.
pub(super) const COUNT: &str = "opencensus.snapshot_count";
pub(super) const SUM: &str = "opencensus.snapshot_sum";

/// Appends the fields of a `SummaryValue`.
pub(super) fn put(out: &mut Vec<u8>, summary: &Summary) {
    nested(out, 1, |out| put_present(out, 1, summary.count));
    nested(out, 2, |out| put_double(out, 1, summary.sum));
    let has_own = summary.snapshot_count.is_some() || summary.snapshot_sum.is_some();
    if summary.quantiles.is_empty() && !has_own {
        return;
    }
    nested(out, 3, |out| {
        if let Some(count) = summary.snapshot_count {
            nested(out, 1, |out| put_present(out, 1, count.cast_unsigned()));
        }
        if let Some(sum) = summary.snapshot_sum {
            nested(out, 2, |out| put_double(out, 1, sum));
        }
        for quantile in &summary.quantiles {
            nested(out, 3, |out| {
                put_double(out, 1, percentile(quantile.quantile));
                put_double(out, 2, quantile.value);
            });
        }
    });
}

/// The percentile that is this quantile again when it is divided by 100.
fn percentile(quantile: f64) -> f64 {
    let near = quantile * 100.0;
    let candidates = [near, near.next_up(), near.next_down()];
    let exact = candidates.into_iter().find(|p| p / 100.0 == quantile);
    exact.unwrap_or(near)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::percentile;

    proptest! {
        #[test]
        fn a_quantile_that_came_from_a_percentile_is_the_same_again(p in 0.0_f64..=100.0) {
            let quantile = p / 100.0;
            prop_assert_eq!((percentile(quantile) / 100.0).to_bits(), quantile.to_bits());
        }
    }
}
