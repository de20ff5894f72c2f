//! What a component is handed when it is built.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Address, ComponentId, ReloadSlot};
use crate::admission::Memory;
use crate::auth::Authenticators;
use crate::control::Control;
use crate::delivery::queues::QueueControl;
use crate::ops::{Health, Ledgers, Metrics};
use crate::processors::resourcedetection::Dockers;
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
    /// Who may send, and as whom we send.
    pub authenticators: Authenticators,
    /// What libraries are told, and who listens.
    pub control: Control,
    /// The Docker engines that were asked about their machines.
    pub(crate) dockers: Dockers,
    /// Whether the agent is starting, ready or stopping.
    pub health: Health,
    /// Where every item went.
    pub ledgers: Ledgers,
    /// What telemetry may take of the agent's memory.
    pub memory: Memory,
    /// The agent's own metrics.
    pub metrics: Metrics,
    /// Who answers for what waits and what died, once the pipelines have been built.
    pub queues: QueueControl,
    /// Where the program that runs the agent can be asked to read the configuration again.
    pub reload: ReloadSlot,
    /// The embedded store, once a `store` exporter has opened it.
    pub store: StoreSlot,
}

/// The addresses that listeners are bound to, by `component id` and key: with port 0 in the
/// configuration, only the running agent knows them.
#[derive(Clone, Debug, Default)]
pub struct Addresses(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    listed: BTreeMap<String, (u64, Address)>,
    /// How many were listed so far.
    count: u64,
}

/// An entry among the addresses, which goes when this is dropped: to be kept beside the socket.
#[derive(Debug)]
#[must_use = "the address is listed for as long as this is kept"]
pub struct Listed {
    addresses: Addresses,
    key: String,
    number: u64,
}

impl Addresses {
    /// Notes that the listener at `key` of component `id` is bound to `address`.
    pub fn insert(&self, id: &ComponentId, key: &str, address: impl Into<Address>) -> Listed {
        let mut table = self.table();
        table.count += 1;
        let (key, number) = (format!("{id}.{key}"), table.count);
        table.listed.insert(key.clone(), (number, address.into()));
        Listed {
            addresses: self.clone(),
            key,
            number,
        }
    }

    /// Every listener: `otlp.protocols.grpc.endpoint` and where it is bound.
    #[must_use]
    pub fn all(&self) -> BTreeMap<String, Address> {
        let table = self.table();
        let listed = table.listed.iter();
        listed
            .map(|(key, (_, address))| (key.clone(), address.clone()))
            .collect()
    }

    /// The IP address of the listener at `key`, `otlp.protocols.grpc.endpoint`, if it has one.
    #[must_use]
    pub fn inet(&self, key: &str) -> Option<SocketAddr> {
        self.all().get(key).and_then(Address::inet)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut table = self.addresses.table();
        // A successor may have taken the place.
        let ours = table.listed.get(&self.key);
        if ours.is_some_and(|(number, _)| *number == self.number) {
            table.listed.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_listed_while_its_listener_is_there_and_no_successor() {
        let (addresses, id) = (Addresses::default(), "otlp".parse().expect("an id"));
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let first = addresses.insert(&id, "endpoint", address(1));
        let second = addresses.insert(&id, "endpoint", address(2));
        drop(first);
        assert_eq!(addresses.inet("otlp.endpoint"), Some(address(2)));
        drop(second);
        assert!(addresses.all().is_empty());
    }
}
