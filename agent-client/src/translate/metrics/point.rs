//! What the points of all kinds have in common.

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use campanile_wire::opencensus::metrics::v1::point::Value;
use campanile_wire::opencensus::metrics::v1::{Point as OpenCensusPoint, TimeSeries};
use opentelemetry_proto::tonic::metrics::v1::DataPointFlags;
use prost_types::Timestamp;

use super::labels::{self, Labels};

/// One value and whose it is.
pub(super) struct Point {
    pub(super) labels: Labels,
    pub(super) start_unix_nanos: u64,
    pub(super) unix_nanos: u64,
    pub(super) value: Value,
}

impl Point {
    /// The series of this point alone, with a label value for every key.
    pub(super) fn series(self, keys: &BTreeSet<String>) -> TimeSeries {
        TimeSeries {
            start_timestamp: timestamp(self.start_unix_nanos),
            label_values: labels::values(self.labels, keys),
            points: vec![OpenCensusPoint {
                timestamp: timestamp(self.unix_nanos),
                value: Some(self.value),
            }],
        }
    }
}

/// OTLP writes an unknown time as 0.
pub(super) fn timestamp(unix_nanos: u64) -> Option<Timestamp> {
    (unix_nanos != 0).then(|| (UNIX_EPOCH + Duration::from_nanos(unix_nanos)).into())
}

/// A count in a signed field.
pub(super) fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Whether a point with these flags says more than that nothing was recorded.
pub(super) fn is_recorded(flags: u32) -> bool {
    flags & DataPointFlags::NoRecordedValueMask as u32 == 0
}
