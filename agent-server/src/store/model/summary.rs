//! One line per trace.

use serde::{Deserialize, Serialize};

use super::nanos;
use crate::store::TraceId;

/// A list of kept traces, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct TraceList {
    /// The traces.
    pub traces: Vec<TraceSummary>,
}

/// What a list shows of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct TraceSummary {
    /// The trace.
    pub trace_id: TraceId,
    /// The name of the root span or, as long as that is missing, of the earliest span.
    pub name: String,
    /// The service of that span; empty when its resource names none.
    pub service: String,
    /// Every service in the trace, sorted.
    pub services: Vec<String>,
    /// The earliest start of its spans.
    #[serde(with = "nanos")]
    pub start_unix_nano: u64,
    /// From there to the latest end.
    pub duration_nanos: u64,
    /// Kept spans.
    pub spans: u64,
    /// Those with status `error`.
    pub errors: u64,
    /// Whether a root span is among them.
    pub complete: bool,
}
