//! Several logs in one directory, each with a label.
//!
//! ```text
//! DIR/lock             one owner at a time
//! DIR/000001/label     what the log is for: the pipeline's id
//! DIR/000001/          the log
//! ```
//!
//! Directories are called by numbers, so that nothing that a user writes becomes part of a path.
//! Each carries its own label, so that one damaged file cannot hide the others. Labels that are
//! damaged leave their log there, listed without one.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::files::{Directory, Guard, read_start, replace};
use super::{Inspected, Log, LogError, LogSettings, Opened};

const LABEL: &str = "label";
const MAX_LABEL: usize = 4 << 10;

/// The logs in one directory.
#[derive(Debug)]
pub struct Logs {
    root: PathBuf,
    labels: BTreeMap<u32, Option<String>>,
    _lock: Box<dyn Guard>,
}

impl Logs {
    /// Opens the directory `root`, which is made unless it is there. The logs in it are opened one
    /// by one.
    ///
    /// # Errors
    ///
    /// When another agent has it open, or it cannot be used.
    pub fn open(root: &Path) -> Result<Self, LogError> {
        let directory = make(root)?;
        let lock = super::open::lock(&directory)?;
        Ok(Self {
            root: root.to_owned(),
            labels: labels(root)?,
            _lock: lock,
        })
    }

    /// The label of every log that is there; `None` where it is damaged.
    pub fn labels(&self) -> impl Iterator<Item = (u32, Option<&str>)> {
        let labels = self.labels.iter();
        labels.map(|(number, label)| (*number, label.as_deref()))
    }

    /// Opens the log with this label, which is made unless it is there.
    ///
    /// # Errors
    ///
    /// As [`Log::open`].
    pub fn log_for(
        &mut self,
        label: &str,
        settings: LogSettings,
        destinations: &[&str],
    ) -> Result<(Log, Opened), LogError> {
        let number = match self.number(label) {
            Some(number) => number,
            None => self.add(label)?,
        };
        Log::open(&self.path(number), settings, destinations)
    }

    /// Removes a log with all that it holds. It must not be open.
    ///
    /// # Errors
    ///
    /// When some of it stays.
    pub fn remove(&mut self, number: u32) -> Result<(), LogError> {
        let path = self.path(number);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(LogError::io("remove", &path.display().to_string(), error))
            }
            Ok(()) | Err(_) => {
                self.labels.remove(&number);
                Ok(())
            }
        }
    }

    /// The number of the log with this label.
    #[must_use]
    pub fn number(&self, label: &str) -> Option<u32> {
        let mut labels = self.labels();
        labels
            .find(|(_, other)| *other == Some(label))
            .map(|(number, _)| number)
    }

    fn add(&mut self, label: &str) -> Result<u32, LogError> {
        let last = self.labels.last_key_value().map_or(0, |(last, _)| *last);
        let number = last.saturating_add(1);
        let directory = make(&self.path(number))?;
        let crc = crc32c::crc32c(label.as_bytes());
        let content = format!("campanile {crc:08x}\n{label}");
        replace(&directory, LABEL, content.as_bytes(), true)
            .map_err(|error| LogError::io("write", LABEL, error))?;
        self.labels.insert(number, Some(label.to_owned()));
        Ok(number)
    }

    fn path(&self, number: u32) -> PathBuf {
        path(&self.root, number)
    }
}

/// A log that was looked at.
#[derive(Debug)]
pub struct Labelled {
    /// What it is called.
    pub number: u32,
    /// What it is for, unless its label is damaged.
    pub label: Option<String>,
    /// What it holds.
    pub inspected: Inspected,
}

/// Looks at the logs in `root` without changing any. A directory that is not there holds none.
///
/// # Errors
///
/// [`LogError::Locked`] while an agent has them open, or when one cannot be read.
pub fn inspect(root: &Path) -> Result<Vec<Labelled>, LogError> {
    if !root.is_dir() {
        return Ok(Vec::new());
    }
    let _lock = super::open::lock(&make(root)?)?;
    let labels = labels(root)?;
    let inspected = labels.into_iter().map(|(number, label)| {
        Ok(Labelled {
            number,
            label,
            inspected: super::inspect::inspect(make(&path(root, number))?)?,
        })
    });
    inspected.collect()
}

fn make(path: &Path) -> Result<Directory, LogError> {
    Directory::make(path).map_err(|error| LogError::io("make", &path.display().to_string(), error))
}

fn path(root: &Path, number: u32) -> PathBuf {
    root.join(format!("{number:06}"))
}

/// Every log below `root`, and its label.
fn labels(root: &Path) -> Result<BTreeMap<u32, Option<String>>, LogError> {
    let failed = |error| LogError::io("list", &root.display().to_string(), error);
    let mut labels = BTreeMap::new();
    for entry in fs::read_dir(root).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let number = name.to_str().filter(|name| name.len() == 6);
        let Some(number) = number.and_then(|name| name.parse().ok()) else {
            continue;
        };
        if entry.path().is_dir() {
            labels.insert(number, label(&make(&entry.path())?));
        }
    }
    Ok(labels)
}

fn label(directory: &Directory) -> Option<String> {
    let content = String::from_utf8(read_start(directory, LABEL, MAX_LABEL).ok()?).ok()?;
    let (head, label) = content.split_once('\n')?;
    let crc = u32::from_str_radix(head.strip_prefix("campanile ")?, 16).ok()?;
    (crc == crc32c::crc32c(label.as_bytes())).then(|| label.to_owned())
}
