//! How far each destination is: what it has answered for.
//!
//! One file with two slots of 512 bytes for each destination. Each advance is one write over the
//! older of the two, so that a torn write leaves the other. The file is written anew, whole or not
//! at all, when the log is opened and when destinations come and go.
//!
//! | slot | bytes | |
//! |---|---|---|
//! | CRC | 4 | CRC-32C of the 508 bytes that follow |
//! | length | 4 | of the name |
//! | turn | 8 | the higher of two whole slots counts |
//! | number | 8 | everything below is answered for |
//! | items | 8 | in all records below |
//! | name | 480 | of the destination |

use std::io::{self, ErrorKind, IoSlice};
use std::sync::Arc;

use super::files::{File, Files, read_start, replace, write_all};
use super::format::Fields;
use super::{LogError, Position};

const FILE: &str = "cursors";
const SLOT: usize = 512;
const HEAD: usize = 32;
const MAX_NAME: usize = SLOT - HEAD;

/// The most destinations that are read back.
const MAX_CURSORS: usize = 4_096;

#[derive(Debug)]
pub(super) struct Cursors {
    /// `None` while there is no destination.
    file: Option<Arc<dyn File>>,
    cursors: Vec<Cursor>,
    /// Whether the file is to survive a loss of power whenever it is written anew.
    durable: bool,
}

#[derive(Clone, Debug)]
struct Cursor {
    name: String,
    at: Position,
    /// Where it is according to the file.
    noted: Position,
    turn: u64,
}

/// What the file said.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) cursors: Vec<(String, Position)>,
    /// Whether some of it was missing or damaged.
    pub(super) damaged: bool,
    /// Which turn each was at.
    turns: Vec<u64>,
}

impl Cursors {
    /// Reads what the file says, whatever it says.
    pub(super) fn read(files: &dyn Files) -> Result<Read, LogError> {
        match read_start(files, FILE, MAX_CURSORS * 2 * SLOT) {
            Ok(bytes) => Ok(decode(&bytes)),
            Err(error) if is_transient(&error) => Err(LogError::io("read", FILE, error)),
            Err(error) => Ok(Read {
                damaged: error.kind() != ErrorKind::NotFound,
                ..Read::default()
            }),
        }
    }

    /// Writes the file anew, for `cursors`: those that were `read`, and more behind them. On a full
    /// disk it stays as it is: what waits must be able to leave it.
    pub(super) fn create(
        files: &dyn Files,
        read: &Read,
        cursors: Vec<(String, Position)>,
        durable: bool,
    ) -> Result<Self, LogError> {
        let cursors = cursors.into_iter().map(|(name, at)| Cursor::new(name, at));
        let mut this = Self {
            file: None,
            cursors: cursors.collect(),
            durable,
        };
        match this.rewrite(files) {
            Err(LogError::NoSpace { .. }) => {}
            result => return result.map(|()| this),
        }
        if !read.damaged {
            this.file = files.update(FILE).ok();
            for (cursor, turn) in this.cursors.iter_mut().zip(&read.turns) {
                cursor.turn = *turn;
            }
        }
        Ok(this)
    }

    fn rewrite(&mut self, files: &dyn Files) -> Result<(), LogError> {
        let mut bytes = Vec::with_capacity(self.cursors.len() * 2 * SLOT);
        for cursor in &self.cursors {
            bytes.extend(cursor.encode(0));
            bytes.resize(bytes.len() + SLOT, 0);
        }
        let file = replace(files, FILE, &bytes, self.durable);
        self.file = Some(file.map_err(|error| LogError::io("write", FILE, error))?);
        for cursor in &mut self.cursors {
            cursor.turn = 0;
            cursor.noted = cursor.at;
        }
        Ok(())
    }

    /// Adds a destination, or moves one that is there.
    pub(super) fn add(
        &mut self,
        files: &dyn Files,
        name: &str,
        at: Position,
    ) -> Result<(), LogError> {
        self.cursors.retain(|cursor| cursor.name != name);
        self.cursors.push(Cursor::new(name.to_owned(), at));
        self.rewrite(files)
    }

    /// Forgets a destination.
    pub(super) fn remove(&mut self, files: &dyn Files, name: &str) -> Result<(), LogError> {
        self.cursors.retain(|cursor| cursor.name != name);
        self.rewrite(files)
    }

    /// Moves a destination on; never back. It has moved even when that could not be written. A file
    /// that cannot be written to is replaced.
    pub(super) fn advance(
        &mut self,
        files: &dyn Files,
        name: &str,
        to: Position,
    ) -> Result<(), LogError> {
        let mut cursors = self.cursors.iter_mut().enumerate();
        let Some((index, cursor)) = cursors.find(|(_, cursor)| cursor.name == name) else {
            return Err(LogError::UnknownDestination(name.to_owned()));
        };
        cursor.at = cursor.at.max(to);
        if cursor.noted == cursor.at {
            return Ok(());
        }
        cursor.turn += 1;
        let slot = 2 * index as u64 + cursor.turn % 2;
        let bytes = cursor.encode(cursor.turn);
        let written = self.file.as_ref().is_some_and(|file| {
            let mut slices = [IoSlice::new(&bytes)];
            write_all(&**file, slot * SLOT as u64, &mut slices).is_ok()
        });
        if !written {
            return self.rewrite(files);
        }
        cursor.noted = cursor.at;
        Ok(())
    }

