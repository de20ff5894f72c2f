//! Looking at a log that no agent has open, without changing it.

use super::cursors::Cursors;
use super::files::{Directory, Files, ReadOnly};
use super::open::{self, Opened};
use super::{Backlog, LogError, LogSettings};

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspected {
    /// What was found. Files that would be set aside are named.
    pub opened: Opened,
    /// What each destination has still to answer for.
    pub destinations: Vec<(String, Backlog)>,
}

/// Looks at the log in `directory`.
pub(super) fn inspect(directory: Directory) -> Result<Inspected, LogError> {
    let files = ReadOnly(directory);
    let mut opened = Opened::default();
    let listed = files.list("");
    let listed = listed.map_err(|error| LogError::io("list", ".", error))?;
    let (segments, _) = open::segments(&files, &listed, &mut opened)?;
    let cursors = Cursors::read(&files)?;
    let settings = LogSettings::default();
    let (shelved, cursors) = open::place(segments, cursors.cursors, &[], &settings, &mut opened);
    let destinations = cursors.into_iter().map(|(name, at)| {
        let backlog = shelved.backlog(at);
        (name, backlog)
    });
    Ok(Inspected {
        destinations: destinations.collect(),
        opened,
    })
}
