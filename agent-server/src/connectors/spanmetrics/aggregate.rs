//! Which resource a span counts in, and which are written and given up.

use std::collections::BTreeMap;
use std::ops::Bound;

use campanile_wire::otlp::view::{self, resource_spans};

use super::super::points::Now;
use super::count::Counting;
use super::plan::Plan;
use super::resource::{Resource, copy_attributes, resource_key};
use super::series::Family;
use super::usage::{MAX_BYTES, Usage};

/// Points after which a piece of what is due is handed over.
const PIECE: u64 = 8_192;
/// Bytes of the attributes of one resource; a larger one counts as overflow.
const MAX_RESOURCE: usize = 16 << 10;

/// Counts spans.
#[derive(Debug)]
pub(super) struct Aggregator {
    plan: Plan,
    resources: BTreeMap<Box<[u8]>, Resource>,
    usage: Usage,
    /// The latest moment that has been told: the calendar must not go back.
    last: u64,
    /// The resource that was written last in this round.
    cursor: Option<Box<[u8]>>,
    /// Whether there was no resource to give up for another since the last piece.
    crowded: bool,
    /// Buffers for the keys of a resource and of a series.
    resource_key: Vec<u8>,
    key: Vec<u8>,
}

impl Aggregator {
    /// Nothing counted yet.
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            plan,
            resources: BTreeMap::new(),
            usage: Usage::default(),
            last: 0,
            cursor: None,
            crowded: false,
            resource_key: Vec::new(),
            key: Vec::new(),
        }
    }

    /// Counts the spans of an export request.
    pub(super) fn take(&mut self, request: &[u8], now: Now) {
        let now = self.later(now);
        for entry in resource_spans(request) {
            self.admit(entry.resource(), now);
            let Some(resource) = self.resources.get_mut(self.resource_key.as_slice()) else {
                continue;
            };
            resource.seen = now.at;
            let mut counting = Counting {
                plan: &self.plan,
                usage: &mut self.usage,
                key: &mut self.key,
                resource,
                now,
            };
            counting.entry(entry);
        }
    }

    /// The next piece of what is due, as an export request; none at the end of a round.
    pub(super) fn next(&mut self, now: Now) -> Option<Vec<u8>> {
        let now = self.later(now);
        let from = self.cursor.take();
        let from = from.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let (mut out, mut points, mut gone) = (Vec::new(), 0, Vec::new());
        for (key, resource) in self
            .resources
            .range_mut::<[u8], _>((from, Bound::Unbounded))
        {
            points += resource.write(&mut out, &self.plan, now);
            if resource.forget(&self.plan, &mut self.usage, now) {
                gone.push(key.clone());
            }
            if points > 0 {
                self.cursor = Some(key.clone());
            }
            if points >= PIECE {
                break;
            }
        }
        for key in gone {
            self.remove(&key);
        }
        self.crowded = false;
        (points > 0).then_some(out)
    }

    /// What is in use.
    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// `now`, but after every moment before it.
    fn later(&mut self, now: Now) -> Now {
        self.last = now.unix.max(self.last + 1);
        Now {
            unix: self.last,
            ..now
        }
    }

    /// Makes `resource_key` the key of a resource that is there.
    fn admit(&mut self, resource: view::Resource<'_>, now: Now) {
        resource_key(&mut self.resource_key, resource, &self.plan.resource_keys);
        if self.resources.contains_key(self.resource_key.as_slice()) {
            return;
        }
        let limits = &self.plan.limits;
        let large =
            resource.0.len() > MAX_RESOURCE || self.usage.bytes + resource.0.len() > MAX_BYTES;
        let full = self.resources.len() >= limits.resources && !self.give_up_one();
        if !(large || full) {
            let mut message = Vec::new();
            copy_attributes(&mut message, resource);
            self.insert(message, now);
            return;
        }
        self.resource_key.clear();
        self.resource_key
            .extend_from_slice(&self.plan.overflow_resource);
        if !self.resources.contains_key(self.resource_key.as_slice()) {
            self.insert(self.resource_key.clone(), now);
        }
    }

    fn insert(&mut self, message: Vec<u8>, now: Now) {
        self.usage.bytes += message.len() + self.resource_key.len();
        let resource = Resource {
            message,
            families: self
                .plan
                .families
                .iter()
                .map(|_| Family::default())
                .collect(),
            events: Family::default(),
            seen: now.at,
        };
        let key = self.resource_key.as_slice().into();
        self.resources.insert(key, resource);
    }

    /// Forgets the resource that has been quiet for longest, if all that it counts was written.
    fn give_up_one(&mut self) -> bool {
        if self.crowded {
            return false;
        }
        let quiet = self
            .resources
            .iter()
            .filter(|(_, resource)| !resource.is_due());
        let oldest = quiet.min_by_key(|(_, resource)| resource.seen);
        let Some(key) = oldest.map(|(key, _)| key.clone()) else {
            self.crowded = true;
            return false;
        };
        self.remove(&key);
        true
    }

    fn remove(&mut self, key: &[u8]) {
        if let Some(mut resource) = self.resources.remove(key) {
            self.usage.bytes -= resource.message.len() + key.len();
            resource.clear(&self.plan, &mut self.usage);
        }
    }
}
