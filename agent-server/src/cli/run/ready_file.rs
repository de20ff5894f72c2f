//! `--ready-file`: tells a script that the agent is ready, and where.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::component::Address;

/// A file that exists while the agent is ready.
#[derive(Debug)]
pub(super) struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Takes away what an earlier run has left there.
    pub(super) fn at(path: &Path) -> Self {
        let file = Self(path.to_owned());
        file.remove();
        file
    }

    /// Writes where the listeners are bound, as a JSON object: whoever sees the file sees all of
    /// it.
    pub(super) fn write(&mut self, addresses: &BTreeMap<String, Address>) -> Result<(), String> {
        let text = serde_json::to_string(addresses).expect("a map of texts is JSON");
        let mut name = self.0.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", std::process::id()));
        let temporary = self.0.with_file_name(name);
        fs::write(&temporary, text + "\n")
            .and_then(|()| fs::rename(&temporary, &self.0))
            .map_err(|error| format!("cannot write `{}`: {error}", self.0.display()))
    }

    fn remove(&self) {
        // It is not there, mostly.
        let _ = fs::remove_file(&self.0);
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_there_while_the_agent_is_ready() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("ready.json");
        fs::write(&path, "left by an earlier run").expect("written");
        let mut file = ReadyFile::at(&path);
        assert!(!path.exists());
        let address = Address::Inet("127.0.0.1:4317".parse().expect("an address"));
        let addresses = BTreeMap::from([("otlp.endpoint".to_owned(), address)]);
        file.write(&addresses).expect("written");
        let text = fs::read_to_string(&path).expect("read");
        assert_eq!(text, "{\"otlp.endpoint\":\"127.0.0.1:4317\"}\n");
        drop(file);
        let left = fs::read_dir(directory.path()).expect("a directory");
        assert_eq!(left.count(), 0);
    }
}
