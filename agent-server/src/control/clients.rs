//! The libraries that asked for configuration, and what they say is in force.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use campanile_wire::opencensus::agent::common::v1::Node;
use campanile_wire::opencensus::trace::v1::TraceConfig;
use prost::Message as _;
use serde::{Deserialize, Serialize};

use super::describe;
use crate::component::ComponentId;
use crate::ops::show::time;

/// Clients that are remembered. A new one takes the place of whoever was seen least recently and
/// is gone; while all are connected, it is served without being listed.
const MAX_CLIENTS: usize = 1_024;
/// Characters kept of each text that a client sends.
const MAX_TEXT: usize = 128;

/// A table of clients. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    table: Arc<Mutex<HashMap<u64, Entry>>>,
    hasher: Arc<RandomState>,
}

#[derive(Clone, Debug)]
struct Entry {
    status: ClientStatus,
    seen: SystemTime,
}

/// One client as the agent's status shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct ClientStatus {
    /// The receiver that it asked.
    pub receiver: String,
    /// The name of its service.
    pub service: String,
    /// Its host.
    pub host: String,
    /// Its process id; 0 when it did not say.
    pub pid: u32,
    /// Its language, `GO_LANG`.
    pub language: String,
    /// Streams that it has open; 0 when it is gone, or asks and leaves.
    pub streams: u32,
    /// What it was told last; `None` when it was left as it is.
    pub told: Option<String>,
    /// What it said last is in force; `None` when it has not said.
    pub in_force: Option<String>,
    /// When it was heard of last, in UTC.
    pub last_seen: String,
}

impl Clients {
    /// A stream to receiver `id`, whose client is not known yet.
    #[must_use]
    pub fn open(&self, id: &ComponentId) -> Listener {
        Listener {
            clients: self.clone(),
            receiver: id.to_string(),
            key: None,
        }
    }

    /// Every client, the one heard of last first.
    #[must_use]
    pub fn all(&self) -> Vec<ClientStatus> {
        let mut entries: Vec<Entry> = self.lock().values().cloned().collect();
        entries.sort_by(|a, b| {
            let names = |entry: &Entry| (entry.status.service.clone(), entry.status.pid);
            b.seen.cmp(&a.seen).then_with(|| names(a).cmp(&names(b)))
        });
        let shown = entries.into_iter().map(|entry| {
            let since = entry.seen.duration_since(UNIX_EPOCH).unwrap_or_default();
            ClientStatus {
                last_seen: time(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)),
                ..entry.status
            }
        });
        shown.collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Entry>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a stream of the client `key`, which is `status` when it is new.
    fn enter(&self, key: u64, status: impl FnOnce() -> ClientStatus) {
        let mut table = self.lock();
        if !table.contains_key(&key) && table.len() >= MAX_CLIENTS {
            let gone = table.iter().filter(|(_, entry)| entry.status.streams == 0);
            let oldest = gone.min_by_key(|(_, entry)| entry.seen);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            table.remove(&oldest);
        }
        let entry = table.entry(key).or_insert_with(|| Entry {
            status: status(),
            seen: SystemTime::now(),
        });
        entry.status.streams += 1;
    }

    fn edit(&self, key: Option<u64>, edit: impl FnOnce(&mut ClientStatus)) {
        let mut table = self.lock();
        if let Some(entry) = key.and_then(|key| table.get_mut(&key)) {
            edit(&mut entry.status);
            entry.seen = SystemTime::now();
        }
    }
}

/// One open stream. When it is dropped its client stays in the table, as gone.
#[derive(Debug)]
pub struct Listener {
    clients: Clients,
    receiver: String,
    key: Option<u64>,
}

impl Listener {
    /// Notes who it is, and what it says is in force.
    pub fn hear(&mut self, node: &Node, in_force: Option<&TraceConfig>) {
        let hashed = (&self.receiver, node.encode_to_vec());
        let key = self.clients.hasher.hash_one(hashed);
        if self.key != Some(key) {
            self.leave();
            let receiver = self.receiver.clone();
            self.clients.enter(key, || status(receiver, node));
            self.key = Some(key);
        }
        self.clients.edit(self.key, |status| {
            if let Some(config) = in_force {
                status.in_force = Some(describe(config));
            }
        });
    }

    /// Notes what it was told.
    pub fn told(&mut self, config: Option<&TraceConfig>) {
        self.clients.edit(self.key, |status| {
            status.told = config.map(describe);
        });
    }

    fn leave(&mut self) {
        self.clients.edit(self.key.take(), |status| {
            status.streams = status.streams.saturating_sub(1);
        });
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.leave();
    }
}

fn status(receiver: String, node: &Node) -> ClientStatus {
    let short = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
    let service = node.service_info.as_ref().map(|info| short(&info.name));
    let process = node.identifier.as_ref();
    let library = node.library_info.as_ref();
    ClientStatus {
        receiver,
        service: service.unwrap_or_default(),
        host: process
            .map(|process| short(&process.host_name))
            .unwrap_or_default(),
        pid: process.map_or(0, |process| process.pid),
        language: library
            .map(|library| library.language().as_str_name().to_owned())
            .unwrap_or_default(),
        ..ClientStatus::default()
    }
}
