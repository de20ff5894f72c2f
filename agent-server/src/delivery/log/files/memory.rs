//! Files in memory that fail when they are told to, and forget what was not synced.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{File, Files, Guard, Listed, Lock};

/// What an operation does instead of what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails.
    Broken,
    /// The disk is full, from then on.
    NoSpace,
    /// A write writes half and every later operation on the disk fails; others fail.
    Short,
}

/// A directory in memory. Clones are the same directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    inodes: Vec<Inode>,
    operations: u64,
    fault: Option<(u64, Fault)>,
    full: bool,
    locked: bool,
    stop: Option<u64>,
}

#[derive(Clone, Debug, Default)]
struct Inode {
    bytes: Vec<u8>,
    durable: Vec<u8>,
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the operation after the next `count` go wrong.
    pub(crate) fn fail_after(&self, count: u64, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.operations + count, fault));
    }

    /// Lets every operation fail after the next `count`.
    pub(crate) fn stop_after(&self, count: u64) {
        let mut state = self.state();
        state.stop = Some(state.operations + count);
    }

    /// Ends all trouble.
    pub(crate) fn heal(&self) {
        let mut state = self.state();
        state.fault = None;
        state.stop = None;
        state.full = false;
    }

    /// Operations so far.
    pub(crate) fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Whether the fault has happened.
    pub(crate) fn has_failed(&self) -> bool {
        let state = self.state();
        state.fault.is_some_and(|(at, _)| state.operations > at)
    }

    /// What is left after a loss of power: `keep` says for each file how much of what was not
    /// synced reached the disk, of as many bytes; `names` whether names did.
    pub(crate) fn after_power_loss(
        &self,
        names: bool,
        mut keep: impl FnMut(usize) -> usize,
    ) -> Self {
        let state = self.state();
        let names = if names {
            &state.names
        } else {
            &state.durable_names
        };
        let mut left = State::default();
        for (name, inode) in names {
            let Inode { bytes, durable } = &state.inodes[*inode];
            let same = bytes.iter().zip(durable).take_while(|(a, b)| a == b);
            let same = same.count();
            let kept = same + keep(bytes.len() - same).min(bytes.len() - same);
            let mut content = bytes[..kept].to_vec();
            content.extend(durable.get(kept..).unwrap_or_default());
            left.put(name, content);
        }
        Self(Arc::new(Mutex::new(left)))
    }

    /// A copy that nobody has locked.
    pub(crate) fn copy(&self) -> Self {
        self.after_power_loss(true, |bytes| bytes)
    }

    /// The names of all files.
    pub(crate) fn names(&self) -> Vec<String> {
        self.state().names.keys().cloned().collect()
    }

    /// The content of a file.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        let state = self.state();
        state.inodes[state.names[name]].bytes.clone()
    }

    /// Puts a file there, durable.
    pub(crate) fn put(&self, name: &str, content: Vec<u8>) {
        self.state().put(name, content);
    }
}

impl State {
    fn put(&mut self, name: &str, content: Vec<u8>) {
        self.inodes.push(Inode {
            bytes: content.clone(),
            durable: content,
        });
        self.names.insert(name.to_owned(), self.inodes.len() - 1);
        self.durable_names
            .insert(name.to_owned(), self.inodes.len() - 1);
    }

