//! Files that could not be used: kept out of the way, for whoever wants to look at them.

use std::io;

use super::files::Files;

const FOLDER: &str = "set-aside";

/// The most files that are kept there.
const MAX_FILES: usize = 1_024;

/// A file that was set aside when the log was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Where it is now, below the log's directory; its own name if it could not be moved.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Why it could not be used, and what to do if that can be known.
    pub reason: String,
}

/// Sets the file `name` aside.
pub(super) fn set_aside(files: &dyn Files, name: &str, bytes: u64, reason: String) -> SetAside {
    let file = moved(files, name).unwrap_or_else(|_| name.to_owned());
    SetAside {
        file,
        bytes,
        reason,
    }
}

fn moved(files: &dyn Files, name: &str) -> io::Result<String> {
    files.make_folder(FOLDER)?;
    let there = files.list(FOLDER)?;
    let next = there.iter().filter_map(|file| turn(&file.name)).max();
    let next = next.map_or(1, |last| last.saturating_add(1));
    let to = format!("{FOLDER}/{next:06}-{name}");
    files.rename(name, &to)?;
    Ok(to)
}

/// Removes the oldest of the files there until they are no more than `max_bytes`, and says how
/// many that were.
pub(super) fn limit(files: &dyn Files, max_bytes: u64) -> u64 {
    let mut there = files.list(FOLDER).unwrap_or_default();
    there.retain(|file| !file.folder);
    there.sort_by_key(|file| turn(&file.name));
    let mut bytes: u64 = there.iter().map(|file| file.bytes).sum();
    let mut count = there.len();
    let mut removed = 0;
    for file in there {
        if bytes <= max_bytes && count <= MAX_FILES {
            break;
        }
        if files.remove(&format!("{FOLDER}/{}", file.name)).is_ok() {
            removed += 1;
        }
        bytes -= file.bytes;
        count -= 1;
    }
    removed
}

/// Files are numbered in the order in which they came.
fn turn(name: &str) -> Option<u64> {
    name.split_once('-')?.0.parse().ok()
}
