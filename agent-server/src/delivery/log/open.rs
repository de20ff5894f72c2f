//! Opening a log, whatever its directory holds.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::cursors::{self, Cursors, is_transient};
use super::files::{Directory, File, Files, Listed, Lock, read_full};
use super::format::{NoSegment, SEGMENT_START, SegmentHeader};
use super::set_aside::{self, SetAside};
use super::shelf::{Extent, Segment, Shelf, Shelved};
use super::walk::{Bounds, Walk};
use super::{Durability, Log, LogError, LogSettings, Position, Start, segment_file, sidecar};

/// What was found when a log was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Segments.
    pub segments: u64,
    /// Records in them.
    pub records: u64,
    /// From the first item to the last, with those that are missing in between.
    pub items: u64,
    /// Bytes of segments.
    pub bytes: u64,
    /// Records that are missing or damaged, as far as that was found now: segments that were sealed
    /// and have kept their length are looked at when they are read. See
    /// [`take_loss`](super::Reader::take_loss).
    pub skipped_records: u64,
    /// Bytes that belong to no record, in segments that were looked at.
    pub skipped_bytes: u64,
    /// Files that could not be used.
    pub set_aside: Vec<SetAside>,
    /// Files set aside earlier that were removed to make room.
    pub removed: u64,
    /// Destinations that have a cursor and were not asked for: they hold up what they have not
    /// answered for, until they are [forgotten](Log::forget).
    pub vanished: Vec<String>,
    /// Whether cursors were missing or damaged: such destinations begin with the oldest record.
    pub cursors_damaged: bool,
}

/// A segment that was found.
#[derive(Debug)]
struct Found {
    name: u64,
    size: u64,
    file: Arc<dyn File>,
    header: SegmentHeader,
}

impl Found {
    fn listed(&self) -> Listed {
        Listed {
            name: segment_file(self.name),
            bytes: self.size,
            folder: false,
        }
    }
}

impl Log {
    /// Opens the log in the directory at `path`, which is made unless it is there, for
    /// `destinations`.
    ///
    /// # Errors
    ///
    /// When another agent has it open, or the directory cannot be used. Never because of what is
    /// in it.
    pub fn open(
        path: &Path,
        settings: LogSettings,
        destinations: &[&str],
    ) -> Result<(Self, Opened), LogError> {
        let directory = Directory::make(path)
            .map_err(|error| LogError::io("make", &path.display().to_string(), error))?;
        Self::open_in(Arc::new(directory), settings, destinations)
    }

    /// Opens the log in `files`.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_in(
        files: Arc<dyn Files>,
        settings: LogSettings,
        destinations: &[&str],
    ) -> Result<(Self, Opened), LogError> {
        if let Some(name) = destinations.iter().find(|name| !cursors::is_name(name)) {
            return Err(LogError::UnknownDestination((*name).to_owned()));
        }
        let lock = lock(&*files)?;
        let mut opened = Opened::default();
        let listed = files
            .list("")
            .map_err(|error| LogError::io("list", ".", error))?;
        let (segments, next_name) = segments(&*files, &listed, &mut opened)?;
        let read = Cursors::read(&*files)?;
        opened.cursors_damaged = read.damaged || (read.cursors.is_empty() && !segments.is_empty());
        let (shelved, cursors) = place(
            segments,
            read.cursors.clone(),
            destinations,
            &settings,
            &mut opened,
        );
        let durable = settings.durability == Durability::Synced;
        let cursors = Cursors::create(&*files, &read, cursors, durable)?;
        opened.removed = set_aside::limit(&*files, settings.max_bytes);
        let log = Self {
            files,
            settings,
            shelf: Arc::new(Shelf::new(shelved)),
            cursors,
            active: None,
            unsynced: VecDeque::new(),
            withdrawals: 0,
            next_name,
            _lock: lock,
        };
        Ok((log, opened))
    }
}

