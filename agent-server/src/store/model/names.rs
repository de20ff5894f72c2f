//! Kept spans by name: what `/debug/tracez` shows.

use serde::{Deserialize, Serialize};

use super::{StatusCode, nanos};
use crate::store::latency::BUCKETS;
use crate::store::{SpanId, TraceId};

/// The kept spans of one service and name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct NameSummary {
    /// The service; empty when the resource names none.
    pub service: String,
    /// The span name.
    pub name: String,
    /// How many there are.
    pub spans: u64,
    /// Those with status `error`.
    pub errors: u64,
    /// How many fall into each [latency bucket](crate::store::latency).
    pub buckets: [u64; BUCKETS],
    /// The latest traces with such a span, newest first.
    pub latest: Vec<TraceId>,
}

/// One span as an example of its name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Sample {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
    /// The service; empty when the resource names none.
    pub service: String,
    /// When it started.
    #[serde(with = "nanos")]
    pub start_unix_nano: u64,
    /// How long it took.
    pub duration_nanos: u64,
    /// How it ended.
    pub status: StatusCode,
}
