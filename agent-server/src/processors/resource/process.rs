//! The step.

use campanile_wire::otlp::edit::{Draft, Edit, Group};

use crate::component::{Processor, Refusal};
use crate::payload::Payload;
use crate::processors::actions::Plan;

/// Changes the attributes of resources.
#[derive(Debug)]
pub(super) struct Resources {
    plan: Plan,
}

impl Resources {
    pub(super) fn new(plan: Plan) -> Self {
        Self { plan }
    }
}

impl Processor for Resources {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        let peer = self.plan.asks_peer().then(|| payload.peer()).flatten();
        let mut walk = Walk {
            plan: &self.plan,
            peer: peer.map(|peer| peer.to_string()),
        };
        Ok(Some(payload.edited(&mut walk)))
    }

    /// What does not decode is left as it is, so that it need not be looked for: the walk through
    /// every field would cost more than the edit.
    fn looks_inside(&self) -> bool {
        false
    }
}

struct Walk<'p> {
    plan: &'p Plan,
    peer: Option<String>,
}

impl Edit for Walk<'_> {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        self.plan.apply(resource, self.peer.as_deref());
        Group::Skip
    }
}
