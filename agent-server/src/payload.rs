//! What flows through the agent: one checked OTLP export request.

use bytes::Bytes;
use campanile_wire::otlp::{Counts, Limits, ScanError, Signal, scan, split};

/// An OTLP export request as checked bytes, with what it holds counted.
///
/// Cheap to clone: the bytes are shared. A payload can only be made by a scan, so whoever holds one
/// may [view](campanile_wire::otlp::view), join or split it without checking again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    signal: Signal,
    bytes: Bytes,
    counts: Counts,
}

impl Payload {
    /// Checks and counts `bytes` as an export request of `signal`.
    ///
    /// # Errors
    ///
    /// What the scan found wrong.
    pub fn parse(signal: Signal, bytes: Bytes, limits: &Limits) -> Result<Self, ScanError> {
        let counts = scan(signal, &bytes, limits)?;
        Ok(Self {
            signal,
            bytes,
            counts,
        })
    }

    /// Joins payloads of one signal: requests concatenate, so the parts are copied once and
    /// nothing is decoded. `None` when there are no parts.
    ///
    /// # Panics
    ///
    /// When the parts are of different signals: a lane carries one.
    #[must_use]
    pub fn join(parts: Vec<Self>) -> Option<Self> {
        let signal = parts.first()?.signal;
        assert!(
            parts.iter().all(|part| part.signal == signal),
            "a lane carries one signal"
        );
        if parts.len() == 1 {
            return parts.into_iter().next();
        }
        let mut bytes = Vec::with_capacity(parts.iter().map(Self::size).sum());
        let mut counts = Counts::default();
        for part in &parts {
            bytes.extend_from_slice(&part.bytes);
            counts.resources += part.counts.resources;
            counts.items += part.counts.items;
        }
        Some(Self {
            signal,
            bytes: bytes.into(),
            counts,
        })
    }

    /// Splits the payload into parts of at most `max_items` items each (at least one), in order.
    /// Each part repeats the resource and scope of its items; a payload that is small enough stays
    /// as it is.
    #[must_use]
    pub fn split(self, max_items: u64) -> Vec<Self> {
        if self.items() <= max_items.max(1) {
            return vec![self];
        }
        split(self.signal, &self.bytes, max_items)
            .into_iter()
            .map(|part| Self {
                signal: self.signal,
                bytes: part.request.into(),
                counts: part.counts,
            })
            .collect()
    }

    /// The signal.
    #[must_use]
    pub fn signal(&self) -> Signal {
        self.signal
    }

    /// The bytes of the export request.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Spans, data points or log records.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.counts.items
    }

    /// Size in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.items == 0
    }
}

/// Payloads for tests.
#[cfg(test)]
pub(crate) mod testing {
    use bytes::Bytes;
    use campanile_wire::otlp::view::{Span, resource_spans};
    use campanile_wire::otlp::write::{self, Scalar};
    use campanile_wire::otlp::{Limits, Signal};

    use super::Payload;

    /// A request with one resource and a span for every name.
    pub(crate) fn spans<'n>(names: impl IntoIterator<Item = &'n str>) -> Payload {
        let mut request = Vec::new();
        write::nested(&mut request, 1, |resource_spans| {
            write::nested(resource_spans, 1, |resource| {
                write::attribute(resource, 1, "service.name", Scalar::Text("shop"));
            });
            write::nested(resource_spans, 2, |scope_spans| {
                for name in names {
                    write::nested(scope_spans, 2, |span| {
                        write::bytes(span, 1, &[0xa1; 16]);
                        write::bytes(span, 2, &[0xb2; 8]);
                        write::text(span, 5, name);
                    });
                }
            });
        });
        Payload::parse(Signal::Traces, Bytes::from(request), &Limits::default())
            .expect("what is written here is well formed")
    }

    /// The names of the spans in an export request.
    pub(crate) fn names(request: &[u8]) -> Vec<String> {
        resource_spans(request)
            .flat_map(|resource| resource.scope_spans())
            .flat_map(|scope| scope.spans().map(|span: Span<'_>| span.name.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{names, spans};
    use super::*;

    #[test]
    fn joined_payloads_hold_the_spans_of_all_in_order() {
        let joined = Payload::join(vec![spans(["a", "b"]), spans(["c"])]).expect("two parts");
        assert_eq!(names(joined.bytes()), ["a", "b", "c"]);
        let again = Payload::parse(joined.signal(), joined.bytes().clone(), &Limits::default());
        assert_eq!(again, Ok(joined));
        assert_eq!(Payload::join(Vec::new()), None);
    }

    #[test]
    fn parts_hold_the_spans_in_order_and_no_more_than_asked() {
        let whole = Payload::join(vec![spans(["a", "b"]), spans(["c", "d", "e"])]).expect("two");
        let parts = whole.clone().split(2);
        let held: Vec<_> = parts
            .iter()
            .map(|part| names(part.bytes()).join(" "))
            .collect();
        assert_eq!(held, ["a b", "c d", "e"]);
        for part in parts {
            let again = Payload::parse(part.signal(), part.bytes().clone(), &Limits::default());
            assert_eq!(again, Ok(part));
        }
        assert_eq!(whole.clone().split(5), [whole]);
    }
}
