//! The data directory of an agent that is stopped.

use std::path::{Path, PathBuf};

use super::{Dead, Queues, Waiting};
use crate::delivery::dead_letters::{Count, counts_in};
use crate::delivery::log::{LogError, inspect};
use crate::delivery::{DEAD_LETTERS, QUEUE};

/// Where below a data directory the logs of the pipelines are. A log is labelled with its
/// pipeline's id; its destinations are the exporters' ids.
#[must_use]
pub fn queue_of(data_dir: &Path) -> PathBuf {
    data_dir.join(QUEUE)
}

/// Where below a data directory the dead letters are.
#[must_use]
pub fn dead_letters_of(data_dir: &Path) -> PathBuf {
    data_dir.join(DEAD_LETTERS)
}

/// What is in `data_dir`, without changing it.
///
/// # Errors
///
/// [`LogError::Locked`] while an agent uses it, or when it cannot be read.
pub fn in_data_dir(data_dir: &Path) -> Result<Queues, LogError> {
    let mut waiting = Vec::new();
    for log in inspect(&queue_of(data_dir))? {
        let pipeline = log
            .label
            .unwrap_or_else(|| format!("(unknown {})", log.number));
        for (exporter, backlog) in log.inspected.destinations {
            waiting.push(Waiting {
                pipeline: pipeline.clone(),
                exporter,
                level: None,
                payloads: backlog.records,
                items: backlog.items,
                oldest_unix_ms: backlog.oldest,
            });
        }
    }
    let dead_letters = counts_in(&dead_letters_of(data_dir))?;
    Ok(Queues {
        waiting,
        dead_letters: dead_letters.into_iter().map(Dead::from).collect(),
    })
}

impl From<Count> for Dead {
    fn from(count: Count) -> Self {
        Self {
            pipeline: count.address.pipeline,
            exporter: count.address.exporter,
            reason: count.reason,
            payloads: count.letters,
            items: count.items,
            oldest_unix_ms: count.oldest,
        }
    }
}
