//! Which resource and series a span counts in, and the bounds of both.

use std::collections::BTreeMap;
use std::ops::Bound;

use campanile_wire::otlp::view::{self, AnyValue, ResourceSpans, Span, resource_spans};
use campanile_wire::protobuf::{Fields, Value, put_bytes};

use super::super::points::{Exemplar, Now};
use super::dimensions::{Found, MAX_DIMENSIONS, find, put, put_scope};
use super::plan::{Emits, Plan};
use super::series::{Family, Measured, Series};

/// Points after which a piece of what is due is handed over.
const PIECE: u64 = 8_192;
/// Bytes that all series and resources may take, about.
pub(super) const MAX_BYTES: usize = 128 << 20;
/// Bytes of the attributes of one series; those of a longer one count as overflow.
const MAX_KEY: usize = 4 << 10;
/// Bytes of the attributes of one resource.
const MAX_RESOURCE: usize = 16 << 10;
/// What a series takes beside its attributes and buckets, about.
const SERIES_BYTES: usize = 256;

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

/// The series of one resource.
#[derive(Debug)]
pub(super) struct Resource {
    /// The fields of its message.
    pub(super) message: Vec<u8>,
    /// One for each family of the plan.
    pub(super) families: Vec<Family>,
    pub(super) events: Family,
    seen: std::time::Duration,
}

/// What is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Bytes, about.
    pub(super) bytes: usize,
    /// Series.
    pub(super) series: usize,
    /// Spans and events that have counted as overflow so far.
    pub(super) overflowed: u64,
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

impl Resource {
    fn is_due(&self) -> bool {
        self.families
            .iter()
            .chain([&self.events])
            .any(|family| family.active > 0)
    }

    /// Forgets series whose time is over. Says whether the resource is to be forgotten too.
    fn forget(&mut self, plan: &Plan, usage: &mut Usage, now: Now) -> bool {
        for (family, emits) in plan.of(self) {
            family.forget(plan, emits, usage, now);
        }
        let after = plan.limits.resource_expiration;
        let expired = !after.is_zero() && now.at.saturating_sub(self.seen) >= after;
        let families = self.families.iter().chain([&self.events]);
        expired || families.map(|family| family.series.len()).sum::<usize>() == 0
    }

    fn clear(&mut self, plan: &Plan, usage: &mut Usage) {
        for (family, emits) in plan.of(self) {
            for key in std::mem::take(&mut family.series).into_keys() {
                usage.remove(plan, emits, &key);
            }
        }
    }
}

impl Usage {
    fn add(&mut self, plan: &Plan, emits: &Emits, key: &[u8]) {
        self.series += 1;
        self.bytes += weight(plan, emits, key);
    }

    pub(super) fn remove(&mut self, plan: &Plan, emits: &Emits, key: &[u8]) {
        self.series -= 1;
        self.bytes -= weight(plan, emits, key);
    }
}

/// Bytes that a series takes, about.
fn weight(plan: &Plan, emits: &Emits, key: &[u8]) -> usize {
    let buckets = if emits.durations.is_some() {
        plan.layout.max_buckets() + 8 * plan.exemplars
    } else {
        0
    };
    SERIES_BYTES + key.len() + 8 * buckets
}

impl Family {
    /// Counts one in the series of this key, or in that of the overflow if there is no room.
    fn count(&mut self, at: &mut Place<'_>, emits: &Emits, key: &[u8], measured: Measured) {
        if let Some(series) = self.series.get_mut(key) {
            self.active += usize::from(series.count(at.plan, measured, at.now));
            return;
        }
        let plan = at.plan;
        let overflow = self.is_full(plan) || !at.usage.has_room(plan, emits, key);
        let key = if overflow { &plan.overflow } else { key };
        at.usage.overflowed += u64::from(overflow);
        if !self.series.contains_key(key) {
            at.usage.add(plan, emits, key);
        }
        let series = self.series.entry(key.into());
        let series = series.or_insert_with(|| Series::new(plan, emits, at.now));
        self.active += usize::from(series.count(plan, measured, at.now));
    }

