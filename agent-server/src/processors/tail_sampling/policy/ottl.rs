//! `ottl_condition`: conditions on spans and their events.

use super::super::evidence::Evidence;
use super::Decision;
use crate::ottl::{Condition, ErrorMode, Failures, Record};

/// Conditions, of which any has to hold.
#[derive(Debug)]
pub(in super::super) struct Ottl {
    pub(in super::super) spans: Vec<Condition>,
    pub(in super::super) events: Vec<Condition>,
    pub(in super::super) error_mode: ErrorMode,
    pub(in super::super) failures: Failures,
}

impl Ottl {
    /// What it says: the first condition that holds or fails decides.
    pub(super) fn decide(&self, trace: &Evidence<'_>) -> Decision {
        let mut decision = Decision::NotSampled;
        trace.any_shown(|shown| {
            let scope = Record::of_resource(shown.resource).scope(shown.scope);
            let span = scope.item(shown.span);
            decision = self.any(&self.spans, &span);
            let mut events = span.events();
            while decision == Decision::NotSampled
                && !self.events.is_empty()
                && let Some(event) = events.next()
            {
                decision = self.any(&self.events, &event);
            }
            decision != Decision::NotSampled
        });
        decision
    }

    fn any(&self, conditions: &[Condition], record: &Record<'_>) -> Decision {
        for condition in conditions {
            match condition.matches(record) {
                Ok(false) => {}
                Ok(true) => return Decision::Sampled,
                Err(error) => {
                    let text = condition.text();
                    if self.failures.on(self.error_mode, text, &error).is_err() {
                        return Decision::Failed;
                    }
                }
            }
        }
        Decision::NotSampled
    }
}
