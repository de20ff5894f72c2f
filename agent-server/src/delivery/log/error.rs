//! What can go wrong with a log.

use std::io;

/// Why the log did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// What it holds, and what was to be added, exceed its limit. Comes to an end by itself.
    #[error("the log holds {held} bytes of {max}, and cannot take {wanted} more")]
    Full {
        /// What it holds.
        held: u64,
        /// What was to be added.
        wanted: u64,
        /// What it may hold.
        max: u64,
    },
    /// The file system is full. Nothing of what was to be added stays.
    #[error("no space is left on the file system ({doing})")]
    NoSpace {
        /// What it was needed for.
        doing: &'static str,
    },
    /// An operation failed.
    #[error("cannot {doing} {file}: {source}")]
    Io {
        /// What was done.
        doing: &'static str,
        /// To which file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// Another agent uses the directory.
    #[error(
        "another agent{} uses this directory; stop it, or give each a directory of its own",
        .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Locked {
        /// Its process, if it left word.
        pid: Option<u32>,
    },
    /// A record is larger than any may be.
    #[error("a record of {bytes} bytes and {items} items is larger than any may be")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// Its items.
        items: u64,
    },
    /// There is no such destination.
    #[error("the log has no destination {0}")]
    UnknownDestination(String),
    /// What was written since the last success is withdrawn, because a sync failed: after that
    /// nobody can say what of it is on the disk.
    #[error("what was written could not be made durable, and was taken back")]
    Withdrawn,
}

impl LogError {
    pub(in crate::delivery) fn io(doing: &'static str, file: &str, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace { doing },
            _ => Self::Io {
                doing,
                file: file.to_owned(),
                source,
            },
        }
    }
}