/// Every segment that holds something, in the order of their records, and a name above all that are
/// taken.
pub(super) fn segments(
    files: &dyn Files,
    listed: &[Listed],
    opened: &mut Opened,
) -> Result<(VecDeque<Segment>, u64), LogError> {
    let found = find(files, listed, opened)?;
    let next_name = found.iter().map(|found| found.name.saturating_add(1)).max();
    let segments = measure(files, found, opened)?;
    remove_stray_sidecars(files, listed, &segments);
    Ok((segments, next_name.unwrap_or(0)))
}

pub(super) fn lock(files: &dyn Files) -> Result<Box<dyn super::Guard>, LogError> {
    match files.lock("lock") {
        Ok(Lock::Ours(guard)) => Ok(guard),
        Ok(Lock::Theirs(pid)) => Err(LogError::Locked { pid }),
        Err(error) => Err(LogError::io("lock", "lock", error)),
    }
}

/// Every segment, in the order of their records; what is none is set aside. What a file is called
/// does not matter beyond that: its header says where it belongs.
fn find(files: &dyn Files, listed: &[Listed], opened: &mut Opened) -> Result<Vec<Found>, LogError> {
    let mut found = Vec::new();
    for entry in listed {
        let Some(name) = number(&entry.name, ".seg") else {
            continue;
        };
        match look(files, entry, name) {
            Ok(Ok(segment)) => found.push(segment),
            Ok(Err(no)) => set(files, entry, reason(no), opened),
            Err(error) if is_transient(&error) => {
                return Err(LogError::io("open", &entry.name, error));
            }
            Err(error) => set(files, entry, format!("cannot be read: {error}"), opened),
        }
    }
    found.sort_by_key(|found| (found.header.first.number, found.name));
    Ok(found)
}

fn look(files: &dyn Files, entry: &Listed, name: u64) -> io::Result<Result<Found, NoSegment>> {
    let file = files.open(&entry.name)?;
    let mut start = [0; SEGMENT_START as usize];
    let read = read_full(&*file, 0, &mut start)?;
    let header = SegmentHeader::decode(start.get(..read).unwrap_or_default());
    Ok(header.map(|header| Found {
        name,
        size: entry.bytes,
        file,
        header,
    }))
}

fn reason(no: NoSegment) -> String {
    match no {
        NoSegment::Damaged => "is no segment: its header is missing or damaged".to_owned(),
        NoSegment::Future(version) => format!(
            "a later version of the agent wrote it (format {version}); to deliver what is in it, \
             move it back beside the others and start that version"
        ),
    }
}

/// Finds out how far each segment goes: from its sidecar, or by reading it through.
fn measure(
    files: &dyn Files,
    found: Vec<Found>,
    opened: &mut Opened,
) -> Result<VecDeque<Segment>, LogError> {
    let firsts = found.iter().skip(1).map(|found| found.header.first.number);
    let bounds: Vec<_> = firsts.chain([u64::MAX]).collect();
    let mut segments = VecDeque::with_capacity(found.len());
    let mut end: Option<Position> = None;
    for (found, bound) in found.into_iter().zip(bounds) {
        let first = found.header.first;
        let file = segment_file(found.name);
        let kept = match extent(files, &found, bound, opened) {
            Ok(extent) => extent,
            Err(error) if is_transient(&error) => return Err(LogError::io("read", &file, error)),
            Err(error) => {
                let listed = found.listed();
                set(files, &listed, format!("cannot be read: {error}"), opened);
                continue;
            }
        };
        if kept.records == 0 {
            discard_empty(files, &found, opened);
            continue;
        }
        let missing = end.map_or(0, |end| first.number.saturating_sub(end.number));
        opened.skipped_records += missing;
        end = Some(kept.end);
        opened.segments += 1;
        opened.records += kept.records;
        opened.bytes += kept.bytes;
        segments.push_back(Segment {
            name: found.name,
            salt: found.header.salt,
            first,
            kept,
            written: kept,
        });
    }
    let first = segments.front().map(|segment| segment.first.items);
    opened.items = end.map_or(0, |end| end.items.saturating_sub(first.unwrap_or(0)));
    Ok(segments)
}

