//! Which layout a metric has.
//!
//! Schema 0.1.0, in which Python still sends, had the fields 1 descriptor, 2 name, 3 time series
//! and 4 resource; later ones have 1 descriptor, 2 time series and 3 resource. Read in the wrong
//! layout a metric mostly fails to decode, but one without start times and labels does not: it
//! silently loses its series.

use bytes::Bytes;
use campanile_wire::opencensus::metrics::v1::Metric;
use campanile_wire::otlp::write::nested;
use campanile_wire::protobuf::{Fields, Value, put_bytes};
use prost::Message as _;

use crate::receivers::opencensus::bound::Shape;
use crate::receivers::opencensus::translate::TranslateError;

/// Decodes a metric of either layout. The old one is taken when the present one does not decode or
/// has no time series, and the old one finds points.
///
/// # Errors
///
/// When it has neither layout, or too many parts.
pub(in super::super) fn read(encoded: &Bytes) -> Result<Metric, TranslateError> {
    let current = decode(encoded.clone());
    match &current {
        Ok(metric) if !metric.timeseries.is_empty() => return current,
        Ok(_) | Err(TranslateError::Decode(_)) => {}
        Err(_) => return current,
    }
    let Some(renumbered) = renumbered(encoded) else {
        return current;
    };
    match decode(renumbered.into()) {
        Ok(old)
            if old
                .timeseries
                .iter()
                .any(|series| !series.points.is_empty()) =>
        {
            Ok(old)
        }
        Err(error @ TranslateError::Parts(_)) => Err(error),
        _ => current,
    }
}

fn decode(encoded: Bytes) -> Result<Metric, TranslateError> {
    Shape::check_metric(&encoded)?;
    Ok(Metric::decode(encoded)?)
}

/// A metric of the old layout in the numbers of the present one; `None` when it has fields that
/// the old one had not.
fn renumbered(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(encoded.len() + 8);
    for field in Fields::new(encoded) {
        let field = field.ok()?;
        let Value::Bytes(bytes) = field.value else {
            return None;
        };
        match field.number {
            1 => put_bytes(&mut out, 1, bytes),
            // A name stood for a descriptor that had been sent before.
            2 => nested(&mut out, 1, |descriptor| put_bytes(descriptor, 1, bytes)),
            3 => put_bytes(&mut out, 2, bytes),
            4 => put_bytes(&mut out, 3, bytes),
            _ => return None,
        }
    }
    Some(out)
}
