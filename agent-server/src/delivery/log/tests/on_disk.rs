//! The same on the real file system.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::super::{Durability, Log, LogError};
use super::support::{all, append, settings};

#[test]
fn a_real_directory_is_locked_private_and_read_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("deep/log");
    for durability in [Durability::Written, Durability::Synced] {
        let (mut log, opened) = Log::open(&path, settings(durability), &["a"]).expect("opened");
        let before = opened.records;
        let second = Log::open(&path, settings(durability), &["a"]);
        let pid = std::process::id();
        assert!(matches!(second, Err(LogError::Locked { pid: Some(p) }) if p == pid));
        for turn in 0..20 {
            append(&mut log, before + turn).expect("appended");
        }
        log.sync().expect("synced");
        assert_eq!(all(&log), Vec::from_iter(0..before + 20));
    }
    for entry in fs::read_dir(&path).expect("read") {
        let mode = entry
            .expect("read")
            .metadata()
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "nobody else may read");
    }
}

#[test]
fn folders_links_and_files_that_may_not_be_written_do_not_stop_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    let (mut log, _) = Log::open(path, settings(Durability::Written), &["a"]).expect("opened");
    for turn in 0..20 {
        append(&mut log, turn).expect("appended");
    }
    drop(log);
    for entry in fs::read_dir(path).expect("read") {
        let entry = entry.expect("read").path();
        if entry.extension().is_some() {
            fs::set_permissions(&entry, fs::Permissions::from_mode(0o400)).expect("set");
        }
    }
    fs::create_dir(path.join("00000000000000000900.seg")).expect("made");
    std::os::unix::fs::symlink("nowhere", path.join("00000000000000000901.seg")).expect("made");
    let (mut log, opened) = Log::open(path, settings(Durability::Written), &["a"]).expect("opened");
    assert_eq!(opened.records, 20);
    assert_eq!(opened.set_aside.len(), 2, "{opened:?}");
    append(&mut log, 20).expect("appended");
    assert_eq!(all(&log), Vec::from_iter(0..21));
}
