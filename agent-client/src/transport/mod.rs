//! How batches reach the agent: one file per protocol, one interface for the worker.
//!
//! ```text
//!   otlp_grpc ----+                                +-- tcp --- tls --+
//!   opencensus ---+-- grpc (HTTP/2) --- dial ------+                 +-- the agent
//!   otlp_http ----+-- http (HTTP/1.1) --+          +-- unix ---------+
//! ```
//!
//! A transport owns the batches it was given until they are written down in the
//! [`Ledger`](crate::ledger::Ledger), across any number of broken connections. Its futures may be
//! dropped at any point; no batch is lost by that.

mod answer;
mod dial;
mod grpc;
mod http;
mod opencensus;
mod otlp;
mod otlp_grpc;
mod otlp_http;
mod stream;
#[cfg(feature = "tls")]
mod tls;

use std::sync::Arc;
use std::time::Duration;

use campanile_wire::otlp::Signal;

use crate::batch::Batch;
use crate::client::Client;
use crate::ledger::Ledger;
use crate::protocol::Protocol;
use crate::retry::Outage;

use self::grpc::Connection;
use self::opencensus::Agent;
use self::otlp::Otlp;
use self::otlp_grpc::Grpc;
use self::otlp_http::Http;

/// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent>
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
/// Answers are short: nothing larger is read.
const MAX_ANSWER_BYTES: usize = 64 << 10;
/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) enum Transport {
    OpenCensus(Agent),
    OtlpGrpc(Otlp<Grpc>),
    OtlpHttp(Otlp<Http>),
}

impl Transport {
    pub(crate) fn new(client: &Arc<Client>) -> Self {
        let destination = client.destination();
        let first = client.intakes().first().map(|intake| intake.signal);
        match destination.protocol {
            Protocol::OpenCensus => {
                Self::OpenCensus(Agent::new(Connection::new(destination), client))
            }
            Protocol::Otlp => Self::OtlpGrpc(Otlp::new(Grpc::new(destination), first)),
            Protocol::OtlpHttp | Protocol::OtlpHttpJson => {
                Self::OtlpHttp(Otlp::new(Http::new(destination), first))
            }
        }
    }

    /// Whether batches wait here to be sent or confirmed.
    pub(crate) fn holds_batches(&self) -> bool {
        match self {
            Self::OpenCensus(transport) => transport.holds_batches(),
            Self::OtlpGrpc(transport) => transport.holds_batches(),
            Self::OtlpHttp(transport) => transport.holds_batches(),
        }
    }

    /// Sends a batch.
    pub(crate) async fn send(&mut self, batch: Batch, ledger: &mut Ledger) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.send(batch, ledger).await,
            Self::OtlpGrpc(transport) => transport.send(batch, ledger).await,
            Self::OtlpHttp(transport) => transport.send(batch, ledger).await,
        }
    }

    /// Sends again what a broken connection left here of a signal.
    pub(crate) async fn resume(
        &mut self,
        signal: Signal,
        ledger: &mut Ledger,
    ) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.resume(signal, ledger).await,
            Self::OtlpGrpc(transport) => transport.resume(signal, ledger).await,
            Self::OtlpHttp(transport) => transport.resume(signal, ledger).await,
        }
    }

    /// Waits until the agent is known to have everything that was sent.
    pub(crate) async fn confirm(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.confirm(ledger).await,
            // Every answer was waited for.
            Self::OtlpGrpc(_) | Self::OtlpHttp(_) => Ok(()),
        }
    }

    /// Finds out whether the agent is there, without sending anything.
    pub(crate) async fn probe(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.probe(ledger).await,
            Self::OtlpGrpc(transport) => transport.probe(ledger).await,
            Self::OtlpHttp(transport) => transport.probe(ledger).await,
        }
    }

    /// Whether it is time to [`confirm`](Self::confirm).
    pub(crate) fn is_confirmation_due(&self) -> bool {
        match self {
            Self::OpenCensus(transport) => transport.is_confirmation_due(),
            Self::OtlpGrpc(_) | Self::OtlpHttp(_) => false,
        }
    }

    /// Completes when the transport wants [`resume`](Self::resume) or [`confirm`](Self::confirm)
    /// to be called although there is nothing new to send.
    pub(crate) async fn attention(&mut self) {
        match self {
            Self::OpenCensus(transport) => transport.attention().await,
            Self::OtlpGrpc(_) | Self::OtlpHttp(_) => std::future::pending().await,
        }
    }
}