fn extent(files: &dyn Files, found: &Found, bound: u64, opened: &mut Opened) -> io::Result<Extent> {
    let noted = sidecar::read(files, found.name, &found.header, found.size);
    if let Some(extent) = noted.filter(|extent| extent.end.number <= bound) {
        return Ok(extent);
    }
    let mut walk = Walk::new(Arc::clone(&found.file), found.header.salt);
    let bounds = Bounds {
        bytes: found.size,
        number: bound,
    };
    let mut extent = Extent::empty(found.header.first);
    let mut whole = SEGMENT_START;
    while let Some(met) = walk.next(bounds)? {
        let header = met.header;
        if header.at < extent.end || walk.body(&met, bounds.bytes)?.is_none() {
            continue;
        }
        opened.skipped_records += header.at.number - extent.end.number;
        whole += header.size();
        extent.add(0, header.end(), header.time);
        extent.bytes = walk.offset();
    }
    opened.skipped_bytes += found.size.saturating_sub(whole);
    if bound == u64::MAX && found.size > extent.bytes {
        // What stands behind the last record was never accepted, or cannot be told from that.
        opened.skipped_records += 1;
    }
    if extent.records > 0 {
        sidecar::write(files, found.name, &found.header, found.size, &extent);
    }
    Ok(extent)
}

/// A segment without records: begun and not used, or of no use.
fn discard_empty(files: &dyn Files, found: &Found, opened: &mut Opened) {
    if found.size <= SEGMENT_START {
        let _ = files.remove(&segment_file(found.name));
        return;
    }
    let reason = "holds no record that is whole and not in another segment";
    set(files, &found.listed(), reason.to_owned(), opened);
}

fn set(files: &dyn Files, entry: &Listed, reason: String, opened: &mut Opened) {
    let aside = set_aside::set_aside(files, &entry.name, entry.bytes, reason);
    opened.set_aside.push(aside);
}

/// Puts the cursors beside the segments.
pub(super) fn place(
    segments: VecDeque<Segment>,
    mut cursors: Vec<(String, Position)>,
    destinations: &[&str],
    settings: &LogSettings,
    opened: &mut Opened,
) -> (Shelved, Vec<(String, Position)>) {
    let known = cursors.iter().map(|(_, at)| *at);
    let last = segments.back().map(|segment| segment.kept.end);
    // Records at the end may be gone that a destination has got: their numbers stay used.
    let end = known.clone().chain(last).max().unwrap_or_default();
    let first = segments.front().map(|segment| segment.first);
    let oldest = first.unwrap_or(end);
    if let Some(lowest) = known.clone().min() {
        opened.skipped_records += oldest.number.saturating_sub(lowest.number);
    }
    let floor = known.min().unwrap_or(oldest).min(oldest);
    let start = match settings.new_destinations {
        Start::End if !opened.cursors_damaged => end,
        Start::End | Start::Oldest => oldest,
    };
    let asked = |name: &str| destinations.contains(&name);
    let vanished = cursors.iter().filter(|(name, _)| !asked(name));
    opened.vanished = vanished.map(|(name, _)| name.clone()).collect();
    for name in destinations {
        if cursors.iter().all(|(known, _)| known != name) {
            cursors.push(((*name).to_owned(), start));
        }
    }
    let read: BTreeMap<_, _> = cursors.iter().cloned().collect();
    let shelved = Shelved {
        segments,
        floor,
        kept: end,
        written: end,
        read,
    };
    (shelved, cursors)
}

fn remove_stray_sidecars(files: &dyn Files, listed: &[Listed], segments: &VecDeque<Segment>) {
    for entry in listed {
        let name = number(&entry.name, ".idx");
        let stray = |name| segments.iter().all(|segment| segment.name != name);
        if name.is_some_and(stray) {
            let _ = files.remove(&entry.name);
        }
    }
}

/// The number that a file is called, if that is all that it is called.
fn number(name: &str, ending: &str) -> Option<u64> {
    let digits = name.strip_suffix(ending)?;
    let is_ours = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_ours.then(|| digits.parse().ok()).flatten()
}
