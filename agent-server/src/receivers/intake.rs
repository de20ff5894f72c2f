//! From the bytes of a request to the pipeline.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::{CheckError, Limits, ScanError, Signal, check};

use crate::component::{Consumer, Context, Intakes, Refusal};
use crate::payload::Payload;
use crate::receivers::counters::{Invalid, Items};

/// Requests up to this size are copied out of the buffers they were read into: a request of a few
/// hundred bytes that waits in a queue must not keep a buffer of many kilobytes.
const COPY_UP_TO: usize = 16 << 10;

/// The pipelines behind one transport.
#[derive(Clone)]
pub(super) struct Intake {
    ports: Arc<HashMap<Signal, Port>>,
    invalid: Arc<Invalid>,
}

struct Port {
    consumer: Arc<dyn Consumer>,
    items: Items,
}

/// Why a request was not taken.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is not a valid request of its signal.
    Invalid(String),
    /// The pipeline said no.
    Pipeline(Refusal),
    /// It holds more than is accepted.
    TooLarge(String),
}

impl Intake {
    /// The intake of receiver `context.id` for requests that come over `transport`.
    pub(super) fn new(
        context: &Context,
        intakes: &Intakes,
        transport: &str,
        invalid: Arc<Invalid>,
    ) -> Self {
        let port = |signal| {
            let port = Port {
                consumer: Arc::clone(intakes.get(signal)?),
                items: Items::new(context, transport, signal),
            };
            Some((signal, port))
        };
        Self {
            ports: Arc::new(Signal::ALL.into_iter().filter_map(port).collect()),
            invalid,
        }
    }

    /// Whether a pipeline takes `signal`.
    pub(super) fn serves(&self, signal: Signal) -> bool {
        self.ports.contains_key(&signal)
    }

    /// Counts a request that was not valid.
    pub(super) fn count_invalid(&self, reason: &'static str) {
        self.invalid.count(reason, 1);
    }

    /// Hands over one request that a sender wrote. A request without items is valid, and nothing
    /// is handed over.
    ///
    /// # Errors
    ///
    /// What to tell the sender; it has been counted.
    pub(super) async fn take(&self, signal: Signal, bytes: Bytes) -> Result<(), Refused> {
        let payload = parse(signal, compact(bytes));
        self.deliver(signal, payload.map_err(|error| self.refuse(&error))?)
            .await
    }

    /// [`take`](Self::take) for a request that this agent wrote, by translating what a sender
    /// wrote: it is valid in every field, so it is only counted.
    pub(super) async fn take_own(&self, signal: Signal, bytes: Vec<u8>) -> Result<(), Refused> {
        let payload = Payload::parse(signal, Bytes::from(bytes), &Limits::default());
        self.deliver(signal, payload.map_err(|error| self.refuse(&error.into()))?)
            .await
    }

    /// Hands over a payload that was translated and parsed already.
    ///
    /// # Errors
    ///
    /// What to tell the sender; it has been counted.
    pub(super) async fn deliver(&self, signal: Signal, payload: Payload) -> Result<(), Refused> {
        let Some(port) = self.ports.get(&signal) else {
            let message = format!("no pipeline takes {signal} from this receiver");
            return Err(Refused::Pipeline(Refusal::Rejected(message)));
        };
        if payload.is_empty() {
            return Ok(());
        }
        let items = payload.items();
        let outcome = port.consumer.consume(payload).await;
        port.items.count(items, &outcome);
        outcome.map_err(Refused::Pipeline)
    }

    fn refuse(&self, error: &CheckError) -> Refused {
        match error {
            CheckError::Scan(ScanError::TooManyGroups(_) | ScanError::TooManyItems(_)) => {
                self.count_invalid("too_large");
                Refused::TooLarge(format!("{error}; send smaller batches"))
            }
            _ => {
                self.count_invalid("protobuf");
                Refused::Invalid(error.to_string())
            }
        }
    }
}

/// Scans first, because a request over its limits is then refused for next to nothing. What does
/// not decode is refused here, where its sender can be told, and does not spoil a batch later.
fn parse(signal: Signal, bytes: Bytes) -> Result<Payload, CheckError> {
    let limits = Limits::default();
    let payload = Payload::parse(signal, bytes, &limits)?;
    check(signal, payload.bytes(), &limits)?;
    Ok(payload)
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.ports.keys()).finish()
    }
}

fn compact(bytes: Bytes) -> Bytes {
    if bytes.len() <= COPY_UP_TO {
        Bytes::copy_from_slice(&bytes)
    } else {
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_requests_do_not_keep_the_buffer_they_were_read_into() {
        let buffer = Bytes::from(vec![7; 64 << 10]);
        let small = compact(buffer.slice(..COPY_UP_TO));
        assert!(small.is_unique());
        assert_eq!(small, buffer.slice(..COPY_UP_TO));
        let large = buffer.slice(..=COPY_UP_TO);
        assert_eq!(compact(large.clone()).as_ptr(), large.as_ptr());
    }
}
