//! Renaming full files, and deleting the oldest.

use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

/// How the time of renaming is written into a name: names sort by it.
const TIME: &str = "%Y-%m-%dT%H-%M-%S%.3f";

/// Renames the file at `path` to `name-TIME.extension`, and deletes the oldest of the files named
/// so beyond `max_backups` (0 keeps all).
///
/// # Errors
///
/// When the file cannot be renamed. One that cannot be deleted is left.
pub(super) fn rotate(path: &Path, max_backups: usize, now: Timestamp) -> io::Result<()> {
    let mut time = now;
    let mut to = backup(path, time);
    // A file renamed within the same millisecond is not overwritten.
    while to.try_exists()? {
        time += SignedDuration::from_millis(1);
        to = backup(path, time);
    }
    std::fs::rename(path, to)?;
    let mut backups = backups(path)?;
    backups.sort();
    let surplus = match max_backups {
        0 => 0,
        kept => backups.len().saturating_sub(kept),
    };
    for oldest in &backups[..surplus] {
        if let Err(error) = std::fs::remove_file(oldest) {
            tracing::warn!(%error, file = %oldest.display(), "cannot delete an old file");
        }
    }
    Ok(())
}

fn backup(path: &Path, time: Timestamp) -> PathBuf {
    let (stem, extension) = parts(path);
    path.with_file_name(format!("{stem}-{}{extension}", time.strftime(TIME)))
}

/// The files that were renamed from `path`.
fn backups(path: &Path) -> io::Result<Vec<PathBuf>> {
    let (stem, extension) = parts(path);
    let prefix = format!("{stem}-");
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?.path();
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        let time = name
            .strip_prefix(&prefix)
            .and_then(|rest| rest.strip_suffix(&extension));
        if time.is_some_and(is_time) {
            found.push(entry);
        }
    }
    Ok(found)
}

/// Whether a text is a time as [`backup`] writes it: nothing else is ever deleted.
fn is_time(text: &str) -> bool {
    const SHAPE: &str = "0000-00-00T00-00-00.000";
    text.len() == SHAPE.len()
        && text.bytes().zip(SHAPE.bytes()).all(|(byte, shape)| {
            if shape == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == shape
            }
        })
}

/// The name without its extension, and the extension with its dot.
fn parts(path: &Path) -> (String, String) {
    let text =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let extension = match text(path.extension()) {
        extension if extension.is_empty() => extension,
        extension => format!(".{extension}"),
    };
    (text(path.file_stem()), extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_files_are_renamed_and_the_oldest_deleted() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("traces.json");
        let mine = directory.path().join("traces-of-mine.json");
        std::fs::write(&mine, "mine").expect("written");
        let now: Timestamp = "2026-11-21T08:00:00Z".parse().expect("a time");
        for content in ["1", "2", "3"] {
            std::fs::write(&path, content).expect("written");
            rotate(&path, 2, now).expect("renamed");
        }
        let mut left: Vec<_> = std::fs::read_dir(directory.path())
            .expect("readable")
            .map(|entry| entry.expect("readable").path())
            .map(|path| {
                let name = path
                    .file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned();
                (name, std::fs::read_to_string(path).expect("text"))
            })
            .collect();
        left.sort();
        let expected = [
            ("traces-2026-11-21T08-00-00.001.json", "2"),
            ("traces-2026-11-21T08-00-00.002.json", "3"),
            ("traces-of-mine.json", "mine"),
        ];
        let expected = expected.map(|(name, content)| (name.to_owned(), content.to_owned()));
        assert_eq!(left, expected);
    }
}
