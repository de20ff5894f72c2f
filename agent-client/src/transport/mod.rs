//! How batches reach the agent: one file per protocol, one interface for the worker.
//!
//! A transport owns the batches it was given until they are written down in the
//! [`Ledger`](crate::ledger::Ledger), across any number of broken connections. Its futures may be
//! dropped at any point; no batch is lost by that.

mod connection;
mod opencensus;
mod otlp;
mod stream;

use std::sync::Arc;
use std::time::SystemTime;

use crate::batch::Batch;
use crate::client::Client;
use crate::environment::Settings;
use crate::ledger::Ledger;
use crate::protocol::Protocol;
use crate::retry::Outage;

use self::connection::Connection;
use self::opencensus::OpenCensus;
use self::otlp::Otlp;

#[derive(Debug)]
pub(crate) enum Transport {
    OpenCensus(OpenCensus),
    Otlp(Otlp),
}

impl Transport {
    pub(crate) fn new(settings: &Settings, client: Arc<Client>, started: SystemTime) -> Self {
        let connection = Connection::new(settings);
        match settings.protocol {
            Protocol::OpenCensus => Self::OpenCensus(OpenCensus::new(connection, client, started)),
            Protocol::Otlp => Self::Otlp(Otlp::new(connection, &settings.headers)),
        }
    }

    /// Whether batches wait here to be sent or confirmed.
    pub(crate) fn holds_batches(&self) -> bool {
        match self {
            Self::OpenCensus(transport) => transport.holds_batches(),
            Self::Otlp(transport) => transport.holds_batches(),
        }
    }

    /// Sends a batch.
    pub(crate) async fn send(&mut self, batch: Batch, ledger: &mut Ledger) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.send(batch, ledger).await,
            Self::Otlp(transport) => transport.send(batch, ledger).await,
        }
    }

    /// Sends again what a broken connection left here.
    pub(crate) async fn resume(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.resume(ledger).await,
            Self::Otlp(transport) => transport.resume(ledger).await,
        }
    }

    /// Waits until the agent is known to have everything that was sent.
    pub(crate) async fn confirm(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.confirm(ledger).await,
            // Every answer was waited for.
            Self::Otlp(_) => Ok(()),
        }
    }

    /// Finds out whether the agent is there, without sending spans.
    pub(crate) async fn probe(&mut self, ledger: &mut Ledger) -> Result<(), Outage> {
        match self {
            Self::OpenCensus(transport) => transport.probe(ledger).await,
            Self::Otlp(transport) => transport.probe(ledger).await,
        }
    }

    /// Whether it is time to [`confirm`](Self::confirm).
    pub(crate) fn is_confirmation_due(&self) -> bool {
        match self {
            Self::OpenCensus(transport) => transport.is_confirmation_due(),
            Self::Otlp(_) => false,
        }
    }

    /// Completes when the transport wants [`resume`](Self::resume) or [`confirm`](Self::confirm)
    /// to be called although there is nothing new to send.
    pub(crate) async fn attention(&mut self) {
        match self {
            Self::OpenCensus(transport) => transport.attention().await,
            Self::Otlp(_) => std::future::pending().await,
        }
    }
}
