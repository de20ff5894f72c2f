//! One `Config` stream: what a library samples by, told at once and whenever it changes.
//!
//! A library says who it is and, if it knows, what is in force. It is answered with the policy of
//! this receiver, always complete, and its own node. What it says afterwards is what it made of it.
//!
//! Without a policy the answer is what the library said itself, or no configuration at all: it is
//! answered, because some wait for that, and goes on as its own code has it.

use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::agent::trace::v1::UpdatedLibraryConfig;
use campanile_wire::opencensus::trace::v1::TraceConfig;
use campanile_wire::protobuf::{Fields, Value};
use prost::Message as _;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use super::bound::Shape;
use super::request::{Unreadable, merge};
use super::sender::Sender;
use super::stream::{Next, next, stopping, unreadable};
use crate::control::{Listener, Policy};
use crate::ops::{Counter, Gauge};
use crate::receivers::counters::Invalid;

/// One stream.
#[derive(Debug)]
pub(super) struct Configure {
    /// What the library says.
    pub(super) messages: Streaming<Bytes>,
    /// What it is told.
    pub(super) answers: mpsc::Sender<Result<Bytes, Status>>,
    /// Who it is.
    pub(super) sender: Sender,
    /// What it is to do.
    pub(super) policy: watch::Receiver<Policy>,
    /// Its entry in the table of clients.
    pub(super) listener: Listener,
    /// Counts what is sent.
    pub(super) updates: Counter,
    /// Where bad input is counted.
    pub(super) invalid: Arc<Invalid>,
    /// Cancelled when the agent stops.
    pub(super) stop: CancellationToken,
}

/// What happens to a stream.
enum Event {
    Changed,
    Heard(Next),
}

/// A `CurrentLibraryConfig`.
#[derive(Debug, Default)]
struct Current {
    node: Option<Node>,
    config: Option<TraceConfig>,
}

impl Configure {
    /// Serves the stream until its end, counted in `streams` as long as it lasts.
    pub(super) async fn serve(mut self, streams: Gauge) {
        streams.add(1);
        let outcome = self.run().await;
        streams.add(-1);
        if let Err(status) = outcome {
            // The library may be gone; the status is then nobody's.
            let _ = self.answers.send(Err(status)).await;
        }
    }

    async fn run(&mut self) -> Result<(), Status> {
        let mut told = None;
        loop {
            if self.stop.is_cancelled() {
                return Err(stopping());
            }
            match self.event(told.is_some()).await {
                Event::Changed => {
                    let config = self.policy();
                    if config.is_some() && told != Some(config) {
                        self.tell(config).await?;
                        told = Some(config);
                    }
                }
                Event::Heard(Next::Message(message)) => {
                    let (is_new, reported) = self.hear(&message)?;
                    if is_new {
                        let config = self.policy().or(reported);
                        self.tell(config).await?;
                        told = Some(config);
                    }
                }
                Event::Heard(Next::End | Next::Broken(None)) => return Ok(()),
                Event::Heard(Next::Broken(Some(status))) => return Err(status),
                Event::Heard(Next::Stop) => return Err(stopping()),
            }
        }
    }

    /// Waits for a message and, once the library `is_told` something, for a change.
    async fn event(&mut self, is_told: bool) -> Event {
        let Self {
            messages,
            policy,
            invalid,
            stop,
            ..
        } = self;
        let changed = async {
            if !is_told || policy.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            heard = next(messages, stop, invalid) => Event::Heard(heard),
            () = changed => Event::Changed,
        }
    }

    /// What the present policy has for this library.
    fn policy(&mut self) -> Option<TraceConfig> {
        let policy = self.policy.borrow_and_update();
        policy.for_node(self.sender.origin().node?)
    }

    /// Takes note of a message. Says whether it names another sender than before, and what it says
    /// is in force.
    fn hear(&mut self, message: &Bytes) -> Result<(bool, Option<TraceConfig>), Status> {
        let current = Current::parse(message).map_err(|error| {
            let (reason, status) = unreadable(&error);
            self.invalid.count(reason, 1);
            status
        })?;
        let is_new = current.node.is_some() && current.node.as_ref() != self.sender.origin().node;
        if let Err(violation) = self.sender.hear(current.node, None) {
            self.invalid.count("no_node", 1);
            return Err(Status::invalid_argument(violation.to_string()));
        }
        if let Some(node) = self.sender.origin().node {
            self.listener.hear(node, current.config.as_ref());
        }
        Ok((is_new, current.config))
    }

    async fn tell(&mut self, config: Option<TraceConfig>) -> Result<(), Status> {
        let update = UpdatedLibraryConfig {
            node: self.sender.origin().node.cloned(),
            config,
        };
        let update = Bytes::from(update.encode_to_vec());
        let sent = tokio::select! {
            sent = self.answers.send(Ok(update)) => sent,
            () = self.stop.cancelled() => return Err(stopping()),
        };
        if sent.is_ok() {
            self.updates.add(1);
            self.listener.told(config.as_ref());
        }
        // One that is gone is found out by reading.
        Ok(())
    }
}

impl Current {
    fn parse(message: &[u8]) -> Result<Self, Unreadable> {
        let mut current = Self::default();
        for field in Fields::new(message) {
            let field = field?;
            match (field.number, field.value) {
                (1, Value::Bytes(bytes)) => merge(&mut current.node, bytes, Shape::NODE)?,
                (2, Value::Bytes(bytes)) => merge(&mut current.config, bytes, Shape::LEAF)?,
                (1 | 2, _) => return Err(Unreadable::WireType(field.number)),
                _ => {}
            }
        }
        Ok(current)
    }
}
