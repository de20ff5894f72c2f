//! What a component is handed when it is built.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Address, ComponentId};
use crate::control::Control;
use crate::delivery::queues::QueueControl;
use crate::ops::{Health, Metrics};
use crate::store::StoreSlot;

/// A component's surroundings: who it is, and what the agent shares among its components.
#[derive(Clone, Debug)]
pub struct Context {
    /// The id under which it is configured.
    pub id: ComponentId,
    /// What all components share.
    pub shared: Shared,
}

/// What one agent shares among its components. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// Where the listeners ended up.
    pub addresses: Addresses,
    /// What libraries are told, and who listens.
    pub control: Control,
    /// Whether the agent is starting, ready or stopping.
    pub health: Health,
    /// The agent's own metrics.
    pub metrics: Metrics,
    /// Who answers for what waits and what died, once the pipelines have been built.
    pub queues: QueueControl,
    /// The embedded store, once a `store` exporter has opened it.
    pub store: StoreSlot,
}

/// The addresses that listeners were bound to, by `component id` and key: with port 0 in the
/// configuration, only the running agent knows them.
#[derive(Clone, Debug, Default)]
pub struct Addresses(Arc<Mutex<BTreeMap<String, Address>>>);

impl Addresses {
    /// Notes that the listener at `key` of component `id` is bound to `address`.
    pub fn insert(&self, id: &ComponentId, key: &str, address: impl Into<Address>) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.insert(format!("{id}.{key}"), address.into());
    }

    /// Every listener: `otlp.protocols.grpc.endpoint` and where it is bound.
    #[must_use]
    pub fn all(&self) -> BTreeMap<String, Address> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The IP address of the listener at `key`, `otlp.protocols.grpc.endpoint`, if it has one.
    #[must_use]
    pub fn inet(&self, key: &str) -> Option<SocketAddr> {
        self.all().get(key).and_then(Address::inet)
    }
}
