//! What the agent says about itself in JSON: `GET /api/v1/status`.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::show::time;
use super::{LedgerLine, Phase};
use crate::component::Shared;
use crate::control::ClientStatus;

/// The state of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Status {
    /// Its version.
    pub version: String,
    /// Whether it is starting, ready or stopping.
    pub phase: Phase,
    /// When it started, in UTC.
    pub started_at: String,
    /// For how long it has been running.
    pub uptime_seconds: u64,
    /// Where it listens: `otlp.protocols.grpc.endpoint` and the address.
    pub addresses: BTreeMap<String, String>,
    /// What it keeps; `None` without a store.
    pub store: Option<StoreStatus>,
    /// The libraries that asked how to sample.
    #[serde(default)]
    pub clients: Vec<ClientStatus>,
    /// Where the items of every destination went.
    #[serde(default)]
    pub ledger: Vec<LedgerLine>,
    /// Its metrics, named as on the metrics page: `name{label="value"}`.
    pub metrics: BTreeMap<String, i64>,
}

/// The state of the store.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct StoreStatus {
    /// Where spans are kept; `None` in memory.
    pub directory: Option<String>,
    /// The bound on bytes.
    pub max_bytes: u64,
    /// The bound on age.
    pub max_age_seconds: u64,
}

impl Status {
    /// The state of the agent whose components share this.
    #[must_use]
    pub fn of(shared: &Shared) -> Self {
        let started = shared.health.started_at().duration_since(UNIX_EPOCH);
        let started = started.unwrap_or_default().as_nanos();
        let addresses = shared.addresses.all().into_iter();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            phase: shared.health.phase(),
            started_at: time(u64::try_from(started).unwrap_or(u64::MAX)),
            uptime_seconds: shared.health.uptime().as_secs(),
            addresses: addresses
                .map(|(key, address)| (key, address.to_string()))
                .collect(),
            store: shared.store.get().map(|store| StoreStatus {
                directory: store.directory().map(|path| path.display().to_string()),
                max_bytes: store.max_bytes(),
                max_age_seconds: store.max_age().as_secs(),
            }),
            clients: shared.control.clients().all(),
            ledger: shared.ledgers.lines(),
            metrics: shared.metrics.values(),
        }
    }
}
