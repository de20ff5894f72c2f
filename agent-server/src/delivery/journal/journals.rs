//! The journals of one data directory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Journal, JournalName};
use crate::component::Tasks;
use crate::delivery::log::{Durability, Log, LogError, LogSettings, Opened, Start};
use crate::ops::Metrics;

/// A data directory, and what its logs may hold.
#[derive(Debug)]
pub struct Journals {
    directory: PathBuf,
    settings: LogSettings,
}

/// Why a journal cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep what pipeline `{name}` accepts in {}: {error}", directory.display())]
pub struct JournalError {
    name: JournalName,
    directory: PathBuf,
    error: LogError,
}

impl Journals {
    /// The data directory `directory`, whose logs may hold `max_bytes` each, for `max_age`.
    ///
    /// # Errors
    ///
    /// None yet.
    pub fn open(directory: &Path, max_bytes: u64, max_age: Duration) -> Result<Self, JournalError> {
        Ok(Self {
            directory: directory.to_owned(),
            settings: LogSettings {
                max_bytes,
                max_age,
                new_destinations: Start::End,
                ..LogSettings::default()
            },
        })
    }

    /// Opens the log of a journal, whatever is in it, and starts its writer. Destinations that it
    /// had, and that are not among `destinations`, are forgotten.
    ///
    /// # Errors
    ///
    /// When another agent uses the directory, or it cannot be used.
    pub fn start(
        &mut self,
        name: &JournalName,
        destinations: &[String],
        durability: Durability,
        metrics: &Metrics,
        tasks: &Tasks,
    ) -> Result<Journal, JournalError> {
        let settings = LogSettings {
            durability,
            ..self.settings.clone()
        };
        let failed = |error| JournalError {
            name: name.clone(),
            directory: self.directory.clone(),
            error,
        };
        let path = self.directory.join(number(&name.to_string()));
        let wanted: Vec<&str> = destinations.iter().map(String::as_str).collect();
        let (mut log, opened) = Log::open(&path, settings, &wanted).map_err(failed)?;
        say(name, &opened);
        for vanished in &opened.vanished {
            let items = log.backlog(vanished).items;
            if items > 0 {
                tracing::warn!(
                    pipeline = %name, exporter = vanished, items,
                    "what was queued for an exporter that the pipeline no longer has is given up"
                );
            }
            log.forget(vanished).map_err(failed)?;
        }
        Journal::start(name.clone(), log, durability, metrics, tasks)
            .map_err(|source| failed(LogError::io("start", "the writer", source)))
    }
}

/// Says what was found that is worth knowing.
fn say(name: &JournalName, opened: &Opened) {
    if opened.skipped_records > 0 || opened.skipped_bytes > 0 {
        tracing::warn!(
            pipeline = %name, records = opened.skipped_records, bytes = opened.skipped_bytes,
            "parts of the log are damaged, and were skipped"
        );
    }
    for set_aside in &opened.set_aside {
        tracing::warn!(
            pipeline = %name, file = set_aside.file, bytes = set_aside.bytes,
            "a file of the log cannot be used and was set aside: {}", set_aside.reason
        );
    }
    if opened.cursors_damaged {
        tracing::warn!(
            pipeline = %name,
            "how far the exporters had got is lost: they get everything again that is still there"
        );
    }
}

/// The directory of a journal: a number, because names come from users.
fn number(name: &str) -> String {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
