//! Appends records whole or not at all.

use std::fs::File;
use std::io::{self, Write};

/// What records are appended to.
pub(super) trait Storage: Write {
    /// Cuts off everything beyond `length`.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

impl Storage for File {
    /// Pipes and devices have no length: what went into them is gone.
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        if self.metadata()?.is_file() {
            self.set_len(length)
        } else {
            Ok(())
        }
    }
}

/// Appends records, and knows where the last whole one ends.
#[derive(Debug)]
pub(super) struct Writer<S> {
    storage: S,
    whole: u64,
    /// Whether there may be a part of a record beyond the last whole one.
    torn: bool,
}

impl<S: Storage> Writer<S> {
    /// Appends to `storage`, which holds `length` bytes.
    pub(super) fn new(storage: S, length: u64) -> Self {
        Self {
            storage,
            whole: length,
            torn: false,
        }
    }

    /// Bytes in whole records.
    pub(super) fn len(&self) -> u64 {
        self.whole
    }

    /// Appends one record. When that fails, what was written of it is cut off: now, or, if that
    /// fails too, before the next record.
    pub(super) fn append(&mut self, record: &[u8]) -> io::Result<()> {
        self.mend()?;
        self.torn = true;
        if let Err(error) = self.storage.write_all(record) {
            // If this fails as well, the next record tries again.
            let _ = self.mend();
            return Err(error);
        }
        self.torn = false;
        self.whole += record.len() as u64;
        Ok(())
    }

    fn mend(&mut self) -> io::Result<()> {
        if self.torn {
            self.storage.truncate(self.whole)?;
            self.torn = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with so much space.
    #[derive(Debug, Default)]
    struct Disk {
        content: Vec<u8>,
        space: usize,
        read_only: bool,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.space - self.content.len());
            if fits == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.content.extend_from_slice(&bytes[..fits]);
            Ok(fits)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Storage for Disk {
        fn truncate(&mut self, length: u64) -> io::Result<()> {
            if self.read_only {
                return Err(io::ErrorKind::ReadOnlyFilesystem.into());
            }
            self.content
                .truncate(usize::try_from(length).expect("a small disk"));
            Ok(())
        }
    }

    fn kind(result: io::Result<()>) -> Option<io::ErrorKind> {
        result.err().map(|error| error.kind())
    }

    #[test]
    fn a_full_disk_leaves_no_half_record_behind() {
        let disk = Disk {
            space: 10,
            ..Disk::default()
        };
        let mut writer = Writer::new(disk, 0);
        writer.append(b"first\n").expect("there is space");
        let full = Some(io::ErrorKind::StorageFull);
        assert_eq!(kind(writer.append(b"second\n")), full);
        assert_eq!(writer.storage.content, b"first\n");
        writer.storage.space = 100;
        writer.append(b"third\n").expect("there is space again");
        assert_eq!(writer.storage.content, b"first\nthird\n");
        assert_eq!(writer.len(), 12);
    }

    #[test]
    fn a_half_record_that_cannot_be_cut_off_is_before_the_next_one() {
        let disk = Disk {
            space: 3,
            read_only: true,
            ..Disk::default()
        };
        let mut writer = Writer::new(disk, 0);
        assert_eq!(
            kind(writer.append(b"first\n")),
            Some(io::ErrorKind::StorageFull)
        );
        writer.storage.space = 100;
        let stuck = Some(io::ErrorKind::ReadOnlyFilesystem);
        assert_eq!(kind(writer.append(b"second\n")), stuck);
        writer.storage.read_only = false;
        writer.append(b"third\n").expect("all is well again");
        assert_eq!(writer.storage.content, b"third\n");
    }
}
