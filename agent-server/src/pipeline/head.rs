//! The head of a pipeline: what a payload passes, and where it can go then.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::admission::Admission;
use crate::component::{Connector, Consumer, Processor, Refusal, Removal};
use crate::delivery::{Books, Journal, Lane, LoggedLane, Removed};
use crate::payload::Payload;

/// The head of one pipeline, or of what follows a hold.
pub(super) struct Head {
    pub(super) steps: Vec<Arc<dyn Processor>>,
    pub(super) outlets: Vec<Outlet>,
    /// Where the pipeline keeps what it accepts on the disk.
    pub(super) journal: Option<Logging>,
    /// Whether a step or a destination reads more of a payload than its framing.
    pub(super) looks_inside: bool,
}

/// Where a pipeline ends.
#[derive(Clone)]
pub(super) enum Outlet {
    /// In other pipelines.
    Connector(Arc<Connection>),
    /// In the lane of an exporter.
    Lane(Lane),
}

/// The journal of a pipeline, and the books of the lanes that deliver from it.
pub(super) struct Logging {
    journal: Journal,
    books: Vec<Books>,
    looks_inside: bool,
}

impl Logging {
    pub(super) fn to(journal: Journal) -> Self {
        Self {
            journal,
            books: Vec::new(),
            looks_inside: false,
        }
    }

    /// Adds a lane.
    pub(super) fn add(&mut self, lane: &LoggedLane) {
        self.books.push(lane.books());
        self.looks_inside |= lane.looks_inside();
    }

    /// Whether a destination reads more of a payload than its framing.
    pub(super) fn looks_inside(&self) -> bool {
        self.looks_inside
    }
}

/// A connector, as one pipeline reaches it.
pub(super) struct Connection {
    pub(super) connector: Arc<dyn Connector>,
    pub(super) books: Books,
    /// The pipelines that it feeds with the signal of this one, and their heads.
    pub(super) pipelines: Vec<String>,
    pub(super) heads: Vec<Arc<Head>>,
}

impl Head {
    /// Processes the payload and reserves room for what is left of it wherever it can go.
    pub(super) fn admit(&self, payload: Payload, admission: &mut Admission) -> Result<(), Refusal> {
        let (left, removed) = self.process(payload)?;
        for outlet in &self.outlets {
            admission.remove(outlet.books(), removed);
            if let Some(payload) = &left {
                outlet.admit(payload, admission)?;
            }
        }
        if let Some(logging) = &self.journal {
            for books in &logging.books {
                admission.remove(books.clone(), removed);
            }
            if let Some(payload) = left {
                admission.keep(&logging.journal, payload);
            }
        }
        Ok(())
    }

    /// What is left of the payload, and what the steps have left out.
    fn process(&self, payload: Payload) -> Result<(Option<Payload>, Removed), Refusal> {
        let mut removed = Removed::default();
        let mut left = Some(payload).filter(|payload| !payload.is_empty());
        for step in &self.steps {
            let Some(payload) = left else {
                break;
            };
            let before = payload.items();
            left = step.process(payload)?.filter(|left| !left.is_empty());
            let after = left.as_ref().map_or(0, Payload::items);
            let out = before.saturating_sub(after);
            match step.removal() {
                Removal::Filtered => removed.filtered += out,
                Removal::SampledOut => removed.sampled_out += out,
            }
        }
        Ok((left, removed))
    }
}

impl Outlet {
    fn books(&self) -> Books {
        match self {
            Self::Connector(connection) => connection.books.clone(),
            Self::Lane(lane) => lane.books(),
        }
    }

    fn admit(&self, payload: &Payload, admission: &mut Admission) -> Result<(), Refusal> {
        match self {
            Self::Connector(connection) => connection.admit(payload, admission),
            Self::Lane(lane) => {
                admission.send(lane.reserve(payload)?, payload);
                Ok(())
            }
        }
    }

    /// Whether what is behind it reads more of a payload than its framing; a lane's exporter says
    /// so in its settings.
    pub(super) fn looks_inside(&self) -> bool {
        match self {
            Self::Connector(connection) => {
                connection.connector.looks_inside()
                    || connection.heads.iter().any(|head| head.looks_inside)
            }
            Self::Lane(lane) => lane.looks_inside(),
        }
    }
}

impl Connection {
    fn admit(
        self: &Arc<Self>,
        payload: &Payload,
        admission: &mut Admission,
    ) -> Result<(), Refusal> {
        for (index, part) in self.connector.route(payload, &self.pipelines)? {
            if let Some(head) = self.heads.get(index) {
                head.admit(part, admission)?;
            }
        }
        admission.pass(self, payload);
        Ok(())
    }
}

impl Consumer for Head {
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        let mut admission = Admission::default();
        let admitted = self.admit(payload, &mut admission);
        Box::pin(async move {
            admitted?;
            admission.take().await
        })
    }

    fn looks_inside(&self) -> bool {
        self.looks_inside
    }
}
