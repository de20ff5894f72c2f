//! The series of one resource, and what tells it apart.

use std::time::Duration;

use campanile_wire::otlp::view;
use campanile_wire::protobuf::{Fields, Value, put_bytes};

use super::super::points::Now;
use super::plan::Plan;
use super::series::Family;
use super::usage::Usage;

/// The series of one resource.
#[derive(Debug)]
pub(super) struct Resource {
    /// The fields of its message.
    pub(super) message: Vec<u8>,
    /// One for each family of the plan.
    pub(super) families: Vec<Family>,
    pub(super) events: Family,
    /// When its last span came.
    pub(super) seen: Duration,
}

impl Resource {
    /// Whether it counts anything that has not been written.
    pub(super) fn is_due(&self) -> bool {
        self.families
            .iter()
            .chain([&self.events])
            .any(|family| family.active > 0)
    }

    /// Forgets series whose time is over. Says whether the resource is to be forgotten too.
    pub(super) fn forget(&mut self, plan: &Plan, usage: &mut Usage, now: Now) -> bool {
        for (family, emits) in plan.of(self) {
            family.forget(plan, emits, usage, now);
        }
        let after = plan.limits.resource_expiration;
        let expired = !after.is_zero() && now.at.saturating_sub(self.seen) >= after;
        let families = self.families.iter().chain([&self.events]);
        expired || families.map(|family| family.series.len()).sum::<usize>() == 0
    }

    /// Forgets all series.
    pub(super) fn clear(&mut self, plan: &Plan, usage: &mut Usage) {
        for (family, emits) in plan.of(self) {
            for key in std::mem::take(&mut family.series).into_keys() {
                usage.remove(plan, emits, &key);
            }
        }
    }
}

/// Writes what tells a resource apart: its attributes, or those of `keys`, sorted.
pub(super) fn resource_key(out: &mut Vec<u8>, resource: view::Resource<'_>, keys: &[String]) {
    let wanted = |attribute: &&[u8]| {
        keys.is_empty() || {
            let mut message = Vec::new();
            put_bytes(&mut message, 1, attribute);
            let mut attributes = view::Attributes::new(&message, 1).iter();
            attributes.any(|(key, _)| keys.iter().any(|wanted| wanted == key))
        }
    };
    let mut attributes: Vec<&[u8]> = attributes_of(resource).filter(wanted).collect();
    attributes.sort_unstable();
    out.clear();
    for attribute in attributes {
        put_bytes(out, 1, attribute);
    }
}

/// Writes all of its attributes as they come.
pub(super) fn copy_attributes(out: &mut Vec<u8>, resource: view::Resource<'_>) {
    for attribute in attributes_of(resource) {
        put_bytes(out, 1, attribute);
    }
}

fn attributes_of(resource: view::Resource<'_>) -> impl Iterator<Item = &[u8]> {
    let fields = Fields::new(resource.0).map_while(Result::ok);
    fields.filter_map(|field| match (field.number, field.value) {
        (1, Value::Bytes(attribute)) => Some(attribute),
        _ => None,
    })
}
