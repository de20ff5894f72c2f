//! `file`: writes payloads to a file, as lines of OTLP/JSON or as length-prefixed protobuf, or to a
//! file for each group of resources.
//!
//! A payload counts as sent when the system has taken all of it. A write that fails, on a full disk
//! for example, is undone, so that what the file holds is always whole, and tried again. What a
//! killed writer left of a record is cut off when the file is opened next.
//!
//! Specification: <https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>.
//!
//! # Limits
//!
//! The file belongs to one exporter: undoing a failed write would cut off what another program has
//! appended since. Writes are not synced, so a power failure may lose the latest. Where one file of
//! several groups cannot be written, the payload is written again as a whole: the others have it
//! twice.

mod config;
mod exporter;
mod groups;
mod log;
mod record;
mod rotation;
mod tail;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::Arc;

use campanile_wire::otlp::Signal;

use self::config::Config;
use self::exporter::FileExporter;
use crate::component::{BuildError, Context, Delivery, Factory};

/// The factory.
#[derive(Debug)]
pub(crate) struct File;

impl Factory for File {
    const TYPE: &'static str = "file";
    const ABOUT: &'static str = "writes to a file";
    const SIGNALS: &'static [Signal] = &Signal::ALL;
    type Config = Config;
    type Component = Delivery;

    fn build(config: Config, _: Context) -> Result<Delivery, BuildError> {
        config.check_directory()?;
        Ok(Delivery {
            settings: config.settings(),
            exporter: Arc::new(FileExporter::new(config)),
        })
    }
}
