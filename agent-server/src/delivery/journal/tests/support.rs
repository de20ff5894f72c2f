//! The words that the tests are written in.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campanile_wire::otlp::Signal;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use crate::component::{Delivery, ExportError, Exported, Exporter, Refusal, Tasks};
use crate::delivery::log::{Durability, Log, LogSettings, Start};
use crate::delivery::{
    Balance, DeliverySettings, Journal, JournalName, LaneName, LoggedLane, QueueSettings, Route,
};
use crate::ops::Metrics;
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

/// An exporter that takes what it is let take.
pub(super) struct Gate {
    pub(super) open: Semaphore,
    taken: Mutex<Vec<String>>,
}

impl Gate {
    /// The names of all spans that were taken, sorted.
    pub(super) fn taken(&self) -> Vec<String> {
        let mut taken = self.taken.lock().unwrap().clone();
        taken.sort();
        taken
    }
}

impl Exporter for Gate {
    fn export(&self, payload: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(async move {
            self.open.acquire().await.expect("never closed").forget();
            self.taken.lock().unwrap().extend(names(payload.bytes()));
            Ok(Exported::default())
        })
    }
}

/// A journal with a lane for each of some destinations, from start to end.
pub(super) struct Run {
    pub(super) journal: Option<Journal>,
    pub(super) gates: BTreeMap<&'static str, Arc<Gate>>,
    lanes: BTreeMap<&'static str, LoggedLane>,
    tasks: Tasks,
}

/// Payloads in memory, at most, of each lane.
pub(super) const WINDOW: usize = 4;

impl Run {
    pub(super) fn start(directory: &Path, destinations: &[&'static str]) -> Self {
        Self::start_with(directory, destinations, &LogSettings::default())
    }

    pub(super) fn start_with(
        directory: &Path,
        destinations: &[&'static str],
        settings: &LogSettings,
    ) -> Self {
        let settings = LogSettings {
            new_destinations: Start::End,
            ..settings.clone()
        };
        let durability = settings.durability;
        let (log, _) = Log::open(directory, settings, destinations).expect("opened");
        let (metrics, tasks) = (Metrics::default(), Tasks::default());
        let name = JournalName {
            pipeline: "traces".to_owned(),
            behind: None,
        };
        let journal = Journal::start(name, log, durability, &metrics, &tasks).expect("a thread");
        let mut run = Self {
            journal: Some(journal),
            gates: BTreeMap::new(),
            lanes: BTreeMap::new(),
            tasks,
        };
        for destination in destinations {
            run.attach(destination, &metrics);
        }
        run
    }

    fn attach(&mut self, destination: &'static str, metrics: &Metrics) {
        let gate = Arc::new(Gate {
            open: Semaphore::new(0),
            taken: Mutex::default(),
        });
        let queue = QueueSettings {
            queue_size: WINDOW,
            num_consumers: 2,
            ..QueueSettings::default()
        };
        let delivery = Delivery {
            exporter: Arc::clone(&gate) as Arc<dyn Exporter>,
            settings: DeliverySettings {
                queue,
                ..DeliverySettings::default()
            },
        };
        let name = LaneName {
            pipeline: "traces".to_owned(),
            exporter: destination.parse().expect("an id"),
            signal: Signal::Traces,
        };
        let journal = self.journal.as_ref().expect("open");
        let route = Route {
            name,
            delivery,
            batch: None,
            dead_letters: None,
            memory: crate::admission::Memory::default(),
        };
        let lane = LoggedLane::start(route, journal, metrics, &self.tasks);
        self.lanes.insert(destination, lane.expect("attached"));
        self.gates.insert(destination, gate);
    }

    pub(super) async fn append(&self, names: &str) -> Result<(), Refusal> {
        let payload = spans(names.split_whitespace());
        self.journal.as_ref().expect("open").append(payload).await
    }

    pub(super) fn gate(&self, destination: &str) -> &Gate {
        &self.gates[destination]
    }

    pub(super) fn balance(&self, destination: &str) -> Balance {
        let balance = self.lanes[destination].books().balance();
        assert!(balance.is_even(), "{balance:?}");
        balance
    }

    /// Items that were sent so far, while others may move.
    pub(super) fn balance_now(&self, destination: &str) -> u64 {
        self.lanes[destination].books().balance().sent
    }

    /// Ends the input and waits until everything is delivered and the log is closed.
    pub(super) async fn drain(&mut self) {
        self.journal = None;
        for gate in self.gates.values() {
            gate.open.add_permits(100_000);
        }
        assert!(self.tasks.ended_within(Duration::from_secs(30)).await);
    }

    /// Stops at once, as at a deadline.
    pub(super) async fn stop(&mut self) {
        self.journal = None;
        assert!(self.tasks.stop_within(Duration::from_secs(30)).await);
    }
}

/// The names `0` to `count - 1`, sorted as text.
pub(super) fn numbered(count: usize) -> Vec<String> {
    let mut names: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    names.sort();
    names
}

/// A log of durability `synced`.
pub(super) fn synced() -> LogSettings {
    LogSettings {
        durability: Durability::Synced,
        ..LogSettings::default()
    }
}
