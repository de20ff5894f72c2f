//! The step.

use campanile_wire::otlp::edit::{Draft, Edit, Fate, Group, Kind, Within};
use campanile_wire::otlp::view::{Metric, Resource, Scope};

use super::filter::{Above, Filter};
use crate::component::{Processor, Refusal};
use crate::payload::Payload;
use crate::processors::actions::Plan;

/// Changes the attributes of items.
#[derive(Debug)]
pub(super) struct Items {
    plan: Plan,
    filter: Filter,
}

impl Items {
    pub(super) fn new(plan: Plan, filter: Filter) -> Self {
        Self { plan, filter }
    }
}

impl Processor for Items {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        let peer = self.plan.asks_peer().then(|| payload.peer()).flatten();
        let mut walk = Walk {
            items: self,
            peer: peer.map(|peer| peer.to_string()),
            is_open: self.filter.is_open(),
            resource: Above::Included,
            scope: Above::Included,
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
    items: &'p Items,
    peer: Option<String>,
    /// Whether every item is meant.
    is_open: bool,
    resource: Above,
    scope: Above,
}

impl Walk<'_> {
    fn apply(&self, draft: &mut Draft<'_>) {
        self.items.plan.apply(draft, self.peer.as_deref());
    }

    fn metric(&self, metric: &mut Draft<'_>) {
        let filter = &self.items.filter;
        let above = filter.metric(self.scope, &Metric::new(metric.bytes()));
        if above == Above::Excluded {
            return;
        }
        metric.edit_points(|point| {
            if filter.point(above, point) {
                self.apply(point);
            }
            Fate::Keep
        });
    }
}

impl Edit for Walk<'_> {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        if !self.is_open {
            self.resource = self.items.filter.resource(Resource(resource.bytes()));
        }
        entered(self.resource)
    }

    fn scope(&mut self, scope: &mut Draft<'_>, _: &[u8]) -> Group {
        if !self.is_open {
            self.scope = self.items.filter.scope(self.resource, Scope(scope.bytes()));
        }
        entered(self.scope)
    }

    fn item(&mut self, item: &mut Draft<'_>, _: Within<'_>) -> Fate {
        if item.kind() == Kind::Metric {
            self.metric(item);
        } else if self.is_open || self.items.filter.item(self.scope, item) {
            self.apply(item);
        }
        Fate::Keep
    }
}

fn entered(above: Above) -> Group {
    match above {
        Above::Excluded => Group::Skip,
        Above::Excludable | Above::Included => Group::Enter,
    }
}
