//! The step.

use campanile_wire::otlp::edit::{AttributeEdit, AttributeEdits, Draft, Edit, Group};
use campanile_wire::otlp::write::Scalar;

use super::detect::{Found, Value};
use crate::component::{Processor, Refusal};
use crate::payload::Payload;

/// Adds what was found to resources.
#[derive(Debug)]
pub(super) struct Detected {
    edits: AttributeEdits,
}

impl Detected {
    /// Adds `found`, in place of what is there if `replace`.
    pub(super) fn new(found: &[Found], replace: bool) -> Self {
        let edits = found.iter().map(|(key, value)| {
            let value = match value {
                Value::Number(number) => Scalar::Int(*number),
                Value::Text(text) => Scalar::Text(text),
            };
            match replace {
                true => AttributeEdit::upsert(key, value),
                false => AttributeEdit::insert(key, value),
            }
        });
        Self {
            edits: AttributeEdits::new(edits),
        }
    }
}

impl Processor for Detected {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        if self.edits.is_empty() {
            return Ok(Some(payload));
        }
        Ok(Some(payload.edited(&mut Walk(&self.edits))))
    }

    /// Like `resource`, it leaves what does not decode as it is.
    fn looks_inside(&self) -> bool {
        false
    }
}

struct Walk<'d>(&'d AttributeEdits);

impl Edit for Walk<'_> {
    fn resource(&mut self, resource: &mut Draft<'_>) -> Group {
        resource.edit_attributes(self.0);
        Group::Skip
    }
}
