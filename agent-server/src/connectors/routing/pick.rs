//! One row's look at one payload.

use campanile_wire::otlp::edit::{Draft, Edit, Fate, Group, Kind, Within};

use super::rows::Row;
use crate::component::Refusal;
use crate::ottl::{Context, ErrorMode, Failures, Record};

/// Decides what a row takes, and takes it out; or, the second time, takes out everything else.
pub(super) struct Pick<'r> {
    row: &'r Row,
    error_mode: ErrorMode,
    failures: &'r Failures,
    /// Whether each thing that the condition is on was taken, in order.
    taken: Vec<bool>,
    refused: Option<Refusal>,
    /// How far the second walk is.
    again: Option<usize>,
}

impl<'r> Pick<'r> {
    pub(super) fn new(row: &'r Row, error_mode: ErrorMode, failures: &'r Failures) -> Self {
        Self {
            row,
            error_mode,
            failures,
            taken: Vec::new(),
            refused: None,
            again: None,
        }
    }

    /// Whether the payload may go on.
    pub(super) fn check(&mut self) -> Result<(), Refusal> {
        self.refused.take().map_or(Ok(()), Err)
    }

    /// The same decisions the other way around.
    pub(super) fn rest(mut self) -> Self {
        self.again = Some(0);
        self
    }

    /// Whether the next thing goes.
    fn goes(&mut self, record: &Record<'_>) -> bool {
        if let Some(place) = &mut self.again {
            let taken = self.taken.get(*place).copied().unwrap_or_default();
            *place += 1;
            return !taken;
        }
        let holds = self.refused.is_none()
            && self.row.condition.matches(record).unwrap_or_else(|error| {
                let text = self.row.condition.text();
                self.refused = self.failures.on(self.error_mode, text, &error).err();
                false
            });
        self.taken.push(holds);
        holds
    }

    fn group(&mut self, context: Context, record: &Record<'_>) -> Group {
        if self.row.context != context {
            return Group::Enter;
        }
        if self.goes(record) {
            Group::Drop
        } else {
            Group::Skip
        }
    }

    fn fate(&mut self, record: &Record<'_>) -> Fate {
        if self.goes(record) {
            Fate::Drop
        } else {
            Fate::Keep
        }
    }
}

impl Edit for Pick<'_> {
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
        if item.kind() != Kind::Metric || self.row.context == Context::Metric {
            return self.fate(&scope.item(item.bytes()));
        }
        let fates: Vec<Fate> = {
            let points = scope.item(item.bytes()).points();
            points.map(|point| self.fate(&point)).collect()
        };
        let mut fates = fates.into_iter();
        item.edit_points(|_| fates.next().unwrap_or(Fate::Keep));
        Fate::Keep
    }
}
