//! Reads what the detectors look at, and judges none of it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// No more of a file is read.
const MAX_BYTES: u64 = 64 << 10;

/// Texts of this machine; one is empty when there is no such file.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    /// `/proc/self/cgroup`.
    pub(super) cgroup: String,
    /// Whether a container engine left its mark in the file system.
    pub(super) container_mark: bool,
    /// The name that the kernel has for this machine or container.
    pub(super) hostname: String,
    /// `/etc/hosts`.
    pub(super) hosts: String,
    /// The id of the installed system.
    pub(super) machine_id: String,
    /// `/proc/self/mountinfo`.
    pub(super) mountinfo: String,
    /// The Kubernetes namespace that the service account is in.
    pub(super) namespace: String,
    /// What the installed system is called.
    pub(super) os_release: String,
    /// `/etc/passwd`.
    pub(super) passwd: String,
    /// `/proc/self/status`.
    pub(super) status: String,
}

impl Files {
    pub(super) fn read() -> Self {
        let marks = ["/.dockerenv", "/run/.containerenv"];
        Self {
            cgroup: read("/proc/self/cgroup"),
            container_mark: marks.iter().any(|mark| Path::new(mark).exists()),
            hostname: first(&["/proc/sys/kernel/hostname", "/etc/hostname"]),
            hosts: read("/etc/hosts"),
            machine_id: first(&["/etc/machine-id", "/var/lib/dbus/machine-id"]),
            mountinfo: read("/proc/self/mountinfo"),
            namespace: read("/var/run/secrets/kubernetes.io/serviceaccount/namespace"),
            os_release: first(&["/etc/os-release", "/usr/lib/os-release"]),
            passwd: read("/etc/passwd"),
            status: read("/proc/self/status"),
        }
    }
}

/// The beginning of a file; nothing when it cannot be read.
pub(super) fn read(path: &str) -> String {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    match read {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}

fn first(paths: &[&str]) -> String {
    let texts = paths.iter().map(|path| read(path));
    texts
        .into_iter()
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, read};

    #[test]
    fn no_more_than_the_bound_is_read_even_of_a_file_without_end() {
        if cfg!(unix) {
            assert_eq!(read("/dev/zero").len() as u64, MAX_BYTES);
        }
    }

    #[test]
    fn what_cannot_be_read_is_empty() {
        assert_eq!(read("/no/such/file"), "");
        assert_eq!(read("/"), "");
    }
}
