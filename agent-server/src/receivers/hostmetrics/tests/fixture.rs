//! A machine that is written down.

use std::path::Path;

use tempfile::TempDir;

/// Its files, by path below the root directory.
const FILES: &[(&str, &str)] = &[
    ("etc/hostname", "tower\n"),
    ("etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
    (
        "proc/stat",
        "cpu  300 20 100 4000 50 6 7 8 0 0\n\
         cpu0 100 10 50 2000 25 3 4 5 90 0\n\
         cpu1 200 10 50 2000 25 3 3 3 0 0\n\
         intr 1 2 3\nctxt 99\nbtime 1700000000\nprocesses 4321\nprocs_running 2\n",
    ),
    (
        "proc/diskstats",
        "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n\
         \x20  8       0 sda 10 2 80 1500 20 4 160 2500 3 3000 4000 1 2 3 4 5 6\n\
         \x20  8       1 sda1 5 0 40 100 1 0 8 100 0 200 200\n\
         not a line\n",
    ),
    ("proc/loadavg", "0.50 1.25 2.00 1/80 11206\n"),
    (
        "proc/meminfo",
        "MemTotal:       1000 kB\nMemFree:         300 kB\nMemAvailable:    600 kB\n\
         Buffers:          50 kB\nCached:          200 kB\nSwapCached:        7 kB\n\
         SReclaimable:     40 kB\nSUnreclaim:       10 kB\n",
    ),
    (
        "proc/net/dev",
        "Inter-|   Receive                    |  Transmit\n face |bytes ...\n\
         \x20   lo: 1 2 3 4 0 0 0 0 1 2 3 4 0 0 0 0\n",
    ),
    (
        "proc/1/net/dev",
        "Inter-|   Receive                    |  Transmit\n face |bytes ...\n\
         \x20   lo: 100 10 0 0 0 0 0 0 100 10 0 0 0 0 0 0\n\
         eth0:2000 20 1 2 0 0 0 0 3000 30 3 4 0 0 0 0\n",
    ),
    (
        "proc/1/net/tcp",
        "  sl  local_address rem_address   st tx_queue\n\
         \x20  0: 00000000:07E8 00000000:0000 0A 0:0\n\
         \x20  1: 0100007F:3840 00000000:0000 01 0:0\n\
         \x20  2: 0100007F:3840 00000000:0000 FF 0:0\n",
    ),
    (
        "proc/1/net/tcp6",
        "  sl  local_address rem_address   st\n   0: 0:0 0:0 01 0:0\n",
    ),
    (
        "proc/swaps",
        "Filename Type Size Used Priority\n/dev/sda2 partition 2048 512 -2\n",
    ),
    (
        "proc/vmstat",
        "nr_free_pages 1\npgpgin 11\npgpgout 12\npswpin 13\npswpout 14\npgfault 100\n\
         pgmajfault 30\n",
    ),
    (
        "proc/filesystems",
        "nodev\tsysfs\nnodev\ttmpfs\n\text4\n\tvfat\n",
    ),
    (
        "proc/1/mounts",
        "/dev/sda1 / ext4 rw,relatime 0 0\n\
         tmpfs /tmp tmpfs rw 0 0\n\
         /dev/sdb1 /a\\040place ext4 ro,noexec 0 0\n\
         /dev/sdb1 /a\\040place ext4 ro,noexec 0 0\n\
         /dev/sdc1 /gone vfat rw 0 0\n",
    ),
    ("a place/file", ""),
    ("tmp/file", ""),
    (
        "proc/7/stat",
        "7 (kworker/0:1) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n",
    ),
    (
        "proc/42/stat",
        "42 (a) b (c) S 1 42 42 0 -1 4194560 120 0 3 0 250 150 0 0 20 0 4 0 6000 8192000 \
         0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 75 0 0\n",
    ),
    (
        "proc/42/status",
        "Name:\tserver\nVmSize:\t8000 kB\nVmRSS:\t  2000 kB\n\
         voluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n",
    ),
    ("proc/42/cmdline", "/usr/bin/server\0--token\0secret\0"),
    (
        "proc/42/io",
        "rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\n",
    ),
    ("proc/42/fd/0", ""),
    ("proc/42/fd/1", ""),
    (
        "proc/43/stat",
        "43 (worker) R 42 43 43 0 -1 4194560 0 0 0 0 100 0 0 0 20 0 1 0 9990 4096 0\n",
    ),
    ("proc/44/stat", "44 (dead) Z 42"),
    ("proc/45/stat", ""),
    ("proc/not-a-process/stat", ""),
];

/// A machine in a directory.
pub(super) struct Machine(TempDir);

impl Machine {
    /// The machine of the files.
    pub(super) fn new() -> Self {
        let machine = Self(tempfile::tempdir().expect("a directory"));
        for (path, text) in FILES {
            machine.write(path, text);
        }
        machine
    }

    /// Its root directory.
    pub(super) fn root(&self) -> &Path {
        self.0.path()
    }

    /// Changes a file.
    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("written");
    }

    /// Takes a file away.
    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.root().join(path)).expect("removed");
    }
}
