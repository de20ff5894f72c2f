//! From the bytes of a request to the pipeline.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::response::PartialSuccess;
use campanile_wire::otlp::{CheckError, Limits, ScanError, Signal, identified};

use crate::component::{Consumer, Context, Intakes, Refusal};
use crate::origin::Origin;
use crate::payload::Payload;
use crate::receivers::counters::{Invalid, Items};

/// The pipelines behind one transport.
#[derive(Clone)]
pub(super) struct Intake {
    ports: Arc<HashMap<Signal, Port>>,
    invalid: Arc<Invalid>,
    origin: Origin,
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
            origin: Origin::new(context.id.to_string(), transport),
        }
    }

    /// The same intake for requests of `peer`.
    pub(super) fn of_peer(&self, peer: Option<IpAddr>) -> Self {
        Self {
            origin: self.origin.from_peer(peer),
            ..self.clone()
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
    /// is handed over. Spans without valid ids stay behind, and the sender is told how many.
    ///
    /// # Errors
    ///
    /// What to tell the sender; it has been counted.
    pub(super) async fn take(
        &self,
        signal: Signal,
        bytes: Bytes,
    ) -> Result<Option<PartialSuccess>, Refused> {
        let payload = self.parse(signal, bytes);
        let payload = payload.map_err(|error| self.refuse(&error))?;
        let rejected = payload.unidentified();
        if rejected == 0 {
            self.deliver(signal, payload).await?;
            return Ok(None);
        }
        let payload = self.parse(signal, identified(payload.bytes()).into());
        let payload = payload.map_err(|error| self.refuse(&error))?;
        self.deliver(signal, payload).await?;
        self.invalid.count("ids", rejected);
        if let Some(port) = self.ports.get(&signal) {
            port.items.refuse(rejected);
        }
        Ok(Some(PartialSuccess {
            rejected,
            message: "spans without a valid trace id and span id".to_owned(),
        }))
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
        let payload = payload.with_origin(self.origin.clone());
        let outcome = port.consumer.consume(payload).await;
        port.items.count(items, &outcome);
        outcome.map_err(Refused::Pipeline)
    }

    /// Scans first, because a request over its limits is then refused for next to nothing. What
    /// does not decode is refused here, where its sender can be told, if anything behind looks
    /// inside; else the walk through every field, ten times the price of the scan, is left to the
    /// destination.
    fn parse(&self, signal: Signal, bytes: Bytes) -> Result<Payload, CheckError> {
        let limits = Limits::default();
        let port = self.ports.get(&signal);
        if port.is_some_and(|port| port.consumer.looks_inside()) {
            return Payload::parse_deep(signal, bytes, &limits);
        }
        Ok(Payload::parse(signal, bytes, &limits)?)
    }

    fn refuse(&self, error: &CheckError) -> Refused {
        match error {
            CheckError::Scan(ScanError::TooManyChildren(_)) => {
                self.count_invalid("too_large");
                Refused::TooLarge(error.to_string())
            }
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

impl std::fmt::Debug for Intake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.ports.keys()).finish()
    }
}
