//! Starting and stopping.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::failure::blame;
use super::{Drained, StartFailure};
use crate::component::{Address, ComponentId, Context, Exporter, Shared, Tasks};
use crate::config::{Components, Config, Problem, Service, Written};
use crate::delivery::{Books, DataDirectory, LaneName};
use crate::ops::{Phase, metrics_page, target_info};
use crate::pipeline::{Built, Plan, build, intakes, open_data};

/// How long exporters may flush, and how long extensions may take to stop.
const CLOSING: Duration = Duration::from_secs(2);

/// A running agent. Dropping it tells everything to stop at once and waits for nothing; to lose
/// nothing, [shut it down](Self::shutdown).
#[derive(Default)]
pub struct Agent {
    pub(super) shared: Shared,
    /// What runs; `None` until it does.
    pub(super) config: Option<Config>,
    pub(super) receivers: Tasks,
    lanes: Tasks,
    /// Where what was accepted is kept, if it is: no other agent may use it meanwhile.
    data: Option<DataDirectory>,
    /// What extensions and exporters serve, and the metrics page: they stop last.
    pages: Tasks,
    exporters: Vec<Arc<dyn Exporter>>,
    books: Vec<(LaneName, Books)>,
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
        match agent.begin(&config).await {
            Ok(()) => {
                agent.config = Some(config);
                Ok(agent)
            }
            Err(problem) => {
                agent.shutdown(CLOSING).await;
                Err(problem.into())
            }
        }
    }

    async fn begin(&mut self, config: &Config) -> Result<(), Problem> {
        let plan = Plan::of(&config.service);
        self.data = open_data(&config.service)?;
        let built = build(config, &plan, &mut self.data, &self.shared, &self.lanes)?;
        let Built {
            exporters,
            extensions,
            holds,
            books,
            receivers,
        } = built;
        self.books = books;
        self.serve_metrics(&config.service).await?;
        for (id, exporter) in exporters {
            self.exporters.push(Arc::clone(&exporter));
            let started = exporter.start(self.pages.clone()).await;
            started.map_err(|error| blame(written(&config.exporters, &id), error.key(), &error))?;
        }
        for (id, hold) in holds {
            let started = hold.start(self.lanes.clone()).await;
            started
                .map_err(|error| blame(written(&config.processors, &id), error.key(), &error))?;
        }
        for (id, extension) in extensions {
            let started = extension.start(self.pages.clone()).await;
            started
                .map_err(|error| blame(written(&config.extensions, &id), error.key(), &error))?;
        }
        for (id, receiver, entrances) in receivers {
            let intakes = intakes(&entrances);
            let started = receiver.start(intakes, self.receivers.clone()).await;
            started.map_err(|error| blame(written(&config.receivers, &id), error.key(), &error))?;
        }
        self.shared.health.enter(Phase::Ready);
        Ok(())
    }

    async fn serve_metrics(&self, service: &Service) -> Result<(), Problem> {
        let Some((endpoint, key)) = service.telemetry.metrics_endpoint() else {
            return Ok(());
        };
        target_info(&self.shared.metrics, &service.telemetry.resource);
        let id = "service".parse().expect("a component id");
        let context = Context {
            id,
            shared: self.shared.clone(),
        };
        // The page goes by one key, the configuration may have used another.
        metrics_page(&endpoint, &context, &self.pages)
            .await
            .map_err(|error| blame(service.written(), key, &error))
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
    pub async fn shutdown(self, deadline: Duration) -> Drained {
        let until = Instant::now() + deadline;
        self.shared.health.enter(Phase::Stopping);
        let receivers_in_time = self.receivers.stop_within(deadline / 2).await;
        let left = until.saturating_duration_since(Instant::now());
        if !self.lanes.ended_within(left).await {
            self.lanes.stop_within(CLOSING).await;
        }
        let finish = join_all(self.exporters.iter().map(|exporter| exporter.finish()));
        if timeout(CLOSING, finish).await.is_err() {
            tracing::warn!("an exporter did not close in time; its last payloads may be missing");
        }
        self.pages.stop_within(CLOSING).await;
        let books = self.books.iter();
        Drained {
            lanes: books
                .map(|(name, books)| (name.clone(), books.balance()))
                .collect(),
            receivers_in_time,
        }
    }
}

fn written<'c, C>(components: &'c Components<C>, id: &ComponentId) -> &'c Written {
    components
        .get(id)
        .expect("a component that was built is configured")
        .written()
}

impl Drop for Agent {
    fn drop(&mut self) {
        for tasks in [&self.receivers, &self.lanes, &self.pages] {
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
