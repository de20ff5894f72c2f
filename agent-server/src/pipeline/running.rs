//! What runs of one pipeline, so that the next configuration can take it over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entrance::Entrance;
use super::head::{Connection, Ends, Head, Outlet};
use crate::component::{ComponentId, Connector, Delivery, Processor, Tasks};
use crate::delivery::{BatchSettings, Books, Journal, Lane};

/// One pipeline that runs.
pub(super) struct Line {
    /// Where it begins.
    pub(super) head: Arc<Head>,
    /// Every head: one more behind each hold.
    pub(super) heads: Vec<Arc<Head>>,
    pub(super) lanes: BTreeMap<ComponentId, RunningLane>,
    pub(super) processors: BTreeMap<ComponentId, Kept>,
}

/// A processor of a pipeline that runs.
pub(super) enum Kept {
    Batch(BatchSettings),
    /// A hold, and the head behind it.
    Hold(Arc<Head>),
    Step(Arc<dyn Processor>),
}

/// A lane that runs.
#[derive(Clone)]
pub(super) struct RunningLane {
    pub(super) source: Source,
    pub(super) batch: Option<BatchSettings>,
    /// The lane's task.
    pub(super) tasks: Tasks,
}

/// Where a lane gets its payloads from.
#[derive(Clone)]
pub(super) enum Source {
    /// What its pipeline has written.
    Journal(Journal, Books),
    /// Its own queue.
    Queue(Lane),
}

impl Source {
    pub(super) fn books(&self) -> Books {
        match self {
            Self::Journal(_, books) => books.clone(),
            Self::Queue(lane) => lane.books(),
        }
    }

    /// Whether it is kept in this journal, or in none.
    pub(super) fn is_in(&self, journal: Option<&Journal>) -> bool {
        match (self, journal) {
            (Self::Journal(ours, _), Some(journal)) => ours.is(journal),
            (Self::Queue(_), None) => true,
            (Self::Journal(..), None) | (Self::Queue(_), Some(_)) => false,
        }
    }
}

/// A connector that runs, and the ways into the pipelines to which it emits by itself.
pub(super) struct Joint {
    pub(super) connector: Arc<dyn Connector>,
    pub(super) outputs: BTreeMap<String, Arc<Entrance>>,
}

/// Where lanes lead: an exporter, and the tasks of all lanes that have led to it.
#[derive(Clone)]
pub(crate) struct Destination {
    pub(crate) delivery: Delivery,
    pub(crate) lanes: Tasks,
    /// Whether it is the one that ran under the configuration before.
    pub(crate) kept: bool,
}

impl Line {
    /// Whether it is kept, or was, in this journal.
    pub(super) fn is_in(&self, journal: &Journal) -> bool {
        let loggings = self.heads.iter().filter_map(|head| head.journal.as_ref());
        loggings.into_iter().any(|logging| logging.is_in(journal))
    }

    /// A head of this pipeline that is made of the same parts.
    pub(super) fn head_of(&self, steps: &[Arc<dyn Processor>], ends: &Ends) -> Option<Arc<Head>> {
        let mut heads = self.heads.iter();
        heads.find(|head| head.is_made_of(steps, ends)).cloned()
    }

    /// The way into a connector of this pipeline that leads to the same heads.
    pub(super) fn connection(
        &self,
        connector: &Arc<dyn Connector>,
        pipelines: &[String],
        heads: &[Arc<Head>],
    ) -> Option<Arc<Connection>> {
        let outlets = self.heads.iter().flat_map(|head| &head.outlets);
        let mut connections = outlets.filter_map(|outlet| match outlet {
            Outlet::Connector(connection) => Some(connection),
            Outlet::Lane(_) => None,
        });
        connections
            .find(|connection| connection.is_made_of(connector, pipelines, heads))
            .cloned()
    }
}
