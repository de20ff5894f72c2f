//! Distributions.

use std::collections::BTreeMap;

use campanile_wire::opencensus::metrics::v1::DistributionValue;
use campanile_wire::opencensus::metrics::v1::distribution_value::Exemplar;
use campanile_wire::opencensus::metrics::v1::distribution_value::bucket_options::Type;
use campanile_wire::otlp::write::{Scalar, attribute, bytes, fixed64, nested};
use campanile_wire::protobuf::put_varint;

use super::point::{Class, put_double};
use crate::receivers::opencensus::translate::link::is_id;
use crate::receivers::opencensus::translate::time::nanos;

/// Appends the value of a `HistogramDataPoint`; says whether its buckets fit its bounds. Those
/// that do not are kept as text: OTLP has no form for them.
pub(super) fn put(out: &mut Vec<u8>, value: &DistributionValue) -> bool {
    let attributes = Class::Distribution.attributes();
    fixed64(out, 4, unsigned(value.count));
    put_double(out, 5, value.sum);
    let deviation = value.sum_of_squared_deviation;
    if deviation.to_bits() != 0 {
        let key = "opencensus.sum_of_squared_deviation";
        attribute(out, attributes, key, Scalar::Double(deviation));
    }
    let options = value.bucket_options.as_ref();
    let bounds = match options.and_then(|options| options.r#type.as_ref()) {
        Some(Type::Explicit(explicit)) => explicit.bounds.as_slice(),
        None => &[],
    };
    let fits =
        value.buckets.len() == bounds.len() + 1 || value.buckets.is_empty() && bounds.is_empty();
    let counts = value.buckets.iter().map(|bucket| unsigned(bucket.count));
    if fits {
        packed(out, 6, counts);
        packed(out, 7, bounds.iter().map(|bound| bound.to_bits()));
    } else {
        let counts: Vec<u64> = counts.collect();
        let text = format!("bounds {bounds:?} counts {counts:?}");
        attribute(
            out,
            attributes,
            "opencensus.invalid_buckets",
            Scalar::Text(&text),
        );
    }
    for bucket in &value.buckets {
        if let Some(exemplar) = &bucket.exemplar {
            nested(out, 8, |out| put_exemplar(out, exemplar));
        }
    }
    fits
}

/// Appends the fields of an `Exemplar`. Its attachments are attributes; those named as in
/// OpenMetrics are the ids of the span in which it was recorded.
fn put_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    fixed64(out, 2, nanos(exemplar.timestamp.as_ref()).unwrap_or(0));
    put_double(out, 3, exemplar.value);
    let span_id = id(&exemplar.attachments, "span_id", 8);
    let trace_id = id(&exemplar.attachments, "trace_id", 16);
    bytes(out, 4, span_id.as_deref().unwrap_or_default());
    bytes(out, 5, trace_id.as_deref().unwrap_or_default());
    for (key, value) in &exemplar.attachments {
        let is_id =
            key == "span_id" && span_id.is_some() || key == "trace_id" && trace_id.is_some();
        if !is_id {
            attribute(out, 7, key, Scalar::Text(value));
        }
    }
}

/// An id in lower-case hex digits, so that it is written the same on the way back.
fn id(attachments: &BTreeMap<String, String>, key: &str, length: usize) -> Option<Vec<u8>> {
    let text = attachments.get(key)?;
    let plain = text.len() == 2 * length
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let id = plain.then(|| const_hex::decode(text).ok()).flatten()?;
    is_id(&id, length).then_some(id)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

/// Appends a packed list of numbers of eight bytes, unless it is empty.
fn packed(out: &mut Vec<u8>, number: u32, values: impl ExactSizeIterator<Item = u64>) {
    if values.len() == 0 {
        return;
    }
    put_varint(out, u64::from(number) << 3 | 2);
    put_varint(out, values.len() as u64 * 8);
    values.for_each(|bits| out.extend_from_slice(&bits.to_le_bytes()));
}
