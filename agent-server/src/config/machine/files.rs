//! Whether files and directories are there, and may be written to.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use serde_json::Value;

use crate::config::model::{Component, Components};
use crate::config::{Config, Problem};

/// What is written to: type, key, and the key that lets the agent make the directory.
const WRITTEN: [(&str, &str, Makes); 3] = [
    ("store", "directory", Makes::Always),
    ("file_storage", "directory", Makes::If("create_directory")),
    ("file", "path", Makes::If("create_directory")),
];

/// Directories that are read: type and key.
const READ: [(&str, &str); 1] = [("hostmetrics", "root_path")];

/// Whether the agent makes a directory that is not there.
#[derive(Clone, Copy)]
enum Makes {
    Always,
    If(&'static str),
}

/// Why a file or directory is no use, and what to do.
pub(super) struct Refused {
    pub(super) what: String,
    pub(super) help: String,
}

impl Refused {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            help: help.into(),
        }
    }
}

/// Looks at everything that is written to or read.
pub(super) fn check(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    if let Some(directory) = &config.service.data.directory
        && let Err(refused) = writable_directory(directory, true)
    {
        let written = config.service.written();
        let problem = written.blame("data.directory", refused.what);
        found.push(problem.help(refused.help));
    }
    of_section(&config.exporters, &mut found);
    of_section(&config.extensions, &mut found);
    of_section(&config.processors, &mut found);
    of_section(&config.receivers, &mut found);
    found
}

fn of_section<C>(components: &Components<C>, found: &mut Vec<Problem>) {
    for (id, component) in components {
        let Some(value) = component.effective() else {
            continue;
        };
        for (_, key, makes) in WRITTEN.iter().filter(|(kind, ..)| *kind == id.kind()) {
            let makes = match makes {
                Makes::Always => true,
                Makes::If(key) => value.get(key).is_some_and(|value| value == true),
            };
            if let Some(path) = value.get(key).and_then(Value::as_str) {
                let outcome = written(Path::new(path), *key == "path", makes);
                note(component, key, outcome, found);
            }
        }
        for (_, key) in READ.iter().filter(|(kind, _)| *kind == id.kind()) {
            if let Some(path) = value.get(key).and_then(Value::as_str) {
                note(component, key, directory(Path::new(path)), found);
            }
        }
        let mut named = Vec::new();
        files(&value, "", &mut named);
        for (key, path) in named {
            note(component, &key, readable(Path::new(&path)), found);
        }
    }
}

fn note<C>(
    component: &Component<C>,
    key: &str,
    outcome: Result<(), Refused>,
    found: &mut Vec<Problem>,
) {
    if let Err(refused) = outcome {
        found.push(
            component
                .written()
                .blame(key, refused.what)
                .help(refused.help),
        );
    }
}

/// The values of keys that name a file to read.
fn files(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = match path {
            "" => key.clone(),
            path => format!("{path}.{key}"),
        };
        match value {
            Value::String(file) if is_file_key(key) && !file.is_empty() => {
                found.push((path, file.clone()));
            }
            value => files(value, &path, found),
        }
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        files(value, &format!("{path}[{index}]"), found);
    }
}

fn is_file_key(key: &str) -> bool {
    key.ends_with("_file") || key == "filename"
}

fn readable(path: &Path) -> Result<(), Refused> {
    let refused = |error: std::io::Error| {
        let what = format!("cannot read {}: {error}", path.display());
        Refused::new(what, "check the path and its permissions")
    };
    let meta = fs::metadata(path).map_err(refused)?;
    if meta.is_dir() {
        let what = format!("{} is a directory", path.display());
        return Err(Refused::new(what, "name a file"));
    }
    // A pipe is not opened: whoever writes to it may wait for its reader.
    match meta.is_file() {
        true => fs::File::open(path).map(drop).map_err(refused),
        false => Ok(()),
    }
}

fn directory(path: &Path) -> Result<(), Refused> {
    if path.is_dir() {
        return Ok(());
    }
    let what = format!("{} is no directory", path.display());
    Err(Refused::new(what, "mount one there, or correct the path"))
}

/// Whether `path` can be written to: a file if `file`, else a directory.
fn written(path: &Path, file: bool, makes: bool) -> Result<(), Refused> {
    if !file {
        return writable_directory(path, makes);
    }
    let directory = directory_of(path);
    let is_pattern = path.to_string_lossy().contains('*');
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            let what = format!("{} is a directory", path.display());
            Err(Refused::new(what, "name a file"))
        }
        Ok(_) if !is_pattern => writable(path),
        _ => writable_directory(&directory, makes),
    }
}

/// The directory of a file, above the first part that stands for others.
fn directory_of(path: &Path) -> PathBuf {
    let parent = path.parent().unwrap_or(path);
    let fixed = parent.components();
    let fixed = fixed.take_while(|part| !part.as_os_str().to_string_lossy().contains('*'));
    match fixed.collect::<PathBuf>() {
        here if here.as_os_str().is_empty() => ".".into(),
        directory => directory,
    }
}

/// Whether files can be made in `directory`, which the agent makes itself if `makes`.
pub(super) fn writable_directory(directory: &Path, makes: bool) -> Result<(), Refused> {
    let shown = directory.display();
    match fs::metadata(directory) {
        Ok(meta) if meta.is_dir() => writable(directory),
        Ok(_) => Err(Refused::new(
            format!("{shown} is no directory"),
            "choose another path, or remove the file",
        )),
        Err(_) if makes => match directory.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => writable_directory(parent, true),
            _ => writable(Path::new(".")),
        },
        Err(error) => Err(Refused::new(
            format!("cannot write to {shown}: {error}"),
            format!("make it: `mkdir -p {shown}`"),
        )),
    }
}

fn writable(path: &Path) -> Result<(), Refused> {
    let wanted = match path.is_dir() {
        true => Access::WRITE_OK | Access::EXEC_OK,
        false => Access::WRITE_OK,
    };
    access(path, wanted).map_err(|error| {
        let what = format!("cannot write to {}: {error}", path.display());
        Refused::new(what, "give the agent's user the right to write there")
    })
}
