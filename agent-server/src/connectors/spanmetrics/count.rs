//! Counting the spans of one resource.

use campanile_wire::otlp::view::{AnyValue, ResourceSpans, Span};

use super::super::points::{Exemplar, Now};
use super::dimensions::{Found, MAX_DIMENSIONS, find, put, put_scope};
use super::plan::{Emits, Plan};
use super::resource::Resource;
use super::series::{Family, Measured, Series};
use super::usage::Usage;

/// What counting one in a series needs.
struct Place<'p> {
    plan: &'p Plan,
    usage: &'p mut Usage,
    now: Now,
}

/// Counts the spans of one resource.
pub(super) struct Counting<'c> {
    pub(super) plan: &'c Plan,
    pub(super) usage: &'c mut Usage,
    pub(super) key: &'c mut Vec<u8>,
    pub(super) resource: &'c mut Resource,
    pub(super) now: Now,
}

impl Counting<'_> {
    /// Counts those of this entry.
    pub(super) fn entry(&mut self, entry: ResourceSpans<'_>) {
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
        if plan.events.is_some() {
            self.events(span, base, common);
        }
    }

    /// Counts the events of a span whose own dimensions are the key up to `common`.
    fn events<'s>(&mut self, span: &Span<'s>, base: &Base<'s>, common: usize) {
        let plan = self.plan;
        let measured = Measured::default();
        let mut place = Place {
            plan,
            usage: self.usage,
            now: self.now,
        };
        for (event, emits) in span.events().zip(plan.events.iter().cycle()) {
            let mut found = base.event;
            find(&mut found, &plan.event_dimensions, event.attributes());
            self.key.truncate(common);
            for (dimension, value) in plan.event_dimensions.iter().zip(found) {
                let is_name = dimension.name == "event.name";
                let name = is_name.then_some(AnyValue::Text(event.name));
                put(self.key, dimension, name.or(value));
            }
            let family = &mut self.resource.events;
            family.count(&mut place, emits, self.key, measured);
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
