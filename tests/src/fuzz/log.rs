//! Segments of the log, as they are found on a disk.

use std::fs;
use std::sync::OnceLock;

use campanile_agent::delivery::log::{Log, LogSettings, Opened, Record};
use tempfile::TempDir;

/// A segment as version 1 wrote it.
const SEGMENT: &[u8] = include_bytes!("../../vectors/log/version-1.seg");
const NAME: &str = "00000000000000000005.seg";

/// What is in it.
static WRITTEN: OnceLock<Vec<Record>> = OnceLock::new();

/// Bytes that begin as a segment does are one; any others change one: three bytes for each change
/// (place, and what is flipped there), the rest is added at the end. Any segment opens, twice to
/// the same; what is read is what was counted; no body is read that was not written.
pub(super) fn segment(bytes: &[u8]) {
    let is_segment = bytes.starts_with(b"CMPNLOG\n");
    let content = if is_segment {
        bytes.to_vec()
    } else {
        changed(bytes)
    };
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join(NAME), content).expect("written");
    let (opened, read) = open(&directory);
    assert_eq!(opened.records, read.len() as u64);
    assert!(read.is_sorted_by(|a, b| a.number < b.number));
    let (again, same) = open(&directory);
    assert_eq!((again.records, same), (opened.records, read.clone()));
    if !is_segment {
        let written = WRITTEN.get_or_init(|| open(&whole()).1);
        assert!(read.iter().all(|record| written.contains(record)));
    }
}

fn changed(bytes: &[u8]) -> Vec<u8> {
    let mut content = SEGMENT.to_vec();
    let (changes, rest) = bytes.as_chunks::<3>();
    for [low, high, flipped] in changes {
        let place = usize::from(u16::from_le_bytes([*low, *high]));
        let place = place % content.len();
        content[place] ^= flipped;
    }
    content.extend(rest);
    content
}

fn whole() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join(NAME), SEGMENT).expect("written");
    directory
}

fn open(directory: &TempDir) -> (Opened, Vec<Record>) {
    let opened = Log::open(directory.path(), LogSettings::default(), &["a"]);
    let (log, opened) = opened.expect("any content opens");
    let mut reader = log.read_all();
    let read = std::iter::from_fn(|| reader.read().expect("read")).collect();
    (opened, read)
}
