//! The file: opened, begun anew when it is full, appended to.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::PathBuf;

use jiff::Timestamp;

use super::config::{Config, Rotation, directory};
use super::record::beginning;
use super::rotation::{clean, rotate};
use super::tail::{self, Tail};
use super::writer::{Storage as _, Writer};

/// Where records go. Blocks: to be used where that is allowed.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    appends: bool,
    creates_directory: bool,
    /// What every record begins with after its length, if it has that before it.
    prefixed: Option<&'static [u8]>,
    rotation: Option<Rotation>,
    writer: Option<Writer<File>>,
    /// Whether the file has been opened before: it is emptied once at most.
    begun: bool,
}

impl Log {
    /// The one file of a configuration.
    pub(super) fn new(config: &Config) -> Self {
        Self {
            path: config.path.clone(),
            appends: config.append,
            creates_directory: config.create_directory,
            prefixed: config.is_prefixed().then(|| beginning(config)),
            rotation: config.rotation.clone(),
            writer: None,
            begun: false,
        }
    }

    /// The file of a group: it may have been open before, so it is always appended to.
    pub(super) fn of_group(config: &Config, path: PathBuf) -> Self {
        Self {
            path,
            appends: true,
            creates_directory: true,
            rotation: None,
            ..Self::new(config)
        }
    }

    /// Appends one record; see [`Writer::append`].
    pub(super) fn append(&mut self, record: &[u8]) -> io::Result<()> {
        if let Some(rotation) = self.rotation.clone() {
            self.rotate_if_full(&rotation, record.len() as u64)?;
        }
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.open()?,
        };
        self.writer.insert(writer).append(record)
    }

    fn rotate_if_full(&mut self, rotation: &Rotation, more: u64) -> io::Result<()> {
        let limit = rotation.max_megabytes.saturating_mul(1 << 20);
        let length = self.writer.as_ref().map_or(0, Writer::len);
        if length == 0 || length + more <= limit {
            return Ok(());
        }
        // Whatever happens next, the path is opened anew: it may name another file by now, or none.
        self.writer = None;
        match rotate(&self.path, rotation, Timestamp::now()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            rotated => rotated,
        }
    }

    fn open(&mut self) -> io::Result<Writer<File>> {
        if self.creates_directory {
            std::fs::create_dir_all(directory(&self.path))?;
        }
        if let Some(rotation) = self.rotation.as_ref().filter(|_| !self.begun) {
            // Files may have become too old while the agent did not run.
            clean(&self.path, rotation, Timestamp::now())?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let mut file = options.open(&self.path)?;
        if !self.appends && !self.begun {
            file.truncate(0)?;
        }
        let writer = self.mended(file)?;
        self.begun = true;
        Ok(writer)
    }

    /// A writer behind the last whole record: what a writer that was killed left of one is cut off,
    /// for it was never acknowledged. Nothing else is ever cut off.
    fn mended(&self, mut file: File) -> io::Result<Writer<File>> {
        let metadata = file.metadata()?;
        let length = metadata.len();
        if !metadata.is_file() || length == 0 {
            return Ok(Writer::new(file, length));
        }
        let mut reader = File::open(&self.path)?;
        let tail = match self.prefixed {
            Some(ours) => tail::of_prefixed(&mut reader, length, ours)?,
            None => tail::of_lines(&mut reader, length)?,
        };
        match tail {
            Tail::Whole => Ok(Writer::new(file, length)),
            Tail::Torn(at) => {
                file.truncate(at)?;
                Ok(Writer::new(file, at))
            }
            Tail::Foreign if self.prefixed.is_some() => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file holds something else than records with their length: move it away",
            )),
            Tail::Foreign => {
                let mut writer = Writer::new(file, length);
                writer.append(b"\n")?;
                Ok(writer)
            }
        }
    }
}
