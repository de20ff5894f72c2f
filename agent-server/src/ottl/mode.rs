//! What becomes of a payload when a condition or statement fails on it.

use std::sync::atomic::{AtomicBool, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EvalError;
use crate::component::{ComponentId, Refusal};

/// What happens when a condition or statement fails on some data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ErrorMode {
    /// The first failure is logged; the condition does not hold, the statement does nothing.
    Ignore,
    /// The payload is refused for good: its sender is told.
    #[default]
    Propagate,
    /// As `ignore`, and nothing is logged.
    Silent,
}

/// The failures of one component. The first is logged, whatever comes after.
#[derive(Debug)]
pub(crate) struct Failures {
    component: ComponentId,
    told: AtomicBool,
}

impl Failures {
    /// Those of the component `id`.
    pub(crate) fn new(component: ComponentId) -> Self {
        Self {
            component,
            told: AtomicBool::new(false),
        }
    }

    /// Deals with the failure of `text`, a condition or statement.
    ///
    /// # Errors
    ///
    /// The refusal of the payload, where failures propagate.
    pub(crate) fn on(&self, mode: ErrorMode, text: &str, error: &EvalError) -> Result<(), Refusal> {
        match mode {
            ErrorMode::Ignore => {
                if !self.told.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        component = %self.component, %error, statement = text,
                        "a statement fails on some data, and is ignored there; this is said once"
                    );
                }
                Ok(())
            }
            ErrorMode::Propagate => {
                let component = &self.component;
                Err(Refusal::Rejected(format!("{component}: {error}: `{text}`")))
            }
            ErrorMode::Silent => Ok(()),
        }
    }
}
