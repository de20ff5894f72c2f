//! The consumer behind a receiver: every processor and every lane of its pipelines.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::component::{Consumer, Processor, Refusal};
use crate::delivery::{Lane, Permit};
use crate::payload::Payload;

/// The head of one pipeline: what a payload passes, and where it goes then.
pub(super) struct Head {
    pub(super) steps: Vec<Arc<dyn Processor>>,
    pub(super) lanes: Vec<Lane>,
    /// Whether a step or a destination reads more of a payload than its framing.
    pub(super) looks_inside: bool,
}

/// A payload for which every lane of a pipeline has room.
struct Admitted {
    payload: Payload,
    permits: Vec<Permit>,
}

impl Head {
    /// Processes the payload and reserves room for what is left of it. Nothing, when nothing is.
    fn admit(&self, mut payload: Payload) -> Result<Option<Admitted>, Refusal> {
        for step in &self.steps {
            match step.process(payload)? {
                Some(left) => payload = left,
                None => return Ok(None),
            }
        }
        if payload.is_empty() {
            return Ok(None);
        }
        let permits = self.lanes.iter().map(|lane| lane.reserve(&payload));
        let permits = permits.collect::<Result<_, _>>()?;
        Ok(Some(Admitted { payload, permits }))
    }
}

impl Admitted {
    fn send(self) {
        for permit in self.permits {
            permit.send(self.payload.clone());
        }
    }
}

/// The heads of all pipelines that a receiver feeds with one signal.
pub(super) struct Fanout(pub(super) Vec<Arc<Head>>);

impl Consumer for Fanout {
    fn consume(&self, payload: Payload) -> BoxFuture<'_, Result<(), Refusal>> {
        // All pipelines have room, or none takes anything: dropped permits give their room back.
        let heads = self.0.iter().map(|head| head.admit(payload.clone()));
        let admitted = heads.collect::<Result<Vec<_>, _>>();
        let taken =
            admitted.map(|admitted| admitted.into_iter().flatten().for_each(Admitted::send));
        Box::pin(std::future::ready(taken))
    }
    fn looks_inside(&self) -> bool {
        self.0.iter().any(|head| head.looks_inside)
    }
}
