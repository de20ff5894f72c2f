//! Taking spans without ids out of a request.

use super::scan::is_id;
use super::split::raw_fields;
use super::write::nested;
use crate::protobuf::{Fields, Value};

/// The trace request without its spans that have no valid trace id or span id; everything else
/// stays as it is, byte by byte. Of a request that [`scan`](super::scan()) refuses, what follows
/// the fault is missing.
#[must_use]
pub fn identified(request: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(request.len());
    copy(request, &mut out, 1, |resource_spans, out| {
        nested(out, 1, |out| {
            copy(resource_spans, out, 2, |scope_spans, out| {
                nested(out, 2, |out| {
                    copy(scope_spans, out, 2, |span, out| {
                        if is_identified(span) {
                            nested(out, 2, |out| out.extend_from_slice(span));
                        }
                    });
                });
            });
        });
    });
    out
}

/// Whether a span has a valid trace id and span id.
pub(super) fn is_identified(span: &[u8]) -> bool {
    let (mut trace_id, mut span_id) = (false, false);
    for field in Fields::new(span).map_while(Result::ok) {
        match field.number {
            1 => trace_id = is_id(field, 16),
            2 => span_id = is_id(field, 8),
            _ => {}
        }
    }
    trace_id && span_id
}

/// Copies the fields of `message`, except that `edit` writes the messages of field `number`.
fn copy(message: &[u8], out: &mut Vec<u8>, number: u32, mut edit: impl FnMut(&[u8], &mut Vec<u8>)) {
    for (field, raw) in raw_fields(message) {
        match field.value {
            Value::Bytes(inner) if field.number == number => edit(inner, out),
            _ => out.extend_from_slice(raw),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::write::{bytes, text};
    use super::super::{Limits, Signal, scan};
    use super::*;

    /// A request with a span for every pair of ids.
    fn request(spans: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut request = Vec::new();
        nested(&mut request, 1, |resource_spans| {
            nested(resource_spans, 1, |resource| text(resource, 9, "unknown"));
            nested(resource_spans, 2, |scope_spans| {
                nested(scope_spans, 1, |scope| text(scope, 1, "scope"));
                for (trace_id, span_id) in spans {
                    nested(scope_spans, 2, |span| {
                        bytes(span, 1, trace_id);
                        bytes(span, 2, span_id);
                        text(span, 5, &"a name ".repeat(30));
                    });
                }
                text(scope_spans, 3, "schema");
            });
        });
        request
    }

    const GOOD: (&[u8], &[u8]) = (&[7; 16], &[7; 8]);

    #[test]
    fn spans_without_valid_ids_are_counted_and_taken_out() {
        let bad: [(&[u8], &[u8]); 6] = [
            (&[], &[7; 8]),
            (&[7; 16], &[]),
            (&[7; 15], &[7; 8]),
            (&[7; 16], &[7; 9]),
            (&[0; 16], &[7; 8]),
            (&[7; 16], &[0; 8]),
        ];
        for ids in bad {
            let mixed = request(&[GOOD, ids, GOOD]);
            let counts = scan(Signal::Traces, &mixed, &Limits::default()).expect("sound");
            assert_eq!((counts.items, counts.unidentified), (3, 1), "{ids:?}");
            assert_eq!(identified(&mixed), request(&[GOOD, GOOD]), "{ids:?}");
        }
    }

    #[test]
    fn a_request_of_good_spans_stays_as_it_is() {
        let good = request(&[GOOD, GOOD]);
        assert_eq!(identified(&good), good);
        let counts = scan(Signal::Traces, &good, &Limits::default()).expect("sound");
        assert_eq!(counts.unidentified, 0);
    }

    #[test]
    fn a_request_that_is_not_sound_is_no_panic() {
        let good = request(&[GOOD, GOOD]);
        for length in 0..good.len() {
            assert!(
                identified(&good[..length]).len() <= length,
                "{length} bytes"
            );
        }
    }
}
