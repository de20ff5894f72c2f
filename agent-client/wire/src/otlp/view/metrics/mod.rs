//! Borrowed looks into export requests of metrics.

mod exemplar;
mod exponential;
mod histogram;
mod metric;
mod number;
mod summary;

pub use self::exemplar::Exemplar;
pub use self::exponential::{Buckets, ExponentialHistogram, ExponentialHistogramPoint};
pub use self::histogram::{Histogram, HistogramPoint};
pub use self::metric::{Data, Metric, Temporality};
pub use self::number::{Gauge, Number, NumberPoint, Sum};
pub use self::summary::{Quantile, Summary, SummaryPoint};

use super::{Resource, Scope, messages, text};
use crate::protobuf::{Fields, Packed, Value};

/// The bit of a point's flags that says that there is no value: the series has ended, or could not
/// be read this time.
pub const NO_RECORDED_VALUE: u32 = 1;

/// The `ResourceMetrics` of an `ExportMetricsServiceRequest` (or `MetricsData`).
pub fn resource_metrics(request: &[u8]) -> impl Iterator<Item = ResourceMetrics<'_>> {
    messages(request, 1).map(ResourceMetrics)
}

/// `opentelemetry.proto.metrics.v1.ResourceMetrics`.
#[derive(Clone, Copy, Debug)]
pub struct ResourceMetrics<'a>(pub &'a [u8]);

impl<'a> ResourceMetrics<'a> {
    /// What produced the metrics; empty when absent.
    #[must_use]
    pub fn resource(self) -> Resource<'a> {
        Resource(messages(self.0, 1).next().unwrap_or_default())
    }

    /// The metrics, grouped by instrumentation scope.
    pub fn scope_metrics(self) -> impl Iterator<Item = ScopeMetrics<'a>> {
        messages(self.0, 2).map(ScopeMetrics)
    }

    /// The schema URL of the resource, empty when absent.
    #[must_use]
    pub fn schema_url(self) -> &'a str {
        text(self.0, 3)
    }
}

/// `opentelemetry.proto.metrics.v1.ScopeMetrics`.
#[derive(Clone, Copy, Debug)]
pub struct ScopeMetrics<'a>(pub &'a [u8]);

impl<'a> ScopeMetrics<'a> {
    /// The instrumentation scope; empty when absent.
    #[must_use]
    pub fn scope(self) -> Scope<'a> {
        Scope(messages(self.0, 1).next().unwrap_or_default())
    }

    /// The metrics.
    pub fn metrics(self) -> impl Iterator<Item = Metric<'a>> {
        messages(self.0, 2).map(Metric::new)
    }

    /// The schema URL of the metrics, empty when absent.
    #[must_use]
    pub fn schema_url(self) -> &'a str {
        text(self.0, 3)
    }
}

/// The numbers of the repeated field `number`, of wire type `wire_type`, packed or one by one.
fn numbers(message: &[u8], number: u32, wire_type: u8) -> impl Iterator<Item = u64> {
    let fields = Fields::new(message).map_while(Result::ok);
    let fields = fields.filter(move |field| field.number == number);
    fields.flat_map(move |field| {
        let (list, single) = match field.value {
            Value::Bytes(list) => (list, None),
            single => (&[][..], Some(single)),
        };
        let list = Packed::new(wire_type, list).map_while(Result::ok);
        list.chain(single)
            .filter_map(move |value| match (wire_type, value) {
                (0, Value::Varint(value)) | (1, Value::Fixed64(value)) => Some(value),
                _ => None,
            })
    })
}
