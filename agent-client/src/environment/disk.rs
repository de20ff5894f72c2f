//! The files that a setting names.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Reads a text. What is no ordinary file is not opened: a pipe could keep its reader for ever.
pub(super) fn read(path: &Path) -> io::Result<String> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    let mut file = File::open(path)?.take(MAX_BYTES + 1);
    if file.read_to_string(&mut text)? as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

/// There are no files where only variables are looked at.
pub(super) fn none(_: &Path) -> io::Result<String> {
    Err(io::Error::other("files are not read here"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read;

    #[test]
    fn a_file_is_read_and_a_folder_is_not() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = read(&manifest.join("Cargo.toml")).unwrap();
        assert!(text.starts_with("[package]"));
        let error = read(manifest).unwrap_err();
        assert_eq!(error.to_string(), "it is no file");
        read(&manifest.join("nothing")).unwrap_err();
    }

    #[test]
    fn a_file_larger_than_1_mib_is_not_read() {
        let name = format!("campanile-large-{}.yaml", std::process::id());
        let path = std::env::temp_dir().join(name);
        for (bytes, is_read) in [(1 << 20, true), ((1 << 20) + 1, false)] {
            std::fs::write(&path, vec![b' '; bytes]).unwrap();
            assert_eq!(read(&path).is_ok(), is_read);
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_could_go_on_for_ever_is_not_read() {
        let error = read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.to_string(), "it is no file");
    }
}
