//! The head of a pipeline: what a payload passes, and where it can go then.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::admission::Admission;
use crate::component::{Connector, Consumer, Processor, Refusal, Removal};
use crate::delivery::{Books, DeliverySettings, Journal, Lane, Removed};
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

/// Where a part of a pipeline ends.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) outlets: Vec<Outlet>,
    pub(super) journal: Option<Logging>,
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

    /// Adds a lane that leads somewhere.
    pub(super) fn add(&mut self, books: Books, to: &DeliverySettings) {
        self.books.push(books);
        self.looks_inside |= !to.passes;
    }

    /// Whether it is kept in this journal.
    pub(super) fn is_in(&self, journal: &Journal) -> bool {
        self.journal.is(journal)
    }

    fn is(&self, other: &Self) -> bool {
        self.journal.is(&other.journal)
            && self.books.len() == other.books.len()
            && self.books.iter().zip(&other.books).all(|(o, t)| o.are(t))
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
    pub(super) fn new(steps: Vec<Arc<dyn Processor>>, ends: Ends) -> Self {
        let Ends { outlets, journal } = ends;
        let looks_inside = steps.iter().any(|step| step.looks_inside())
            || outlets.iter().any(Outlet::looks_inside)
            || journal.as_ref().is_some_and(Logging::looks_inside);
        Self {
            steps,
            outlets,
            journal,
            looks_inside,
        }
    }

    /// Whether these are its parts: not some that are like them, but the same.
    pub(super) fn is_made_of(&self, steps: &[Arc<dyn Processor>], ends: &Ends) -> bool {
        let Ends { outlets, journal } = ends;
        let logged = match (&self.journal, journal) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => ours.is(theirs),
            (None, Some(_)) | (Some(_), None) => false,
        };
        let same = |(ours, theirs): (&Arc<dyn Processor>, _)| is_same(ours, theirs);
        logged
            && self.steps.len() == steps.len()
            && self.outlets.len() == outlets.len()
            && self.steps.iter().zip(steps).all(same)
            && self.outlets.iter().zip(outlets).all(|(o, t)| o.is(t))
    }

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

/// Whether two pointers lead to one thing, whatever its type is seen as.
fn is_same<T: ?Sized>(one: &Arc<T>, other: &Arc<T>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

impl Outlet {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Connector(ours), Self::Connector(theirs)) => Arc::ptr_eq(ours, theirs),
            (Self::Lane(ours), Self::Lane(theirs)) => ours.is(theirs),
            (Self::Connector(_), Self::Lane(_)) | (Self::Lane(_), Self::Connector(_)) => false,
        }
    }

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
    /// Whether it leads through this connector to these heads.
    pub(super) fn is_made_of(
        &self,
        connector: &Arc<dyn Connector>,
        pipelines: &[String],
        heads: &[Arc<Head>],
    ) -> bool {
        is_same(&self.connector, connector)
            && self.pipelines == pipelines
            && self.heads.len() == heads.len()
            && self
                .heads
                .iter()
                .zip(heads)
                .all(|(ours, theirs)| Arc::ptr_eq(ours, theirs))
    }

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
