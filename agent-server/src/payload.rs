//! What flows through the agent: one checked OTLP export request.

use bytes::Bytes;
use campanile_wire::otlp::{Counts, Limits, ScanError, Signal, scan};

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
