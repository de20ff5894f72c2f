//! What the log asks of a file system: a seam, so that tests can fail any operation of it.

use std::fmt;
use std::io::{self, IoSlice};
use std::sync::Arc;

mod directory;
#[cfg(test)]
pub(crate) mod memory;
mod read_only;

pub use self::directory::Directory;
pub(super) use self::read_only::ReadOnly;

/// One directory and what is in it. Names are relative to it, and go one folder deep at most.
pub trait Files: fmt::Debug + Send + Sync {
    /// The entries of `folder`, of the directory itself when it is empty, in no order.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn list(&self, folder: &str) -> io::Result<Vec<Listed>>;

    /// Makes `folder` unless it is there.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    fn make_folder(&self, folder: &str) -> io::Result<()>;

    /// Creates a file for reading and writing.
    ///
    /// # Errors
    ///
    /// When it exists, or cannot be created.
    fn create(&self, name: &str) -> io::Result<Arc<dyn File>>;

    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// When it does not exist or cannot be opened.
    fn open(&self, name: &str) -> io::Result<Arc<dyn File>>;

    /// Opens a file for reading and writing.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    fn update(&self, name: &str) -> io::Result<Arc<dyn File>>;

    /// Gives a file another name, in place of any other file of that name.
    ///
    /// # Errors
    ///
    /// When that does not succeed.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// When it is not there, or stays.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes names durable: what was created, renamed and removed.
    ///
    /// # Errors
    ///
    /// When the system cannot say that they are.
    fn sync(&self) -> io::Result<()>;

    /// Locks the directory by the file `name` for as long as the guard lives.
    ///
    /// # Errors
    ///
    /// When it cannot be found out whether it is locked.
    fn lock(&self, name: &str) -> io::Result<Lock>;
}

/// A file: positioned reads and writes, which several threads may do at once.
pub trait File: fmt::Debug + Send + Sync {
    /// How long it is.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    fn size(&self) -> io::Result<u64>;

    /// Reads some bytes from `offset` on; none at the end.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Writes some of `slices` at `offset`, in order.
    ///
    /// # Errors
    ///
    /// When nothing could be written.
    fn write_at(&self, offset: u64, slices: &[IoSlice<'_>]) -> io::Result<usize>;

    /// Reserves space for the first `bytes` bytes without making the file longer, where the file
    /// system can.
    ///
    /// # Errors
    ///
    /// When there is no space.
    fn allocate(&self, bytes: u64) -> io::Result<()>;

    /// Cuts the file to `bytes`, and gives back what was reserved beyond.
    ///
    /// # Errors
    ///
    /// When it keeps its length.
    fn truncate(&self, bytes: u64) -> io::Result<()>;

    /// Makes what was written durable.
    ///
    /// # Errors
    ///
    /// When the system cannot say that it is. What was written may then be lost without any
    /// further sign, so a second attempt proves nothing.
    fn sync(&self) -> io::Result<()>;
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name. What is not text is written with replacement characters.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Whether it is a folder.
    pub folder: bool,
}

/// Who owns a directory.
#[derive(Debug)]
pub enum Lock {
    /// This process, until the guard is dropped.
    Ours(Box<dyn Guard>),
    /// Another owner; its process, if it left word.
    Theirs(Option<u32>),
}

/// What unlocks when it is dropped.
pub trait Guard: fmt::Debug + Send + Sync {}

/// Writes all of `slices` at `offset`.
///
/// # Errors
///
/// When one of the writes fails, or writes nothing: some of it may be there then.
pub(super) fn write_all(
    file: &dyn File,
    mut offset: u64,
    mut slices: &mut [IoSlice<'_>],
) -> io::Result<()> {
    IoSlice::advance_slices(&mut slices, 0);
    while !slices.is_empty() {
        let several = slices.get(..MAX_SLICES).unwrap_or(slices);
        match file.write_at(offset, several) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => {
                IoSlice::advance_slices(&mut slices, written);
                offset += written as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads up to `into.len()` bytes at `offset`; fewer only at the end of the file.
///
/// # Errors
///
/// When one of the reads fails.
pub(super) fn read_full(file: &dyn File, offset: u64, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(offset + filled as u64, rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads at most `most` bytes from the beginning of the file `name`.
///
/// # Errors
///
/// When it cannot be opened or read.
pub(super) fn read_start(files: &dyn Files, name: &str, most: usize) -> io::Result<Vec<u8>> {
    let file = files.open(name)?;
    let size = usize::try_from(file.size()?).unwrap_or(usize::MAX);
    let mut bytes = vec![0; size.min(most)];
    let read = read_full(&*file, 0, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// Puts a file of `bytes` in the place of `name`, whole or not at all: also when the power is lost,
/// if it is to be `durable`.
///
/// # Errors
///
/// When it cannot be written; then the old one is still there.
pub(super) fn replace(
    files: &dyn Files,
    name: &str,
    bytes: &[u8],
    durable: bool,
) -> io::Result<Arc<dyn File>> {
    let draft = format!("{name}.new");
    match files.remove(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let file = files.create(&draft)?;
    write_all(&*file, 0, &mut [IoSlice::new(bytes)])?;
    if durable {
        file.sync()?;
    }
    files.rename(&draft, name)?;
    if durable {
        files.sync()?;
    }
    Ok(file)
}

/// What one vectored write takes, on every system.
const MAX_SLICES: usize = 1_024;
