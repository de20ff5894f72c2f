//! What the agent tells tracing libraries: how to sample.
//!
//! A receiver that libraries ask for configuration publishes its policy here under its id, and
//! follows it: each of its streams hears of every change. Reloading the configuration publishes
//! the policy again. What libraries answer is kept beside it, for the agent's status page.
//!
//! | file | what |
//! |---|---|
//! | `settings` | the block `sampler` as a user writes it |
//! | `policy` | what it means, and for whom |
//! | `clients` | who listens, and what they say is in force |
//!
//! # Design
//!
//! [`Policy::for_node`] takes the node that asks: today every one gets the same answer, and rules
//! for single services have their place there.

mod clients;
mod policy;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

pub use self::clients::{ClientStatus, Clients, Listener};
pub use self::policy::{Policy, describe};
pub use self::settings::{Constant, SamplerSettings};
use crate::component::ComponentId;

/// The policies of an agent's receivers, and the libraries that follow them. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Control {
    policies: Arc<Mutex<BTreeMap<ComponentId, watch::Sender<Policy>>>>,
    clients: Clients,
}

impl Control {
    /// Sets the policy of receiver `id`. Whoever follows it hears of it, unless it is the old one.
    pub fn publish(&self, id: &ComponentId, policy: Policy) {
        self.with(id, |sender| {
            sender.send_if_modified(|old| {
                let changed = *old != policy;
                *old = policy;
                changed
            });
        });
    }

    /// The policy of receiver `id` from now on; until one is published, it is to leave libraries
    /// as they are.
    #[must_use]
    pub fn follow(&self, id: &ComponentId) -> watch::Receiver<Policy> {
        self.with(id, |sender| sender.subscribe())
    }

    /// The libraries that asked.
    #[must_use]
    pub fn clients(&self) -> &Clients {
        &self.clients
    }

    fn with<T>(&self, id: &ComponentId, look: impl FnOnce(&watch::Sender<Policy>) -> T) -> T {
        let mut policies = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        look(policies.entry(id.clone()).or_default())
    }
}
