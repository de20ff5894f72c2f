//! What is read of the machine. Nothing of it is judged here.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// No more of a file is read.
const MAX_BYTES: u64 = 64 << 10;

/// Texts of this machine; one is empty when there is no such file.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    /// `/proc/self/cgroup`.
    pub(super) cgroup: String,
    /// Whether a container engine left its mark.
    pub(super) container_mark: bool,
    /// The name that the kernel has for this machine or container.
    pub(super) hostname: String,
    /// `/etc/hosts`.
    pub(super) hosts: String,
    /// The id of the installed system.
    pub(super) machine_id: String,
    /// `/proc/self/mountinfo`.
    pub(super) mountinfo: String,
    /// What the installed system is called.
    pub(super) os_release: String,
}

impl Files {
    pub(super) fn read() -> Self {
        let marks = ["/.dockerenv", "/run/.containerenv"];
        Self {
            cgroup: first(&["/proc/self/cgroup"]),
            container_mark: marks.iter().any(|mark| Path::new(mark).exists()),
            hostname: first(&["/proc/sys/kernel/hostname", "/etc/hostname"]),
            hosts: first(&["/etc/hosts"]),
            machine_id: first(&["/etc/machine-id", "/var/lib/dbus/machine-id"]),
            mountinfo: first(&["/proc/self/mountinfo"]),
            os_release: first(&["/etc/os-release", "/usr/lib/os-release"]),
        }
    }
}

/// The first of the files that has something in it.
fn first(paths: &[&str]) -> String {
    let texts = paths.iter().map(|path| {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
        match read {
            Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => String::new(),
        }
    });
    let mut written = texts.filter(|text| !text.trim().is_empty());
    written.next().unwrap_or_default()
}
