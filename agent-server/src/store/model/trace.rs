//! One trace with everything that is known of its spans.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::nanos;
use crate::store::{SpanId, TraceId};

/// Attributes by key. Where a key came twice, the first value counts.
pub type Map = serde_json::Map<String, Value>;

/// A kept trace.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Trace {
    /// The trace.
    pub trace_id: TraceId,
    /// The earliest start of its spans.
    #[serde(with = "nanos")]
    pub start_unix_nano: u64,
    /// From there to the latest end.
    pub duration_nanos: u64,
    /// Whether a root span is among them.
    pub complete: bool,
    /// How many spans are kept; more than [`spans`](Self::spans) holds when the trace is too large
    /// to be given out whole.
    pub total_spans: u64,
    /// The spans by start time.
    pub spans: Vec<Span>,
    /// The resources that the spans point to.
    pub resources: Vec<Resource>,
    /// The instrumentation scopes that the spans point to.
    pub scopes: Vec<Scope>,
}

/// A span, as it was sent.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Span {
    /// The span.
    pub span_id: SpanId,
    /// Its parent; `None` for a root.
    pub parent_span_id: Option<SpanId>,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: Kind,
    /// `service.name` of its resource; empty when there is none.
    pub service: String,
    /// When it started.
    #[serde(with = "nanos")]
    pub start_unix_nano: u64,
    /// When it ended.
    #[serde(with = "nanos")]
    pub end_unix_nano: u64,
    /// From start to end; 0 when it ends before it starts.
    pub duration_nanos: u64,
    /// How it ended.
    pub status: Status,
    /// Its attributes.
    pub attributes: Map,
    /// Its events in the order they were sent.
    pub events: Vec<Event>,
    /// Its links in the order they were sent.
    pub links: Vec<Link>,
    /// The W3C `tracestate`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub trace_state: String,
    /// OTLP flags: the W3C trace flags and whether the parent is remote.
    pub flags: u32,
    /// Attributes that the sender dropped.
    pub dropped_attributes: u64,
    /// Events that the sender dropped.
    pub dropped_events: u64,
    /// Links that the sender dropped.
    pub dropped_links: u64,
    /// Index into [`Trace::resources`].
    pub resource: usize,
    /// Index into [`Trace::scopes`].
    pub scope: usize,
    /// The receiver, transport and peer that it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// What produced spans.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Resource {
    /// Its attributes.
    pub attributes: Map,
    /// The schema they follow.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schema_url: String,
}

/// The library that recorded spans.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Scope {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Its attributes.
    pub attributes: Map,
}

/// Something that happened during a span.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Event {
    /// When.
    #[serde(with = "nanos")]
    pub time_unix_nano: u64,
    /// What.
    pub name: String,
    /// More about it.
    pub attributes: Map,
}

/// A pointer to a span, often of another trace.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Link {
    /// The trace pointed to; `None` when the sender gave no valid id.
    pub trace_id: Option<TraceId>,
    /// The span pointed to; `None` when the sender gave no valid id.
    pub span_id: Option<SpanId>,
    /// The W3C `tracestate` of that span.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub trace_state: String,
    /// More about the link.
    pub attributes: Map,
}

/// How a span ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Status {
    /// The code.
    pub code: StatusCode,
    /// The description.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// `StatusCode` of OTLP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusCode {
    /// Something went wrong.
    Error,
    /// The application says that all is well.
    Ok,
    /// Nothing was said.
    #[default]
    Unset,
}

impl StatusCode {
    /// The status with the number of the wire; unknown numbers are unset.
    #[must_use]
    pub fn from_wire(code: u64) -> Self {
        match code {
            1 => Self::Ok,
            2 => Self::Error,
            _ => Self::Unset,
        }
    }
}

/// `SpanKind` of OTLP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Sends a request.
    Client,
    /// Receives a message.
    Consumer,
    /// Stays within the service.
    Internal,
    /// Sends a message.
    Producer,
    /// Receives a request.
    Server,
    /// Nothing was said.
    #[default]
    Unspecified,
}

impl Kind {
    /// The kind with the number of the wire; unknown numbers are unspecified.
    #[must_use]
    pub fn from_wire(kind: u64) -> Self {
        match kind {
            1 => Self::Internal,
            2 => Self::Server,
            3 => Self::Client,
            4 => Self::Producer,
            5 => Self::Consumer,
            _ => Self::Unspecified,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Client => "client",
            Self::Consumer => "consumer",
            Self::Internal => "internal",
            Self::Producer => "producer",
            Self::Server => "server",
            Self::Unspecified => "unspecified",
        })
    }
}
