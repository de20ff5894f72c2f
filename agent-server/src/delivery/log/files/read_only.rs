//! A directory that is looked at and not touched.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use super::{Directory, File, Files, Listed, Lock};

/// A directory in which nothing is made, renamed or removed.
#[derive(Debug)]
pub(in super::super) struct ReadOnly(pub(in super::super) Directory);

impl Files for ReadOnly {
    fn list(&self, folder: &str) -> io::Result<Vec<Listed>> {
        self.0.list(folder)
    }

    fn make_folder(&self, _folder: &str) -> io::Result<()> {
        refuse()
    }

    fn create(&self, _name: &str) -> io::Result<Arc<dyn File>> {
        refuse()
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn File>> {
        self.0.open(name)
    }

    fn update(&self, _name: &str) -> io::Result<Arc<dyn File>> {
        refuse()
    }

    fn rename(&self, _from: &str, _to: &str) -> io::Result<()> {
        refuse()
    }

    fn remove(&self, _name: &str) -> io::Result<()> {
        refuse()
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, name: &str) -> io::Result<Lock> {
        self.0.lock(name)
    }
}

fn refuse<T>() -> io::Result<T> {
    Err(ErrorKind::ReadOnlyFilesystem.into())
}
