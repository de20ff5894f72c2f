//! What was read.

/// Who a machine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    /// Its name.
    pub(super) name: Option<String>,
    /// An id that stays.
    pub(super) id: Option<String>,
}

/// What a processor has done since the machine started, in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cpu {
    /// `cpu0`.
    pub(super) name: String,
    /// By state, each once.
    pub(super) seconds: Vec<(&'static str, f64)>,
}

/// What a disk has done since the machine started.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Disk {
    /// `sda`.
    pub(super) name: String,
    /// Reading and writing.
    pub(super) directions: [DiskDirection; 2],
    /// What systems that count operations know beside.
    pub(super) activity: Option<DiskActivity>,
}

/// One direction of a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct DiskDirection {
    /// Bytes.
    pub(super) bytes: u64,
    /// Operations.
    pub(super) operations: u64,
    /// Operations that were done as part of another.
    pub(super) merged: u64,
    /// Seconds that all operations took together.
    pub(super) seconds: f64,
}

/// What a disk does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct DiskActivity {
    /// Operations under way.
    pub(super) pending: u64,
    /// Seconds in which it was busy.
    pub(super) seconds: f64,
    /// The same, times the operations under way.
    pub(super) weighted_seconds: f64,
}

/// A file system that is mounted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filesystem {
    /// `/dev/sda1`.
    pub(super) device: String,
    /// `/home`.
    pub(super) mount_point: String,
    /// `ext4`.
    pub(super) fs_type: String,
    /// Whether it cannot be written.
    pub(super) read_only: bool,
}

/// How full a file system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Space {
    /// Bytes.
    pub(super) used: u64,
    /// Bytes that anybody may use.
    pub(super) free: u64,
    /// Bytes that only the system may use.
    pub(super) reserved: u64,
    /// Files and directories, and how many more there can be.
    pub(super) inodes: Option<[u64; 2]>,
}

/// What a network interface has done since the machine started: received and transmitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Interface {
    /// `eth0`.
    pub(super) name: String,
    /// Bytes.
    pub(super) bytes: [u64; 2],
    /// Packets.
    pub(super) packets: [u64; 2],
    /// Packets that were wrong.
    pub(super) errors: [u64; 2],
    /// Packets for which there was no room, if that is known.
    pub(super) dropped: Option<[u64; 2]>,
}

/// How memory is used, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// All of it.
    pub(super) total: u64,
    /// What programs could get.
    pub(super) available: u64,
    /// By state, each once.
    pub(super) states: Vec<(&'static str, u64)>,
}

/// A place for memory that is not used, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Swap {
    /// `/dev/sda2`.
    pub(super) device: String,
    /// What is used of it.
    pub(super) used: u64,
    /// What is not.
    pub(super) free: u64,
}

/// What was paged since the machine started: in and out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Paging {
    /// Pages to and from swap space.
    pub(super) swapped: [u64; 2],
    /// Pages to and from disks.
    pub(super) paged: [u64; 2],
    /// Faults that needed a disk.
    pub(super) major_faults: u64,
    /// Faults that did not.
    pub(super) minor_faults: u64,
}

/// How many processes there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Processes {
    /// By status, each once.
    pub(super) count: Vec<(&'static str, u64)>,
    /// Since the machine started, if that is known.
    pub(super) created: Option<u64>,
}

/// A process.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Process {
    /// Its id.
    pub(super) pid: u32,
    /// Its parent's id.
    pub(super) parent: Option<u32>,
    /// The name of the executable.
    pub(super) name: String,
    /// The executable, if that is told.
    pub(super) executable: Option<String>,
    /// What it was called with, the program first.
    pub(super) command: Vec<String>,
    /// When it started, in nanoseconds since 1970.
    pub(super) start: u64,
    /// Seconds on processors, by state.
    pub(super) cpu: Vec<(&'static str, f64)>,
    /// Bytes in memory.
    pub(super) resident: u64,
    /// Bytes of address space.
    pub(super) virtual_memory: u64,
    /// Bytes read from and written to disks, if that is told.
    pub(super) disk: Option<[u64; 2]>,
    /// Threads, if that is known.
    pub(super) threads: Option<u64>,
    /// Major and minor page faults, if that is known.
    pub(super) faults: Option<[u64; 2]>,
    /// Voluntary and involuntary context switches, if that is known.
    pub(super) switches: Option<[u64; 2]>,
    /// Open files, if that is told.
    pub(super) open_files: Option<u64>,
}
