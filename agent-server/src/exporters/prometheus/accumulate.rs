//! What a series becomes when its next point comes: a pure decision.

use campanile_wire::prometheus::{Classic, Point, PointValue};

/// The point that a series has after `next` came on top of `kept`; `None` when `next` is older.
///
/// A delta adds up as in the Collector: one that begins where the last one ended is added, any
/// other begins anew, which scrapers take for a restart. A delta that came again is older.
pub(super) fn accumulate(kept: &Point, next: Point) -> Option<Point> {
    if !next.is_delta {
        return (next.time_unix_nano >= kept.time_unix_nano).then_some(next);
    }
    if next.time_unix_nano <= kept.time_unix_nano {
        return None;
    }
    let follows = next.start_unix_nano == kept.time_unix_nano || next.start_unix_nano == 0;
    let value = if kept.is_delta && follows {
        sum(&kept.value, &next.value)
    } else {
        None
    };
    let Some(value) = value else {
        return Some(next);
    };
    let exemplars = match next.exemplars.is_empty() {
        true => kept.exemplars.clone(),
        false => next.exemplars,
    };
    Some(Point {
        start_unix_nano: kept.start_unix_nano,
        value,
        exemplars,
        ..next
    })
}

/// Both together; `None` when they do not fit together.
fn sum(kept: &PointValue, next: &PointValue) -> Option<PointValue> {
    match (kept, next) {
        (PointValue::Number(kept), PointValue::Number(next)) => {
            Some(PointValue::Number(kept + next))
        }
        (PointValue::Classic(kept), PointValue::Classic(next)) => {
            histogram(kept, next).map(PointValue::Classic)
        }
        _ => None,
    }
}

/// Buckets of explicit bounds have to be the same. Those of exponential histograms are left out
/// where they are empty, and so any two of one scale fit.
fn histogram(kept: &Classic, next: &Classic) -> Option<Classic> {
    let fits = kept.scale == next.scale && (kept.scale.is_some() || kept.bounds == next.bounds);
    if !fits {
        return None;
    }
    let mut sum = Classic {
        sum: kept.sum.zip(next.sum).map(|(kept, next)| kept + next),
        scale: kept.scale,
        ..Classic::default()
    };
    let mut all: Vec<(f64, u64)> = buckets(kept).chain(buckets(next)).collect();
    all.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    for group in all.chunk_by(|(one, _), (other, _)| one == other) {
        let counts = group.iter().map(|(_, count)| *count);
        sum.counts.push(counts.fold(0, u64::saturating_add));
        let bound = group.first().map(|(bound, _)| *bound);
        sum.bounds.extend(bound.filter(|bound| bound.is_finite()));
    }
    Some(sum)
}

fn buckets(histogram: &Classic) -> impl Iterator<Item = (f64, u64)> {
    let bounds = histogram.bounds.iter().copied().chain([f64::INFINITY]);
    bounds.zip(histogram.counts.iter().copied())
}
