//! Starting and stopping.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::part::Part;
use super::reload::CLOSING;
use super::{Drained, StartFailure};
use crate::component::{Address, ComponentId, Shared, Tasks};
use crate::config::Config;
use crate::delivery::queues::LaneOperator;
use crate::delivery::{Books, DataDirectory, LaneName};
use crate::ops::Phase;
use crate::pipeline::{Destination, Pipelines};

/// A running agent. Dropping it tells everything to stop at once and waits for nothing; to lose
/// nothing, [shut it down](Self::shutdown).
#[derive(Default)]
pub struct Agent {
    pub(super) shared: Shared,
    /// What runs; `None` until it does.
    pub(super) config: Option<Config>,
    pub(super) receivers: Tasks,
    pub(super) lanes: Tasks,
    /// Where what was accepted is kept, if it is: no other agent may use it meanwhile.
    pub(super) data: Option<DataDirectory>,
    /// Who answers for the queues.
    pub(super) queues: Option<Arc<LaneOperator>>,
    /// What extensions and exporters serve, and the metrics page: they stop last.
    pub(super) pages: Tasks,
    /// Who waits for what an earlier configuration has left.
    pub(super) leaving: Tasks,
    /// The tasks of each part, branches of those above.
    pub(super) parts: BTreeMap<Part, Tasks>,
    pub(super) exporters: BTreeMap<ComponentId, Destination>,
    pub(super) pipelines: Pipelines,
    /// Lanes that nothing leads to any more and that have not ended yet.
    pub(super) old_lanes: Vec<Tasks>,
    pub(super) books: Vec<(LaneName, Books)>,
}

impl Agent {
    /// Starts an agent. When this returns, every socket is bound and the agent is ready.
    ///
    /// # Errors
    ///
    /// When a component cannot be built or cannot start, such as for a port that is taken. What had
    /// started has been stopped again.
    pub async fn start(config: Config) -> Result<Self, StartFailure> {
        let mut agent = Self::default();
        match agent.reload(config).await {
            Ok(_) => {
                agent.shared.memory.watch(&agent.pages);
                agent.shared.health.enter(Phase::Ready);
                Ok(agent)
            }
            Err(failure) => {
                agent.shutdown(CLOSING).await;
                Err(failure)
            }
        }
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> Option<&Config> {
        self.config.as_ref()
    }

    /// Every listener and where it is bound: `otlp.protocols.grpc.endpoint`, `127.0.0.1:4317`.
    #[must_use]
    pub fn addresses(&self) -> BTreeMap<String, Address> {
        self.shared.addresses.all()
    }

    /// What the components share: health, metrics, the store.
    #[must_use]
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Stops the receivers, delivers what is held, for at most `deadline`, and stops the rest. What
    /// exporters and extensions need to close may come on top: at most four seconds.
    pub async fn shutdown(mut self, deadline: Duration) -> Drained {
        let until = Instant::now() + deadline;
        self.shared.health.enter(Phase::Stopping);
        let receivers_in_time = self.receivers.stop_within(deadline / 2).await;
        drop(std::mem::take(&mut self.pipelines));
        let left = until.saturating_duration_since(Instant::now());
        if !self.lanes.ended_within(left).await {
            self.lanes.stop_within(CLOSING).await;
        }
        let exporters = self.exporters.values();
        let finish = exporters.map(|to| to.delivery.exporter.finish());
        let finished = async { tokio::join!(join_all(finish), self.leaving.ended()) };
        if timeout(CLOSING, finished).await.is_err() {
            tracing::warn!("an exporter did not close in time; its last payloads may be missing");
        }
        self.pages.stop_within(CLOSING).await;
        self.leaving.stop_within(Duration::ZERO).await;
        let books = self.books.iter();
        Drained {
            lanes: books
                .map(|(name, books)| (name.clone(), books.balance()))
                .collect(),
            receivers_in_time,
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        for tasks in [&self.receivers, &self.lanes, &self.pages, &self.leaving] {
            tasks.token().cancel();
        }
    }
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Agent")
            .field("addresses", &self.addresses())
            .finish_non_exhaustive()
    }
}
