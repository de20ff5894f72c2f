//! One walk over one payload.

use campanile_wire::otlp::edit::{Draft, Edit, Fate, Group, Kind, Within};

use super::sections::Section;
use crate::component::Refusal;
use crate::ottl::{self, Context, Failures, Record};

/// Runs statements on what it is shown. After a failure that refuses the payload nothing is done
/// any more.
pub(super) struct Pass<'s> {
    sections: &'s [Section],
    failures: &'s Failures,
    refused: Option<Refusal>,
}

impl<'s> Pass<'s> {
    pub(super) fn new(sections: &'s [Section], failures: &'s Failures) -> Self {
        Self {
            sections,
            failures,
            refused: None,
        }
    }

    /// Whether the payload may go on.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        self.refused.map_or(Ok(()), Err)
    }

    fn has(&self, context: Context) -> bool {
        let mut sections = self.sections.iter();
        self.refused.is_none() && sections.any(|section| section.context == context)
    }

    /// Whether what is below has to be shown.
    fn group(&self, context: Context) -> Group {
        let mut sections = self.sections.iter();
        if self.refused.is_none() && sections.any(|section| section.context.is_within(context)) {
            Group::Enter
        } else {
            Group::Skip
        }
    }

    /// What becomes of the message of `context` in `record`; `None` when it stays.
    fn run(&mut self, context: Context, record: Record<'_>) -> Option<Vec<u8>> {
        let mut draft = ottl::Draft::new(context, record);
        let sections = self.sections.iter();
        for section in sections.filter(|section| section.context == context) {
            draft.forget();
            if let Err(refusal) = self.section(section, &mut draft) {
                self.refused = Some(refusal);
                return None;
            }
        }
        draft.into_changed()
    }

    fn section(&self, section: &Section, draft: &mut ottl::Draft<'_>) -> Result<(), Refusal> {
        if !self.applies(section, &draft.record())? {
            return Ok(());
        }
        for statement in &section.statements {
            if let Err(error) = statement.run(draft) {
                self.failures
                    .on(section.error_mode, statement.text(), &error)?;
            }
        }
        Ok(())
    }

    fn applies(&self, section: &Section, record: &Record<'_>) -> Result<bool, Refusal> {
        for condition in &section.conditions {
            match condition.matches(record) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => self
                    .failures
                    .on(section.error_mode, condition.text(), &error)?,
            }
        }
        Ok(section.conditions.is_empty())
    }

    /// Runs what is on the events of a span or the points of a metric.
    fn parts(&mut self, item: &mut Draft<'_>, scope: Record<'_>) {
        if item.kind() == Kind::Span && self.has(Context::SpanEvent) {
            // The events are changed while their span is read.
            let span = item.bytes().to_vec();
            let span = scope.item(&span);
            let mut index = 0;
            item.edit_events(|event| {
                let changed = self.run(Context::SpanEvent, span.event(event.bytes(), index));
                index += 1;
                replace(event, changed);
                Fate::Keep
            });
        } else if item.kind() == Kind::Metric && self.has(Context::DataPoint) {
            let metric = item.bytes().to_vec();
            let metric = scope.item(&metric);
            item.edit_points(|point| {
                let data = match point.kind() {
                    Kind::HistogramPoint => 9,
                    Kind::ExponentialHistogramPoint => 10,
                    Kind::SummaryPoint => 11,
                    _ => 5,
                };
                let changed = self.run(Context::DataPoint, metric.point(point.bytes(), data));
                replace(point, changed);
                Fate::Keep
            });
        }
    }
}

/// Puts a changed message in place of the old one.
fn replace(draft: &mut Draft<'_>, changed: Option<Vec<u8>>) {
    if let Some(changed) = changed {
        draft.rewrite(|_, out| {
            out.extend_from_slice(&changed);
            true
        });
    }
}

impl Edit for Pass<'_> {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        if self.has(Context::Resource) {
            let record = Record::of_resource(resource.bytes());
            let changed = self.run(Context::Resource, record);
            replace(resource, changed);
        }
        self.group(Context::Resource)
    }

    fn scope(&mut self, scope: &mut Draft<'_>, resource: &[u8]) -> Group {
        if self.has(Context::Scope) {
            let record = Record::of_resource(resource).scope(scope.bytes());
            let changed = self.run(Context::Scope, record);
            replace(scope, changed);
        }
        self.group(Context::Scope)
    }

    fn item(&mut self, item: &mut Draft<'_>, within: Within<'_>) -> Fate {
        let scope = Record::of_resource(within.resource).scope(within.scope);
        let context = match item.kind() {
            Kind::LogRecord => Context::Log,
            Kind::Metric => Context::Metric,
            _ => Context::Span,
        };
        if self.has(context) {
            let changed = self.run(context, scope.item(item.bytes()));
            replace(item, changed);
        }
        self.parts(item, scope);
        Fate::Keep
    }
}