    /// Makes durable where they are.
    pub(super) fn sync(&self) -> Result<(), LogError> {
        let synced = self.file.as_ref().map_or(Ok(()), |file| file.sync());
        synced.map_err(|error| LogError::io("sync", FILE, error))
    }

    pub(super) fn at(&self, name: &str) -> Option<Position> {
        let cursor = self.cursors.iter().find(|cursor| cursor.name == name);
        cursor.map(|cursor| cursor.at)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, Position)> {
        let cursors = self.cursors.iter();
        cursors.map(|cursor| (cursor.name.as_str(), cursor.at))
    }

    /// The end of what every destination has answered for, according to the file.
    pub(super) fn lowest(&self) -> Option<Position> {
        self.cursors.iter().map(|cursor| cursor.noted).min()
    }
}

/// Whether a destination may be called so.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME
}

/// Whether the system may allow tomorrow what it refuses today, so that nothing is to be concluded
/// about the file.
pub(super) fn is_transient(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let code = error.raw_os_error();
    [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::NOBUFS]
        .iter()
        .any(|errno| code == Some(errno.raw_os_error()))
}

impl Cursor {
    fn new(name: String, at: Position) -> Self {
        Self {
            name,
            at,
            noted: at,
            turn: 0,
        }
    }

    fn encode(&self, turn: u64) -> Vec<u8> {
        let mut content = Vec::with_capacity(SLOT);
        content.extend(u32::try_from(self.name.len()).unwrap_or(0).to_le_bytes());
        content.extend(turn.to_le_bytes());
        content.extend(self.at.number.to_le_bytes());
        content.extend(self.at.items.to_le_bytes());
        content.extend(self.name.as_bytes());
        content.resize(SLOT - 4, 0);
        let mut slot = crc32c::crc32c(&content).to_le_bytes().to_vec();
        slot.extend(content);
        slot
    }

    fn decode(slot: &[u8]) -> Option<Self> {
        let mut fields = Fields(slot);
        if fields.u32()? != crc32c::crc32c(fields.0) {
            return None;
        }
        let length = fields.u32()? as usize;
        let turn = fields.u64()?;
        let at = Position {
            number: fields.u64()?,
            items: fields.u64()?,
        };
        let name = std::str::from_utf8(fields.0.get(..length)?).ok()?;
        is_name(name).then(|| Self {
            turn,
            ..Self::new(name.to_owned(), at)
        })
    }
}

fn decode(bytes: &[u8]) -> Read {
    let mut read = Read {
        damaged: !bytes.len().is_multiple_of(2 * SLOT),
        ..Read::default()
    };
    for pair in bytes.chunks(2 * SLOT) {
        let slots = pair.chunks_exact(SLOT).filter_map(Cursor::decode);
        match slots.max_by_key(|cursor| cursor.turn) {
            Some(cursor) if read.cursors.iter().any(|(name, _)| *name == cursor.name) => {
                read.damaged = true;
            }
            Some(cursor) => {
                read.cursors.push((cursor.name, cursor.at));
                read.turns.push(cursor.turn);
            }
            None => read.damaged = true,
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::super::files::memory::Memory;
    use super::*;

    fn at(number: u64) -> Position {
        Position {
            number,
            items: 10 * number,
        }
    }

    #[test]
    fn a_torn_slot_leaves_the_one_before() {
        let memory = Memory::default();
        let named = vec![("a".to_owned(), at(1)), ("b".to_owned(), at(2))];
        let mut cursors = Cursors::create(&memory, &Read::default(), named, true).expect("created");
        for number in 3..=5 {
            cursors.advance(&memory, "b", at(number)).expect("advanced");
        }
        cursors.advance(&memory, "b", at(4)).expect("a no-op");
        assert_eq!(cursors.lowest(), Some(at(1)));
        let whole = memory.bytes(FILE);
        assert_eq!(
            decode(&whole).cursors,
            [("a".into(), at(1)), ("b".into(), at(5))]
        );
        for position in 0..whole.len() {
            let mut torn = whole.clone();
            torn[position] ^= 0x40;
            let read = decode(&torn);
            let expected = match position / SLOT {
                // The only one of `a`.
                0 => vec![("b".to_owned(), at(5))],
                // The latest of `b`.
                3 => vec![("a".to_owned(), at(1)), ("b".to_owned(), at(4))],
                _ => vec![("a".to_owned(), at(1)), ("b".to_owned(), at(5))],
            };
            assert_eq!(read.cursors, expected, "{position}");
            assert_eq!(read.damaged, position < SLOT);
        }
    }

    #[test]
    fn any_length_of_the_file_is_read() {
        let memory = Memory::default();
        let named = vec![("a".to_owned(), at(1)), ("b".to_owned(), at(2))];
        let _cursors = Cursors::create(&memory, &Read::default(), named, true).expect("created");
        let whole = memory.bytes(FILE);
        for length in 0..whole.len() {
            let read = decode(&whole[..length]);
            let expected = [length >= SLOT, length >= 3 * SLOT];
            assert_eq!(read.cursors.len(), expected.iter().filter(|b| **b).count());
            assert_eq!(read.damaged, length % (2 * SLOT) != 0);
        }
    }
}
