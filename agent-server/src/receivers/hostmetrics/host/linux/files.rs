//! Reading files below a root directory.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The most that is read of one file. The kernel's are far smaller, except that of connections with
/// a hundred thousand of them.
const MAX_FILE: u64 = 16 << 20;

/// The files of a machine.
#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
    /// Whether the agent sees another root directory than the machine's.
    is_mounted: bool,
}

impl Files {
    /// Those below `root`, or the machine's own.
    pub(super) fn new(root: Option<PathBuf>) -> Self {
        Self {
            is_mounted: root.is_some(),
            root: root.unwrap_or_else(|| PathBuf::from("/")),
        }
    }

    /// A path of the machine, as this process sees it.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// `/proc/NAME`.
    pub(super) fn proc(&self, name: &str) -> io::Result<String> {
        self.read(&format!("proc/{name}"))
    }

    /// What the machine's first process sees, if the agent is not on the machine itself and may
    /// look; else what the agent sees.
    pub(super) fn of_init(&self, name: &str, own: &str) -> io::Result<String> {
        let first = self.is_mounted.then(|| self.proc(&format!("1/{name}")));
        match first {
            Some(Ok(text)) => Ok(text),
            _ => self.proc(own),
        }
    }

    /// `/proc/PID/NAME`.
    pub(super) fn of_process(&self, pid: u32, name: &str) -> io::Result<String> {
        self.proc(&format!("{pid}/{name}"))
    }

    /// The target of a link of a process.
    pub(super) fn link(&self, pid: u32, name: &str) -> Option<String> {
        let path = self.at(&format!("proc/{pid}/{name}"));
        let target = std::fs::read_link(path).ok()?;
        Some(target.to_string_lossy().into_owned())
    }

    /// How many entries a directory of a process has.
    pub(super) fn entries(&self, pid: u32, name: &str) -> Option<u64> {
        let entries = std::fs::read_dir(self.at(&format!("proc/{pid}/{name}"))).ok()?;
        Some(entries.count() as u64)
    }

    /// The ids of all processes, in order.
    pub(super) fn pids(&self) -> io::Result<Vec<u32>> {
        let entries = std::fs::read_dir(self.at("proc"))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut pids: Vec<u32> = names.filter_map(|name| name.parse().ok()).collect();
        pids.sort_unstable();
        Ok(pids)
    }

    /// The machine's name. What `/proc` says is the name of whoever reads it.
    pub(super) fn host_name(&self) -> Option<String> {
        let path = if self.is_mounted {
            "etc/hostname"
        } else {
            "proc/sys/kernel/hostname"
        };
        self.word(path)
    }

    /// A file with one word in it.
    pub(super) fn word(&self, path: &str) -> Option<String> {
        let text = self.read(path).ok()?;
        let word = text.trim();
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn read(&self, path: &str) -> io::Result<String> {
        let path = self.at(path);
        let read = read(&path);
        read.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
