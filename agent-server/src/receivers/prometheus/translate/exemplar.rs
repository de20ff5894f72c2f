//! Exemplars.

use campanile_wire::otlp::write::{Scalar, attribute, bytes, fixed64};

use super::write::{double, nanos};
use crate::receivers::prometheus::parse::Exemplar;

/// Appends the fields of an `Exemplar`. Labels that are not valid ids are attributes like others.
pub(super) fn put(out: &mut Vec<u8>, exemplar: &Exemplar<'_>, time: u64) {
    let time = exemplar.time.map_or(time, nanos);
    fixed64(out, 2, time);
    double(out, 3, exemplar.value);
    for label in &exemplar.labels {
        let span_id = id::<8>("span_id", &label.name, &label.value);
        let trace_id = id::<16>("trace_id", &label.name, &label.value);
        match (span_id, trace_id) {
            (Some(id), _) => bytes(out, 4, &id),
            (_, Some(id)) => bytes(out, 5, &id),
            _ => attribute(out, 7, &label.name, Scalar::Text(&label.value)),
        }
    }
}

fn id<const N: usize>(wanted: &str, name: &str, value: &str) -> Option<[u8; N]> {
    if name != wanted {
        return None;
    }
    let mut id = [0; N];
    const_hex::decode_to_slice(value, &mut id).ok()?;
    let is_plain = value.len() == 2 * N;
    (is_plain && id.iter().any(|byte| *byte != 0)).then_some(id)
}
