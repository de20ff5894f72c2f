//! Histograms as distributions.

use std::borrow::Cow;
use std::collections::BTreeMap;

use campanile_wire::otlp::view::Exemplar;
use campanile_wire::otlp::write::{fixed64, nested, text, varint};
use campanile_wire::protobuf::{put_bytes, put_varint};

use super::super::field::put_time;
use super::labels::shown;

/// The attribute that holds what OTLP has no field for.
pub(super) const DEVIATION: &str = "opencensus.sum_of_squared_deviation";

/// A histogram of either kind, taken apart.
pub(super) struct Distribution<'a> {
    pub(super) count: u64,
    pub(super) sum: f64,
    pub(super) deviation: f64,
    pub(super) bounds: Vec<f64>,
    pub(super) counts: Vec<u64>,
    pub(super) exemplars: Vec<Exemplar<'a>>,
}

/// Appends the fields of a `DistributionValue`. Buckets that do not fit their bounds are left out,
/// because readers would refuse the whole message.
pub(super) fn put(out: &mut Vec<u8>, value: &Distribution<'_>) {
    varint(out, 1, signed(value.count));
    fixed64(out, 2, value.sum.to_bits());
    fixed64(out, 3, value.deviation.to_bits());
    if value.counts.len() != value.bounds.len() + 1 {
        return;
    }
    nested(out, 4, |out| {
        nested(out, 1, |out| {
            if !value.bounds.is_empty() {
                put_varint(out, 1 << 3 | 2);
                put_varint(out, value.bounds.len() as u64 * 8);
                let bounds = value.bounds.iter();
                bounds.for_each(|bound| out.extend_from_slice(&bound.to_le_bytes()));
            }
        });
    });
    let mut exemplars = placed(value);
    for (index, count) in value.counts.iter().enumerate() {
        nested(out, 5, |out| {
            varint(out, 1, signed(*count));
            if let Some(exemplar) = exemplars.remove(&index) {
                nested(out, 2, |out| put_exemplar(out, exemplar));
            }
        });
    }
}

/// The exemplars by their buckets. Each has room for one, and the newest stays. One that lies on a
/// bound belongs to either side, depending on the protocol, and takes the one that is free.
fn placed<'e, 'a>(value: &'e Distribution<'a>) -> BTreeMap<usize, &'e Exemplar<'a>> {
    let mut placed: BTreeMap<usize, &Exemplar<'_>> = BTreeMap::new();
    for exemplar in &value.exemplars {
        let Some(number) = exemplar.value.map(|number| number.as_f64()) else {
            continue;
        };
        let first = value.bounds.partition_point(|bound| *bound < number);
        let on_bound = value.bounds.get(first) == Some(&number);
        let index = match placed.contains_key(&first) && on_bound {
            true => first + 1,
            false => first,
        };
        let is_newer = |old: &&Exemplar<'_>| old.time_unix_nano <= exemplar.time_unix_nano;
        if placed.get(&index).is_none_or(is_newer) {
            placed.insert(index, exemplar);
        }
    }
    placed
}

fn put_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar<'_>) {
    let value = exemplar.value.map_or(0.0, |number| number.as_f64());
    fixed64(out, 1, value.to_bits());
    if exemplar.time_unix_nano != 0 {
        put_time(out, 2, exemplar.time_unix_nano);
    }
    let mut attachments: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    for (key, value) in exemplar.attributes().iter() {
        attachments.entry(key).or_insert_with(|| shown(value));
    }
    for (key, id) in [
        ("span_id", exemplar.span_id),
        ("trace_id", exemplar.trace_id),
    ] {
        if !id.is_empty() {
            attachments.insert(key, Cow::Owned(const_hex::encode(id)));
        }
    }
    for (key, value) in attachments {
        nested(out, 3, |out| {
            if !key.is_empty() {
                put_bytes(out, 1, key.as_bytes());
            }
            text(out, 2, &value);
        });
    }
}

fn signed(count: u64) -> u64 {
    count.min(i64::MAX.cast_unsigned())
}
