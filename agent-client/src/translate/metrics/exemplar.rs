//! Exemplars: OpenCensus has room for one in each bucket.

use campanile_wire::opencensus::metrics::v1::distribution_value::{
    Bucket, Exemplar as OpenCensusExemplar,
};
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_proto::tonic::metrics::v1::Exemplar;
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value;

use super::labels::{Labels, labels};
use super::point::timestamp;

/// Puts each into the first bucket whose bound is not below its value; the newest one stays.
pub(super) fn place(mut exemplars: Vec<Exemplar>, bounds: &[f64], buckets: &mut [Bucket]) {
    exemplars.sort_by_key(|exemplar| exemplar.time_unix_nano);
    for exemplar in exemplars.into_iter().filter_map(translate) {
        let index = bounds.partition_point(|bound| *bound < exemplar.value);
        if let Some(bucket) = buckets.get_mut(index) {
            bucket.exemplar = Some(exemplar);
        }
    }
}

fn translate(exemplar: Exemplar) -> Option<OpenCensusExemplar> {
    Some(OpenCensusExemplar {
        value: match exemplar.value? {
            Value::AsDouble(value) => value,
            Value::AsInt(value) => value as f64,
        },
        timestamp: timestamp(exemplar.time_unix_nano),
        attachments: attachments(exemplar),
    })
}

/// The attributes and, named as in OpenMetrics, the ids of the span it was recorded in.
fn attachments(exemplar: Exemplar) -> Labels {
    let mut attachments = labels(exemplar.filtered_attributes);
    let trace = exemplar.trace_id.try_into().map(TraceId::from_bytes);
    if let Some(id) = trace.ok().filter(|id| *id != TraceId::INVALID) {
        attachments.insert("trace_id".to_owned(), id.to_string());
    }
    let span = exemplar.span_id.try_into().map(SpanId::from_bytes);
    if let Some(id) = span.ok().filter(|id| *id != SpanId::INVALID) {
        attachments.insert("span_id".to_owned(), id.to_string());
    }
    attachments
}
