//! A directory of the real file system.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, IoSlice, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FallocateFlags, FlockOperation, fallocate, flock};
use rustix::io::{Errno, pwritev};

use super::{File, Files, Guard, Listed, Lock};

/// A directory of the real file system. What is made in it can be read by its owner only.
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
}

impl Directory {
    /// The directory at `path`, which is made, with its parents, unless it is there.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn make(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        make(&path)?;
        Ok(Self { path })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

impl Files for Directory {
    fn list(&self, folder: &str) -> io::Result<Vec<Listed>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.path.join(folder))? {
            let entry = entry?;
            // Gone since: then it is not there.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            entries.push(Listed {
                name: entry.file_name().to_string_lossy().into_owned(),
                bytes: metadata.len(),
                folder: !metadata.is_file(),
            });
        }
        Ok(entries)
    }

    fn make_folder(&self, folder: &str) -> io::Result<()> {
        make(&self.path.join(folder))
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn File>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(0o600);
        let file = options.open(self.path.join(name))?;
        Ok(Arc::new(OnDisk(file)))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn File>> {
        let file = fs::File::open(self.path.join(name))?;
        Ok(Arc::new(OnDisk(file)))
    }

    fn update(&self, name: &str) -> io::Result<Arc<dyn File>> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).open(self.path.join(name))?;
        Ok(Arc::new(OnDisk(file)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        fs::File::open(&self.path)?.sync_all()
    }

    fn lock(&self, name: &str) -> io::Result<Lock> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.mode(0o600).open(self.path.join(name))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(Lock::Theirs(holder(file))),
            Err(error) => return Err(error.into()),
        }
        // Who holds it is a courtesy: the lock stands without it.
        let _ = file
            .set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Lock::Ours(Box::new(Flock(file))))
    }
}

/// The process that holds a lock, by its own account.
fn holder(file: fs::File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// A lock that ends when its file is closed.
#[derive(Debug)]
struct Flock(#[expect(dead_code, reason = "held, not used")] fs::File);

impl Guard for Flock {}

/// An open file.
#[derive(Debug)]
struct OnDisk(fs::File);

impl File for OnDisk {
    fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(into, offset)
    }

    fn write_at(&self, offset: u64, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        Ok(pwritev(&self.0, slices, offset)?)
    }

    fn allocate(&self, bytes: u64) -> io::Result<()> {
        match fallocate(&self.0, FallocateFlags::KEEP_SIZE, 0, bytes) {
            Err(error) if io::Error::from(error).kind() == ErrorKind::StorageFull => {
                Err(error.into())
            }
            // A file system that cannot reserve meets its end when it is written to.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}
