//! Buckets: cumulative in Prometheus, each for itself in OTLP.

use campanile_wire::otlp::write::nested;

/// The counts and bounds of a histogram.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Buckets {
    /// All observations.
    pub(super) count: u64,
    /// The upper bounds, but for the last bucket.
    pub(super) bounds: Vec<f64>,
    /// The observations in each bucket.
    pub(super) counts: Vec<u64>,
}

impl Buckets {
    /// Takes cumulative buckets in any order. The bucket without a bound and `count` stand for each
    /// other; `None` if there is neither.
    pub(super) fn new(count: Option<f64>, list: &[(f64, f64)]) -> Option<Self> {
        let infinite = list.iter().find(|(bound, _)| *bound == f64::INFINITY);
        let count = whole(count.or(infinite.map(|(_, count)| *count))?);
        let mut finite: Vec<_> = list
            .iter()
            .filter(|(bound, _)| *bound < f64::INFINITY)
            .collect();
        finite.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        finite.dedup_by(|(a, _), (b, _)| a == b);
        let mut buckets = Self {
            count,
            ..Self::default()
        };
        if list.is_empty() {
            return Some(buckets);
        }
        let mut below = 0;
        for (bound, cumulative) in finite {
            // A count that shrinks is a mistake of the target; nothing is counted twice for it.
            let cumulative = whole(*cumulative).clamp(below, count.max(below));
            buckets.bounds.push(*bound);
            buckets.counts.push(cumulative - below);
            below = cumulative;
        }
        buckets.counts.push(count.saturating_sub(below));
        Some(buckets)
    }

    /// Appends the fields 6 and 7 of a `HistogramDataPoint`.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        if !self.counts.is_empty() {
            nested(out, 6, |out| {
                let bytes = self.counts.iter().flat_map(|count| count.to_le_bytes());
                out.extend(bytes);
            });
        }
        if !self.bounds.is_empty() {
            nested(out, 7, |out| {
                let bytes = self.bounds.iter().flat_map(|bound| bound.to_le_bytes());
                out.extend(bytes);
            });
        }
    }
}

/// A count as OTLP has it: whole, and not negative.
pub(super) fn whole(count: f64) -> u64 {
    count as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(count: Option<f64>, list: &[(f64, f64)]) -> Option<(u64, Vec<f64>, Vec<u64>)> {
        Buckets::new(count, list).map(|all| (all.count, all.bounds, all.counts))
    }

    #[test]
    fn each_bucket_counts_for_itself() {
        let inf = f64::INFINITY;
        let all = new(Some(9.0), &[(5.0, 7.0), (1.0, 2.0), (inf, 9.0)]);
        assert_eq!(all, Some((9, vec![1.0, 5.0], vec![2, 5, 2])));
        assert_eq!(new(None, &[(inf, 3.0)]), Some((3, vec![], vec![3])));
        assert_eq!(
            new(Some(3.0), &[(1.0, 2.0)]),
            Some((3, vec![1.0], vec![2, 1]))
        );
        assert_eq!(new(Some(3.0), &[]), Some((3, vec![], vec![])));
        assert_eq!(new(None, &[(1.0, 2.0)]), None);
    }

    #[test]
    fn counts_that_shrink_are_never_counted_twice() {
        let all = new(
            Some(4.0),
            &[(1.0, 3.0), (2.0, 1.0), (3.0, f64::NAN), (4.0, 9.0)],
        );
        assert_eq!(
            all,
            Some((4, vec![1.0, 2.0, 3.0, 4.0], vec![3, 0, 0, 1, 0]))
        );
    }
}
