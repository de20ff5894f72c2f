//! The step.

use super::config::Config;
use crate::component::{Processor, Refusal};
use crate::payload::Payload;

/// Groups payloads by node.
#[derive(Debug)]
pub(super) struct Nodes {
    config: Config,
}

impl Nodes {
    pub(super) fn new(config: Config) -> Self {
        Self { config }
    }
}

impl Processor for Nodes {
    fn process(&self, payload: Payload) -> Result<Option<Payload>, Refusal> {
        Ok(Some(match self.config.enabled {
            true => payload.grouped(&self.config.keys),
            false => payload,
        }))
    }

    /// Resources that do not decode are equal when their bytes are.
    fn looks_inside(&self) -> bool {
        false
    }
}
