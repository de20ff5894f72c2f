//! `/proc/mounts` and `/proc/filesystems`, and the space of a file system.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::receivers::hostmetrics::reading::{Filesystem, Space};

/// What is mounted: `device mount_point type options 0 0`. A device that is mounted twice at the
/// same place is told once.
pub(super) fn mounts(mounts: &str) -> Vec<Filesystem> {
    let mut seen = BTreeSet::new();
    let mut found: Vec<_> = mounts.lines().filter_map(mount).collect();
    found.retain(|one| seen.insert((one.device.clone(), one.mount_point.clone())));
    found
}

fn mount(line: &str) -> Option<Filesystem> {
    let mut words = line.split(' ');
    let (device, mount_point) = (words.next()?, words.next()?);
    let (fs_type, options) = (words.next()?, words.next()?);
    Some(Filesystem {
        device: unescaped(device),
        mount_point: unescaped(mount_point),
        fs_type: fs_type.to_owned(),
        read_only: options.split(',').any(|option| option == "ro"),
    })
}

/// A blank is written as `\040`, and so on.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..3)
            .and_then(|code| u8::from_str_radix(code, 8).ok());
        match code.filter(u8::is_ascii) {
            Some(code) => {
                out.push(char::from(code));
                out.push_str(part.get(3..).unwrap_or_default());
            }
            None => {
                out.push('\\');
                out.push_str(part);
            }
        }
    }
    out
}

/// Whether file systems of this type have a disk: whether a line of `/proc/filesystems` has its
/// name without `nodev` before it. ZFS brings its own devices.
pub(super) fn has_disk(filesystems: &str, fs_type: &str) -> bool {
    fs_type == "zfs"
        || filesystems
            .lines()
            .any(|line| line.strip_prefix('\t') == Some(fs_type))
}

/// The space of the file system at a path.
#[cfg(unix)]
pub(super) fn space(path: &Path) -> io::Result<Space> {
    let stat = rustix::fs::statvfs(path)?;
    let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
    Ok(Space {
        used: bytes(stat.f_blocks.saturating_sub(stat.f_bfree)),
        free: bytes(stat.f_bavail),
        reserved: bytes(stat.f_bfree.saturating_sub(stat.f_bavail)),
        inodes: (stat.f_files > 0)
            .then(|| [stat.f_files.saturating_sub(stat.f_ffree), stat.f_ffree]),
    })
}

/// The space of the file system at a path.
#[cfg(not(unix))]
pub(super) fn space(_: &Path) -> io::Result<Space> {
    Err(io::ErrorKind::Unsupported.into())
}
