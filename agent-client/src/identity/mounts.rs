//! The lines of `/proc/self/mountinfo`.

/// One mount: a directory or file of a file system, and where it is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mount<'a> {
    /// The part of the file system that is mounted.
    pub(super) root: &'a str,
    /// The path it is mounted at.
    pub(super) point: &'a str,
    /// The file system's type.
    pub(super) kind: &'a str,
}

/// Fields are number, parent, device, root, mount point, options, then any number of optional
/// ones, a dash, the type, and more. Lines that are none are passed over.
/// <https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html>
pub(super) fn mounts(text: &str) -> impl Iterator<Item = Mount<'_>> {
    text.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(3);
        Some(Mount {
            root: fields.next()?,
            point: fields.next()?,
            kind: fields.skip_while(|field| *field != "-").nth(1)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Mount, mounts};

    #[test]
    fn optional_fields_may_be_there_or_not() {
        let text = "30 23 0:27 / /sys/fs/cgroup rw shared:4 master:1 - cgroup2 cgroup2 rw\n\
                    27 1 254:0 /a /b rw - ext4 /dev/vda rw\n\
                    cut off\n\
                    1 2 3 4 5 6 -";
        let found: Vec<_> = mounts(text).collect();
        let first = Mount {
            root: "/",
            point: "/sys/fs/cgroup",
            kind: "cgroup2",
        };
        let second = Mount {
            root: "/a",
            point: "/b",
            kind: "ext4",
        };
        assert_eq!(found, [first, second]);
    }
}
