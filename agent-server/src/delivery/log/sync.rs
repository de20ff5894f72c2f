//! Making records durable.

use std::io;
use std::sync::Arc;

use super::begin::Active;
use super::files::File;
use super::shelf::Extent;
use super::{Durability, Log, LogError, segment_file, sidecar};

/// A segment with records that were not synced.
#[derive(Clone, Debug)]
pub(super) struct Unsynced {
    name: u64,
    file: Arc<dyn File>,
}

impl Unsynced {
    /// Whether it is the segment that is called `name`.
    pub(super) fn is(&self, name: u64) -> bool {
        self.name == name
    }
}

/// A sync under way: whatever was written before it began. [Run](Self::run) it on any thread while
/// records are added, then hand it to [`Log::finish_sync`].
#[derive(Debug)]
pub struct Syncing {
    segments: Vec<(Unsynced, Extent)>,
    withdrawals: u64,
    result: Option<io::Result<()>>,
}

impl Syncing {
    /// Waits for the disk.
    pub fn run(&mut self) {
        let mut segments = self.segments.iter();
        self.result = Some(segments.try_for_each(|(unsynced, _)| unsynced.file.sync()));
    }
}

impl Log {
    /// Makes everything durable that was written so far, and says below which number everything is.
    ///
    /// This waits for the disk; [`begin_sync`](Self::begin_sync) and
    /// [`finish_sync`](Self::finish_sync) let records be added meanwhile.
    ///
    /// # Errors
    ///
    /// When the disk does not confirm. With [`Durability::Synced`] everything that was not durable
    /// has been taken back then.
    pub fn sync(&mut self) -> Result<u64, LogError> {
        let mut syncing = self.begin_sync();
        syncing.run();
        self.finish_sync(syncing)
    }

    /// Begins a sync.
    #[must_use = "a sync is run, and then finished"]
    pub fn begin_sync(&mut self) -> Syncing {
        let mut shelf = self.shelf.lock();
        let segments = self.unsynced.iter().filter_map(|unsynced| {
            let segment = shelf.segment(unsynced.name)?;
            Some((unsynced.clone(), segment.written))
        });
        Syncing {
            segments: segments.collect(),
            withdrawals: self.withdrawals,
            result: None,
        }
    }

    /// Finishes a sync, and says below which number everything is durable.
    ///
    /// # Errors
    ///
    /// When the disk did not confirm, or the sync was not run. With [`Durability::Synced`]
    /// everything that was not durable has been taken back then: also what was added while the sync
    /// was under way. One that began before that and ends after it is [`LogError::Withdrawn`].
    pub fn finish_sync(&mut self, syncing: Syncing) -> Result<u64, LogError> {
        if syncing.withdrawals != self.withdrawals {
            return Err(LogError::Withdrawn);
        }
        let result = syncing
            .result
            .unwrap_or_else(|| Err(io::ErrorKind::Interrupted.into()));
        let name = syncing.segments.last().map(|(unsynced, _)| unsynced.name);
        if let Err(error) = result {
            self.sync_failed();
            let file = segment_file(name.unwrap_or_default());
            return Err(LogError::io("sync", &file, error));
        }
        let mut shelf = self.shelf.lock();
        for (unsynced, extent) in syncing.segments {
            let Some(segment) = shelf.segment(unsynced.name) else {
                continue;
            };
            if segment.kept.records < extent.records {
                segment.kept = extent;
            }
            if segment.written == extent {
                self.unsynced.retain(|other| other.name != unsynced.name);
            }
            shelf.kept = shelf.kept.max(extent.end);
        }
        Ok(shelf.kept.number)
    }

    /// Notes that the segment has records that were not synced.
    pub(super) fn needs_sync(&mut self, active: &Active) {
        if self
            .unsynced
            .back()
            .is_some_and(|last| last.name == active.name)
        {
            return;
        }
        // Whoever does not sync needs no more than the last.
        if self.settings.durability == Durability::Written {
            self.unsynced.clear();
        }
        self.unsynced.push_back(Unsynced {
            name: active.name,
            file: Arc::clone(&active.file),
        });
    }

    /// Never tries the same files again.
    fn sync_failed(&mut self) {
        let unsynced = std::mem::take(&mut self.unsynced);
        self.withdrawals += 1;
        if self.settings.durability == Durability::Written {
            // What was accepted stays, as far as the system keeps it.
            return self.seal();
        }
        for unsynced in unsynced {
            self.withdraw(&unsynced);
        }
        self.abandon();
        let mut shelf = self.shelf.lock();
        shelf.written = shelf.kept;
    }

    /// Takes back what was not durable in a segment. What stays on the disk all the same counts
    /// for nothing once the next segment begins where this one is cut.
    fn withdraw(&mut self, unsynced: &Unsynced) {
        let mut shelf = self.shelf.lock();
        let Some(segment) = shelf.segment(unsynced.name) else {
            return;
        };
        segment.written = segment.kept;
        let kept = segment.kept;
        let is_active = self
            .active
            .as_ref()
            .is_some_and(|active| active.name == unsynced.name);
        if kept.records == 0 && !is_active {
            shelf
                .segments
                .retain(|segment| segment.name != unsynced.name);
        }
        drop(shelf);
        let _ = self.files.remove(&sidecar::file(unsynced.name));
        let _ = unsynced.file.truncate(kept.bytes);
        if kept.records == 0 {
            let _ = self.files.remove(&segment_file(unsynced.name));
        }
    }
}
