//! Summaries.

use campanile_wire::opencensus::metrics::v1::SummaryValue;
use campanile_wire::otlp::write::{Scalar, attribute, fixed64, nested};

use super::point::{Class, put_double};

/// Appends the value of a `SummaryDataPoint`. The snapshot's own count and sum are of another time
/// than the quantiles' point and have no fields: they become attributes.
pub(super) fn put(out: &mut Vec<u8>, summary: &SummaryValue) {
    let attributes = Class::Summary.attributes();
    fixed64(
        out,
        4,
        summary
            .count
            .map_or(0, |count| u64::try_from(count).unwrap_or(0)),
    );
    put_double(out, 5, summary.sum.unwrap_or(0.0));
    let Some(snapshot) = &summary.snapshot else {
        return;
    };
    for value in &snapshot.percentile_values {
        nested(out, 6, |out| {
            fixed64(out, 1, (value.percentile / 100.0).to_bits());
            fixed64(out, 2, value.value.to_bits());
        });
    }
    if let Some(count) = snapshot.count {
        attribute(
            out,
            attributes,
            "opencensus.snapshot_count",
            Scalar::Int(count),
        );
    }
    if let Some(sum) = snapshot.sum {
        attribute(
            out,
            attributes,
            "opencensus.snapshot_sum",
            Scalar::Double(sum),
        );
    }
}
