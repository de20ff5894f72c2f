//! Borrowed looks into export requests of spans, metrics and log records.
//!
//! A view is a slice with names: making one costs nothing, reading a field walks the message. Views
//! never fail: what [`scan`](super::scan) would refuse reads as absent.
//!
//! ```
//! use campanile_wire::otlp::view::resource_spans;
//!
//! let request: &[u8] = &[];
//! for resource_spans in resource_spans(request) {
//!     let service = resource_spans.resource().attributes().find("service.name");
//!     for scope_spans in resource_spans.scope_spans() {
//!         for span in scope_spans.spans() {
//!             println!("{service:?} {} {:?}", span.name, span.trace_id);
//!         }
//!     }
//! }
//! ```

mod attributes;
mod logs;
mod metrics;
mod span;

pub use self::attributes::{AnyValue, Attributes, Values, attribute};
pub use self::logs::{LogRecord, ResourceLogs, ScopeLogs, resource_logs};
pub use self::metrics::{
    Buckets, Data, Exemplar, ExponentialHistogram, ExponentialHistogramPoint, Gauge, Histogram,
    HistogramPoint, Metric, NO_RECORDED_VALUE, Number, NumberPoint, Quantile, ResourceMetrics,
    ScopeMetrics, Sum, Summary, SummaryPoint, Temporality, resource_metrics,
};
pub use self::span::{Event, Link, Span};

use crate::protobuf::{Fields, Value};

/// The `ResourceSpans` of an `ExportTraceServiceRequest` (or `TracesData`).
pub fn resource_spans(request: &[u8]) -> impl Iterator<Item = ResourceSpans<'_>> {
    messages(request, 1).map(ResourceSpans)
}

/// `opentelemetry.proto.trace.v1.ResourceSpans`.
#[derive(Clone, Copy, Debug)]
pub struct ResourceSpans<'a>(pub &'a [u8]);

impl<'a> ResourceSpans<'a> {
    /// What produced the spans; empty when absent.
    #[must_use]
    pub fn resource(self) -> Resource<'a> {
        Resource(messages(self.0, 1).next().unwrap_or_default())
    }

    /// The spans, grouped by instrumentation scope.
    pub fn scope_spans(self) -> impl Iterator<Item = ScopeSpans<'a>> {
        messages(self.0, 2).map(ScopeSpans)
    }

    /// The schema URL of the resource, empty when absent.
    #[must_use]
    pub fn schema_url(self) -> &'a str {
        text(self.0, 3)
    }
}

/// `opentelemetry.proto.resource.v1.Resource`.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a>(pub &'a [u8]);

impl<'a> Resource<'a> {
    /// The attributes of the resource.
    #[must_use]
    pub fn attributes(self) -> Attributes<'a> {
        Attributes::new(self.0, 1)
    }

    /// Attributes that the sender dropped.
    #[must_use]
    pub fn dropped_attributes(self) -> u64 {
        number(self.0, 2)
    }
}

/// `opentelemetry.proto.trace.v1.ScopeSpans`.
#[derive(Clone, Copy, Debug)]
pub struct ScopeSpans<'a>(pub &'a [u8]);

impl<'a> ScopeSpans<'a> {
    /// The instrumentation scope; empty when absent.
    #[must_use]
    pub fn scope(self) -> Scope<'a> {
        Scope(messages(self.0, 1).next().unwrap_or_default())
    }

    /// The spans.
    pub fn spans(self) -> impl Iterator<Item = Span<'a>> {
        messages(self.0, 2).map(Span::new)
    }

    /// The schema URL of the spans, empty when absent.
    #[must_use]
    pub fn schema_url(self) -> &'a str {
        text(self.0, 3)
    }
}

/// `opentelemetry.proto.common.v1.InstrumentationScope`.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a>(pub &'a [u8]);

impl<'a> Scope<'a> {
    /// The name of the instrumentation, empty when absent.
    #[must_use]
    pub fn name(self) -> &'a str {
        text(self.0, 1)
    }

    /// The version of the instrumentation, empty when absent.
    #[must_use]
    pub fn version(self) -> &'a str {
        text(self.0, 2)
    }

    /// The attributes of the scope.
    #[must_use]
    pub fn attributes(self) -> Attributes<'a> {
        Attributes::new(self.0, 3)
    }

    /// Attributes that the sender dropped.
    #[must_use]
    pub fn dropped_attributes(self) -> u64 {
        number(self.0, 4)
    }
}

/// The submessages in the repeated field `number`.
pub(crate) fn messages(message: &[u8], number: u32) -> impl Iterator<Item = &[u8]> {
    Fields::new(message)
        .map_while(Result::ok)
        .filter_map(move |field| match field.value {
            Value::Bytes(bytes) if field.number == number => Some(bytes),
            _ => None,
        })
}

/// The varint in field `number`: the last one, as protobuf has it.
fn number(message: &[u8], number: u32) -> u64 {
    let fields = Fields::new(message).map_while(Result::ok);
    let found = fields.filter_map(|field| match field.value {
        Value::Varint(value) if field.number == number => Some(value),
        _ => None,
    });
    found.last().unwrap_or(0)
}

/// The text of field `number`: the last one, as protobuf has it.
fn text(message: &[u8], number: u32) -> &str {
    messages(message, number)
        .last()
        .and_then(|bytes| str::from_utf8(bytes).ok())
        .unwrap_or("")
}

fn utf8(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or("")
}