    fn is_full(&self, plan: &Plan) -> bool {
        let count = if plan.temporality.is_delta() {
            self.active
        } else {
            self.series.len()
        };
        count >= plan.limits.series
    }
}

impl Usage {
    fn has_room(&self, plan: &Plan, emits: &Emits, key: &[u8]) -> bool {
        key.len() <= MAX_KEY && self.bytes + weight(plan, emits, key) <= MAX_BYTES
    }
}

/// What counting one in a series needs.
struct Place<'p> {
    plan: &'p Plan,
    usage: &'p mut Usage,
    now: Now,
}

/// Counts the spans of one resource.
struct Counting<'c> {
    plan: &'c Plan,
    usage: &'c mut Usage,
    key: &'c mut Vec<u8>,
    resource: &'c mut Resource,
    now: Now,
}

impl Counting<'_> {
    fn entry(&mut self, entry: ResourceSpans<'_>) {
        let plan = self.plan;
        let attributes = entry.resource().attributes();
        let mut base = Base {
            span: [None; MAX_DIMENSIONS],
            event: [None; MAX_DIMENSIONS],
        };
        find(&mut base.span, &plan.dimensions, attributes);
        find(&mut base.event, &plan.event_dimensions, attributes);
        self.key.clear();
        plan.wanted.put_resource(self.key, attributes);
        let resource_end = self.key.len();
        for scope_spans in entry.scope_spans() {
            self.key.truncate(resource_end);
            if !plan.scopes.is_empty() {
                let scope = scope_spans.scope();
                if plan.scopes.iter().any(|name| name == scope.name()) {
                    put_scope(self.key, scope);
                }
            }
            let scope_end = self.key.len();
            for span in scope_spans.spans() {
                self.key.truncate(scope_end);
                self.span(&span, &base);
            }
        }
    }

    fn span<'s>(&mut self, span: &Span<'s>, base: &Base<'s>) {
        let plan = self.plan;
        let mut found = base.span;
        find(&mut found, &plan.dimensions, span.attributes());
        plan.wanted.put_span(self.key, span);
        for (dimension, value) in plan.dimensions.iter().zip(found).take(plan.common) {
            put(self.key, dimension, value);
        }
        let common = self.key.len();
        let measured = measured(plan, span);
        let mut place = Place {
            plan,
            usage: self.usage,
            now: self.now,
        };
        for (family, emits) in self.resource.families.iter_mut().zip(&plan.families) {
            self.key.truncate(common);
            let own = plan.dimensions.iter().zip(found);
            for (dimension, value) in own.take(emits.to).skip(emits.from) {
                put(self.key, dimension, value);
            }
            family.count(&mut place, emits, self.key, measured);
        }
        let Some(emits) = &plan.events else {
            return;
        };
        for event in span.events() {
            let mut found = base.event;
            find(&mut found, &plan.event_dimensions, event.attributes());
            self.key.truncate(common);
            for (dimension, value) in plan.event_dimensions.iter().zip(found) {
                let is_name = dimension.name == "event.name";
                let name = is_name.then_some(AnyValue::Text(event.name));
                put(self.key, dimension, name.or(value));
            }
            self.resource
                .events
                .count(&mut place, emits, self.key, measured);
        }
    }
}

/// What the resource says of the dimensions.
struct Base<'a> {
    span: Found<'a>,
    event: Found<'a>,
}

/// What the span adds to its series.
fn measured(plan: &Plan, span: &Span<'_>) -> Measured {
    let nanos = span.end_unix_nano.saturating_sub(span.start_unix_nano);
    let exemplar = (plan.exemplars > 0).then(|| {
        Some(Exemplar {
            unix: span.end_unix_nano,
            value: plan.layout.in_unit(nanos),
            trace_id: span.trace_id.try_into().ok()?,
            span_id: span.span_id.try_into().ok()?,
        })
    });
    Measured {
        nanos,
        exemplar: exemplar.flatten(),
    }
}

/// Writes what tells a resource apart: its attributes, or those of `keys`, sorted.
fn resource_key(out: &mut Vec<u8>, resource: view::Resource<'_>, keys: &[String]) {
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

fn copy_attributes(out: &mut Vec<u8>, resource: view::Resource<'_>) {
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
