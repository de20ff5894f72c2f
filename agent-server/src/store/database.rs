//! The store: one connection that writes, one that reads, and what is counted.

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;

use super::counts::Counts;
use super::evict;
use super::open::{self, Opened};
use super::{OpenError, Settings, StoreError, insert};
use crate::ops::Metrics;
use crate::payload::Payload;

/// Kept spans: in memory or in a file, bounded by bytes and age.
///
/// Every method blocks, on a lock and on the disk: call them from
/// [`spawn_blocking`](tokio::task::spawn_blocking) in async code. Writing and reading a file do not
/// wait for each other; in memory they take turns.
pub struct Store {
    // Closed before the writer: the last to close folds the log into the file, and must be able to.
    reader: Option<Mutex<Connection>>,
    writer: Mutex<Connection>,
    settings: Settings,
    counts: Counts,
}

/// What became of the spans of one payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inserted {
    /// Spans that are kept now.
    pub kept: u64,
    /// Spans that were kept before: the payload, or a part of it, came twice.
    pub duplicates: u64,
    /// Spans left out because their trace or span id is not valid.
    pub invalid: u64,
    /// Traces of which this was the first payload.
    pub new_traces: u64,
}

impl Store {
    /// Opens the store and reports what happens in it to `metrics`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written, or another program keeps the file locked. A file that
    /// cannot be read as ours is renamed to `spans.db.set-aside-<time>`, counted and logged.
    pub fn open(settings: Settings, metrics: &Metrics) -> Result<Self, OpenError> {
        let opened = match settings.directory.as_deref() {
            Some(directory) => open::directory(directory)?,
            None => open::memory()?,
        };
        let counts = Counts::new(metrics);
        let Opened {
            writer,
            reader,
            set_aside,
        } = opened;
        if let Some(path) = set_aside {
            counts.set_aside.add(1);
            let path = path.display();
            tracing::warn!(
                %path,
                "the span store's file was damaged or not of this version; it has been set aside"
            );
        }
        let store = Self {
            reader: reader.map(Mutex::new),
            writer: Mutex::new(writer),
            settings,
            counts,
        };
        store.counts.opened(size(&lock(&store.writer))?);
        // The bounds may be narrower than when the file was written.
        store.evict()?;
        Ok(store)
    }

    /// Keeps the spans of one payload. A span that is kept already (same trace, id and kind) stays
    /// as it is, so that a payload may come twice. Evicts the oldest traces beyond the bounds.
    ///
    /// # Errors
    ///
    /// When the database fails, for example on a full disk; nothing of the payload is kept then.
    pub fn insert(&self, payload: &Payload) -> Result<Inserted, StoreError> {
        self.insert_at(payload, unix_nanos())
    }

    /// [`insert`](Self::insert) as of another time.
    pub(super) fn insert_at(&self, payload: &Payload, now: i64) -> Result<Inserted, StoreError> {
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction()?;
        let inserted = insert::insert(&transaction, payload, now)?;
        let oldest = self.oldest(now);
        let evicted = evict::evict(&transaction, oldest, self.settings.max_bytes)?;
        let bytes = evict::used(&transaction)?;
        transaction.commit()?;
        self.counts.inserted(inserted);
        self.counts.evicted(evicted, bytes);
        Ok(inserted)
    }

    /// Evicts what is older than the settings allow. Readers do this first: what is too old is
    /// never seen, also where nothing comes in. The writer is bothered only when there is something
    /// to evict.
    pub(super) fn expire(&self) -> rusqlite::Result<()> {
        let oldest = self.oldest(unix_nanos());
        let is_aged: bool = self
            .read()
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM traces WHERE received < ?1)")?
            .query_row([oldest], |row| row.get(0))?;
        if is_aged { self.evict() } else { Ok(()) }
    }

    /// Evicts whatever is beyond the bounds.
    fn evict(&self) -> rusqlite::Result<()> {
        let mut writer = lock(&self.writer);
        let oldest = self.oldest(unix_nanos());
        let transaction = writer.transaction()?;
        let evicted = evict::evict(&transaction, oldest, self.settings.max_bytes)?;
        let bytes = evict::used(&transaction)?;
        transaction.commit()?;
        self.counts.evicted(evicted, bytes);
        Ok(())
    }

    /// The connection to read with.
    pub(super) fn read(&self) -> MutexGuard<'_, Connection> {
        lock(self.reader.as_ref().unwrap_or(&self.writer))
    }

    /// Where the spans are, if not in memory.
    #[must_use]
    pub fn directory(&self) -> Option<&Path> {
        self.settings.directory.as_deref()
    }

    /// How long a trace is kept.
    #[must_use]
    pub fn max_age(&self) -> Duration {
        self.settings.max_age
    }

    /// How many bytes may be kept.
    #[must_use]
    pub fn max_bytes(&self) -> u64 {
        self.settings.max_bytes
    }

    /// Folds the write-ahead log into the file and removes it, so that an agent that stops leaves one
    /// file. Spans may be read and kept afterwards as before; in memory this does nothing.
    ///
    /// # Errors
    ///
    /// When the database fails, such as while another program reads the file. The log then stays and
    /// is read when the file is opened again.
    pub fn finish(&self) -> Result<(), StoreError> {
        let (Some(reader), Some(directory)) = (&self.reader, self.directory()) else {
            return Ok(());
        };
        let mut reader = lock(reader);
        // The log cannot go while the file is read, by our own reader too.
        *reader = Connection::open_in_memory()?;
        let folded = open::fold(&lock(&self.writer));
        *reader = open::reader(&directory.join(open::FILE_NAME))?;
        Ok(folded?)
    }

    /// How many bytes, traces and spans are kept.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn size(&self) -> Result<Size, StoreError> {
        Ok(size(&self.read())?)
    }

    /// The time, in nanoseconds, before which a trace is too old.
    fn oldest(&self, now: i64) -> i64 {
        let age = i64::try_from(self.settings.max_age.as_nanos()).unwrap_or(i64::MAX);
        now.saturating_sub(age)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Store")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes in use, all told.
    pub bytes: u64,
    /// Traces.
    pub traces: u64,
    /// Spans.
    pub spans: u64,
}

/// Walks the index of traces: for those who ask, not for every insertion.
fn size(connection: &Connection) -> rusqlite::Result<Size> {
    let mut counts = connection.prepare_cached(
        "SELECT (SELECT count(*) FROM traces), (SELECT coalesce(sum(spans), 0) FROM resources)",
    )?;
    let (traces, spans): (i64, i64) = counts.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Size {
        bytes: evict::used(connection)?,
        traces: traces.unsigned_abs(),
        spans: spans.unsigned_abs(),
    })
}

/// A connection is usable after a panic: what was begun has been rolled back.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unix_nanos() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(now.unwrap_or_default().as_nanos()).unwrap_or(i64::MAX)
}
