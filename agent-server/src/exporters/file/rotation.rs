//! Renaming full files, and deleting the oldest.

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::config::{Rotation, directory};

/// How the time of renaming is written into a name: names sort by it.
const TIME: &str = "%Y-%m-%dT%H-%M-%S%.3f";
/// Nothing is older: ten thousand years would be out of range.
const MAX_DAYS: i32 = 365 * 1_000;

/// Renames the file at `path` to `name-TIME.extension`, and [cleans](clean) up.
///
/// # Errors
///
/// When the file cannot be renamed, or its directory not be read.
pub(super) fn rotate(path: &Path, rotation: &Rotation, now: Timestamp) -> io::Result<()> {
    let zone = zone(rotation);
    let mut time = now;
    let mut to = backup(path, time, &zone);
    // A file renamed within the same millisecond is not overwritten.
    while to.try_exists()? {
        time += SignedDuration::from_millis(1);
        to = backup(path, time, &zone);
    }
    std::fs::rename(path, to)?;
    clean(path, rotation, now)
}

/// Deletes the oldest of the files that were renamed from `path` beyond `max_backups` (0 keeps
/// all), and those older than `max_days` (0 keeps them for ever). One that cannot be deleted is
/// left.
///
/// # Errors
///
/// When the directory cannot be read.
pub(super) fn clean(path: &Path, rotation: &Rotation, now: Timestamp) -> io::Result<()> {
    let mut backups = backups(path)?;
    backups.sort();
    let surplus = match rotation.max_backups {
        0 => 0,
        kept => backups.len().saturating_sub(kept),
    };
    let zone = zone(rotation);
    let day = SignedDuration::from_hours(24);
    let oldest = now
        - day
            * i32::try_from(rotation.max_days)
                .unwrap_or(i32::MAX)
                .min(MAX_DAYS);
    let is_old = |time: &str| {
        let renamed = DateTime::strptime(TIME, time).ok().and_then(|time| {
            let zoned = time.to_zoned(zone.clone()).ok()?;
            Some(zoned.timestamp())
        });
        rotation.max_days > 0 && renamed.is_some_and(|renamed| renamed < oldest)
    };
    for (index, (time, file)) in backups.iter().enumerate() {
        if index >= surplus && !is_old(time) {
            continue;
        }
        if let Err(error) = std::fs::remove_file(file) {
            tracing::warn!(%error, file = %file.display(), "cannot delete an old file");
        }
    }
    Ok(())
}

fn zone(rotation: &Rotation) -> TimeZone {
    if rotation.localtime {
        TimeZone::system()
    } else {
        TimeZone::UTC
    }
}

fn backup(path: &Path, time: Timestamp, zone: &TimeZone) -> PathBuf {
    let (stem, extension) = parts(path);
    let time = time.to_zoned(zone.clone());
    path.with_file_name(format!("{stem}-{}{extension}", time.strftime(TIME)))
}

/// The files that were renamed from `path`, each with the time in its name.
fn backups(path: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let (stem, extension) = parts(path);
    let prefix = format!("{stem}-");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory(path))? {
        let entry = entry?.path();
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        let time = name
            .strip_prefix(&prefix)
            .and_then(|rest| rest.strip_suffix(&extension));
        if let Some(time) = time.filter(|time| is_time(time)) {
            found.push((time.to_owned(), entry));
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

    fn kept(max_backups: usize, max_days: u32) -> Rotation {
        Rotation {
            max_backups,
            max_days,
            ..Rotation::default()
        }
    }

    #[test]
    fn files_that_are_too_old_are_deleted_and_others_are_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("traces.json");
        let now: Timestamp = "2026-11-21T08:00:00Z".parse().expect("a time");
        let names = [
            "traces-2026-11-18T07-59-59.999.json",
            "traces-2026-11-18T08-00-00.001.json",
            "traces-2026-13-99T08-00-00.000.json",
            "traces-of-2026.json",
        ];
        for name in names {
            std::fs::write(directory.path().join(name), "x").expect("written");
        }
        clean(&path, &kept(0, 0), now).expect("readable");
        assert!(directory.path().join(names[0]).exists(), "kept for ever");
        clean(&path, &kept(0, 3), now).expect("readable");
        let left = names.map(|name| directory.path().join(name).exists());
        assert_eq!(left, [false, true, true, true]);
        clean(&path, &kept(0, u32::MAX), now).expect("readable");
    }

    #[test]
    fn names_carry_local_time_where_that_is_wanted() {
        let time: Timestamp = "2026-11-21T08:00:00Z".parse().expect("a time");
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let name = backup(Path::new("/a/traces.json"), time, &zone);
        assert_eq!(name, Path::new("/a/traces-2026-11-21T03-00-00.000.json"));
        let local = Rotation {
            localtime: true,
            ..Rotation::default()
        };
        assert_eq!(super::zone(&local), TimeZone::system());
        assert_eq!(super::zone(&Rotation::default()), TimeZone::UTC);
    }

    #[test]
    fn full_files_are_renamed_and_the_oldest_deleted() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("traces.json");
        let mine = directory.path().join("traces-of-mine.json");
        std::fs::write(&mine, "mine").expect("written");
        let now: Timestamp = "2026-11-21T08:00:00Z".parse().expect("a time");
        for content in ["1", "2", "3"] {
            std::fs::write(&path, content).expect("written");
            rotate(&path, &kept(2, 0), now).expect("renamed");
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
