//! Nothing to configure, nothing to do.

use futures_util::future::{BoxFuture, ready};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::{ExportError, Exported, Exporter, Validate};
use crate::payload::Payload;

/// The configuration of `nop`: it has no keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {}

impl Validate for Config {}

/// Takes everything.
#[derive(Debug)]
pub(super) struct NopExporter;

impl Exporter for NopExporter {
    fn export(&self, _: Payload) -> BoxFuture<'_, Result<Exported, ExportError>> {
        Box::pin(ready(Ok(Exported::default())))
    }
}
