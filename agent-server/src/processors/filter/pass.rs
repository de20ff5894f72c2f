//! One walk over one payload.

use campanile_wire::otlp::edit::{Draft, Edit, Fate, Group, Kind, Within};

use super::rules::Rule;
use crate::component::Refusal;
use crate::ottl::{Context, Failures, Record};

/// Decides on what it is shown. After a failure that refuses the payload nothing is decided any
/// more.
pub(super) struct Pass<'r> {
    rules: &'r [Rule],
    failures: &'r Failures,
    refused: Option<Refusal>,
}

impl<'r> Pass<'r> {
    pub(super) fn new(rules: &'r [Rule], failures: &'r Failures) -> Self {
        Self {
            rules,
            failures,
            refused: None,
        }
    }

    /// Whether the payload may go on.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        self.refused.map_or(Ok(()), Err)
    }

    /// Whether there is a condition on `context`.
    fn has(&self, context: Context) -> bool {
        self.rules.iter().any(|rule| rule.context == context)
    }

    /// Whether a condition holds for what `record` is in `context`.
    fn drops(&mut self, context: Context, record: &Record<'_>) -> bool {
        for rule in self.rules.iter().filter(|rule| rule.context == context) {
            if self.refused.is_some() {
                return false;
            }
            match rule.condition.matches(record) {
                Ok(true) => return true,
                Ok(false) => {}
                Err(error) => {
                    let text = rule.condition.text();
                    self.refused = self.failures.on(rule.error_mode, text, &error).err();
                }
            }
        }
        false
    }

    fn group(&mut self, context: Context, record: &Record<'_>) -> Group {
        if self.drops(context, record) {
            return Group::Drop;
        }
        let mut rules = self.rules.iter();
        if self.refused.is_none() && rules.any(|rule| rule.context.is_within(context)) {
            Group::Enter
        } else {
            Group::Skip
        }
    }

    /// The places of those among `parts` that are dropped.
    fn dropped<'a>(
        &mut self,
        context: Context,
        parts: impl Iterator<Item = Record<'a>>,
    ) -> Vec<usize> {
        let places = parts.enumerate();
        let dropped = places.filter(|(_, part)| self.drops(context, part));
        dropped.map(|(place, _)| place).collect()
    }
}

impl Edit for Pass<'_> {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        let record = Record::of_resource(resource.bytes());
        self.group(Context::Resource, &record)
    }

    fn scope(&mut self, scope: &mut Draft<'_>, resource: &[u8]) -> Group {
        let record = Record::of_resource(resource).scope(scope.bytes());
        self.group(Context::Scope, &record)
    }

    fn item(&mut self, item: &mut Draft<'_>, within: Within<'_>) -> Fate {
        let scope = Record::of_resource(within.resource).scope(within.scope);
        let record = scope.item(item.bytes());
        let (own, part) = match item.kind() {
            Kind::LogRecord => (Context::Log, None),
            Kind::Metric => (Context::Metric, Some(Context::DataPoint)),
            _ => (Context::Span, Some(Context::SpanEvent)),
        };
        if self.drops(own, &record) {
            return Fate::Drop;
        }
        match part.filter(|part| self.has(*part)) {
            Some(Context::DataPoint) => {
                let dropped = self.dropped(Context::DataPoint, record.points());
                item.edit_points(fate(&dropped));
            }
            Some(_) => {
                let dropped = self.dropped(Context::SpanEvent, record.events());
                item.edit_events(fate(&dropped));
            }
            None => {}
        }
        Fate::Keep
    }
}

/// Drops the parts at these places, which are in order.
fn fate(dropped: &[usize]) -> impl FnMut(&mut Draft<'_>) -> Fate {
    let mut dropped = dropped.iter().copied().peekable();
    let mut place = 0;
    move |_| {
        let is = dropped.next_if_eq(&place).is_some();
        place += 1;
        if is { Fate::Drop } else { Fate::Keep }
    }
}
