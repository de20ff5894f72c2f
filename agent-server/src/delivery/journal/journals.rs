//! The data directory of an agent: its journals, and its dead letters.
//!
//! ```text
//! DIR/queue/          a log for each journal
//! DIR/dead-letters/   what destinations refused for good
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::handle::WeakJournal;
use super::{Journal, JournalName};
use crate::component::Tasks;
use crate::delivery::dead_letters::DeadLetters;
use crate::delivery::log::{Durability, Log, LogError, LogSettings, Logs, Opened, Start};
use crate::ops::Metrics;

/// The logs, below the data directory.
pub const QUEUE: &str = "queue";
/// The dead letters, below the data directory.
pub const DEAD_LETTERS: &str = "dead-letters";

/// A data directory, which is one agent's for as long as this is there.
#[derive(Debug)]
pub struct DataDirectory {
    path: PathBuf,
    settings: LogSettings,
    logs: Logs,
    running: BTreeMap<JournalName, WeakJournal>,
    dead_letters: DeadLetters,
}

/// Why a data directory, or a log in it, cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep {what} in {}: {error}", path.display())]
pub struct JournalError {
    what: String,
    path: PathBuf,
    error: LogError,
}

impl DataDirectory {
    /// Opens the data directory at `path`, which is made unless it is there. Each log may hold
    /// `max_bytes`, for `max_age`, and the dead letters `dead_letters_max_bytes`.
    ///
    /// # Errors
    ///
    /// When another agent uses it, or it cannot be used.
    pub fn open(
        path: &Path,
        max_bytes: u64,
        max_age: Duration,
        dead_letters_max_bytes: u64,
    ) -> Result<Self, JournalError> {
        let failed = |what: &str, error| JournalError {
            what: what.to_owned(),
            path: path.to_owned(),
            error,
        };
        let logs = Logs::open(&path.join(QUEUE)).map_err(|e| failed("what is accepted", e))?;
        let dead_letters = DeadLetters::open(&path.join(DEAD_LETTERS), dead_letters_max_bytes)
            .map_err(|error| failed("dead letters", error))?;
        Ok(Self {
            path: path.to_owned(),
            settings: LogSettings {
                max_bytes,
                max_age,
                new_destinations: Start::End,
                ..LogSettings::default()
            },
            logs,
            running: BTreeMap::new(),
            dead_letters,
        })
    }

    /// What destinations have refused for good.
    #[must_use]
    pub fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    /// The journal of this name: the one that runs, or else its log is opened, whatever is in it,
    /// and its writer started. Destinations that it had, and that are not among `destinations`, are
    /// forgotten.
    ///
    /// # Errors
    ///
    /// When its directory cannot be used.
    pub fn journal(
        &mut self,
        name: &JournalName,
        destinations: &[String],
        durability: Durability,
        metrics: &Metrics,
        tasks: &Tasks,
    ) -> Result<Journal, JournalError> {
        if let Some(journal) = self.running.get(name).and_then(WeakJournal::upgrade) {
            return Ok(journal);
        }
        let log = self.log(name, destinations, durability);
        let journal = log.and_then(|log| {
            Journal::start(name.clone(), log, durability, metrics, tasks)
                .map_err(|source| LogError::io("start", "the writer", source))
        });
        let journal = journal.map_err(|error| JournalError {
            what: format!("what pipeline `{name}` accepts"),
            path: self.path.clone(),
            error,
        })?;
        self.running.insert(name.clone(), journal.downgrade());
        Ok(journal)
    }

    fn log(
        &mut self,
        name: &JournalName,
        destinations: &[String],
        durability: Durability,
    ) -> Result<Log, LogError> {
        let settings = LogSettings {
            durability,
            ..self.settings.clone()
        };
        let wanted: Vec<&str> = destinations.iter().map(String::as_str).collect();
        let (mut log, opened) = self.logs.log_for(&name.to_string(), settings, &wanted)?;
        say(name, &opened);
        for vanished in &opened.vanished {
            let items = log.backlog(vanished).items;
            if items > 0 {
                tracing::warn!(
                    pipeline = %name, exporter = vanished, items,
                    "what was queued for an exporter that the pipeline no longer has is given up"
                );
            }
            log.forget(vanished)?;
        }
        Ok(log)
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
