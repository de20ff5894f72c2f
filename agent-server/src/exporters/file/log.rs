//! The file: opened, begun anew when it is full, appended to.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};

use jiff::Timestamp;

use super::config::{Config, Format, Rotation};
use super::rotation::rotate;
use super::writer::{Storage as _, Writer};

/// Where records go. Blocks: to be used where that is allowed.
#[derive(Debug)]
pub(super) struct Log {
    config: Config,
    writer: Option<Writer<File>>,
    /// Whether the file has been opened before: it is emptied once at most.
    begun: bool,
}

impl Log {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            writer: None,
            begun: false,
        }
    }

    /// Appends one record; see [`Writer::append`].
    pub(super) fn append(&mut self, record: &[u8]) -> io::Result<()> {
        if let Some(rotation) = self.config.rotation.clone() {
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
        match rotate(&self.config.path, rotation.max_backups, Timestamp::now()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            rotated => rotated,
        }
    }

    fn open(&mut self) -> io::Result<Writer<File>> {
        if self.config.create_directory {
            std::fs::create_dir_all(self.config.directory())?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let mut file = options.open(&self.config.path)?;
        if !self.config.append && !self.begun {
            file.truncate(0)?;
        }
        let length = file.metadata()?.len();
        let mut writer = Writer::new(file, length);
        if self.config.format == Format::Json && self.ends_torn(length)? {
            writer.append(b"\n")?;
        }
        self.begun = true;
        Ok(writer)
    }

    /// Whether the file ends within a line, as one does whose writer was killed: the next record
    /// must not be glued to it.
    fn ends_torn(&self, length: u64) -> io::Result<bool> {
        if length == 0 {
            return Ok(false);
        }
        let mut file = File::open(&self.config.path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        Ok(last != *b"\n")
    }
}