    fn step(&mut self) -> io::Result<()> {
        self.operations += 1;
        if self.stop.is_some_and(|stop| self.operations > stop) {
            return Err(broken());
        }
        match self.fault {
            Some((at, Fault::Broken)) if self.operations == at + 1 => Err(broken()),
            Some((at, Fault::Short)) if self.operations == at + 1 => Err(broken()),
            Some((at, Fault::NoSpace)) if self.operations == at + 1 => {
                self.full = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A step that takes space.
    fn grow(&mut self) -> io::Result<()> {
        self.step()?;
        if self.full {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn find(&self, name: &str) -> io::Result<usize> {
        let inode = self.names.get(name).copied();
        inode.ok_or_else(|| ErrorKind::NotFound.into())
    }
}

fn broken() -> io::Error {
    io::Error::from_raw_os_error(rustix::io::Errno::IO.raw_os_error())
}

impl Files for Memory {
    fn list(&self, folder: &str) -> io::Result<Vec<Listed>> {
        let mut state = self.state();
        state.step()?;
        let inside = |name: &str| match folder {
            "" => (!name.contains('/')).then(|| name.to_owned()),
            folder => Some(name.strip_prefix(folder)?.strip_prefix('/')?.to_owned()),
        };
        let listed = state.names.iter().filter_map(|(name, inode)| {
            Some(Listed {
                name: inside(name)?,
                bytes: state.inodes[*inode].bytes.len() as u64,
                folder: false,
            })
        });
        Ok(listed.collect())
    }

    fn make_folder(&self, _folder: &str) -> io::Result<()> {
        self.state().step()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn File>> {
        let mut state = self.state();
        state.grow()?;
        if state.names.contains_key(name) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        state.inodes.push(Inode::default());
        let inode = state.inodes.len() - 1;
        state.names.insert(name.to_owned(), inode);
        drop(state);
        Ok(Arc::new(InMemory(self.clone(), inode)))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn File>> {
        let mut state = self.state();
        state.step()?;
        let inode = state.find(name)?;
        drop(state);
        Ok(Arc::new(InMemory(self.clone(), inode)))
    }

    fn update(&self, name: &str) -> io::Result<Arc<dyn File>> {
        self.open(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        let inode = state.find(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), inode);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.find(name)?;
        state.names.remove(name);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.durable_names = state.names.clone();
        Ok(())
    }

    fn lock(&self, _name: &str) -> io::Result<Lock> {
        let mut state = self.state();
        state.step()?;
        if state.locked {
            return Ok(Lock::Theirs(Some(7)));
        }
        state.locked = true;
        Ok(Lock::Ours(Box::new(Locked(self.clone()))))
    }
}

#[derive(Debug)]
struct Locked(Memory);

impl Guard for Locked {}

impl Drop for Locked {
    fn drop(&mut self) {
        self.0.state().locked = false;
    }
}

#[derive(Debug)]
struct InMemory(Memory, usize);

impl File for InMemory {
    fn size(&self) -> io::Result<u64> {
        let mut state = self.0.state();
        state.step()?;
        Ok(state.inodes[self.1].bytes.len() as u64)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        state.step()?;
        let bytes = &state.inodes[self.1].bytes;
        let rest = bytes.get(offset as usize..).unwrap_or_default();
        let read = rest.len().min(into.len());
        into[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn write_at(&self, offset: u64, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut state = self.0.state();
        let mut content: Vec<u8> = slices
            .iter()
            .flat_map(|slice| slice.iter().copied())
            .collect();
        let end = offset as usize + content.len();
        let inside = end <= state.inodes[self.1].bytes.len();
        match if inside { state.step() } else { state.grow() } {
            Err(_) if matches!(state.fault, Some((_, Fault::Short))) => {
                // The rest fails as the next operation.
                let at = state.operations;
                state.fault = Some((at, Fault::Broken));
                content.truncate(content.len() / 2);
            }
            result => result?,
        }
        let bytes = &mut state.inodes[self.1].bytes;
        let end = offset as usize + content.len();
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        bytes[offset as usize..end].copy_from_slice(&content);
        Ok(content.len())
    }

    fn allocate(&self, _bytes: u64) -> io::Result<()> {
        self.0.state().grow()
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        let mut state = self.0.state();
        state.step()?;
        state.inodes[self.1].bytes.resize(bytes as usize, 0);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.0.state();
        state.step()?;
        let inode = &mut state.inodes[self.1];
        inode.durable = inode.bytes.clone();
        Ok(())
    }
}
