//! What can be read of a machine, and from where.

mod linux;
mod portable;

use std::io;
use std::path::PathBuf;

pub(super) use self::linux::Linux;
pub(super) use self::portable::Portable;
use super::reading::{
    Cpu, Disk, Filesystem, Identity, Interface, Memory, Paging, Process, Processes, Space, Swap,
};

/// A machine that can be read. Reading blocks.
///
/// # Errors
///
/// Every reading fails where the system does not tell, or not this process.
pub(super) trait Host: Send {
    /// When it was started, in nanoseconds since 1970.
    fn boot_time(&mut self) -> io::Result<u64>;

    /// Who it is.
    fn identity(&mut self) -> Identity;

    /// What each processor has done.
    fn cpus(&mut self) -> io::Result<Vec<Cpu>> {
        Err(unknown())
    }

    /// What each disk has done.
    fn disks(&mut self) -> io::Result<Vec<Disk>> {
        Err(unknown())
    }

    /// The file systems that `wanted` takes; with those that have no disk if `with_virtual`.
    fn filesystems(
        &mut self,
        with_virtual: bool,
        wanted: &dyn Fn(&Filesystem) -> bool,
    ) -> io::Result<Vec<(Filesystem, Space)>>;

    /// What each network interface has done.
    fn interfaces(&mut self) -> io::Result<Vec<Interface>>;

    /// TCP connections by state.
    fn connections(&mut self) -> io::Result<Vec<(&'static str, u64)>> {
        Err(unknown())
    }

    /// The load of the last 1, 5 and 15 minutes.
    fn load(&mut self) -> io::Result<[f64; 3]>;

    /// How memory is used.
    fn memory(&mut self) -> io::Result<Memory>;

    /// How much swap space is used.
    fn swaps(&mut self) -> io::Result<Vec<Swap>>;

    /// What was paged.
    fn paging(&mut self) -> io::Result<Paging> {
        Err(unknown())
    }

    /// How many processes there are.
    fn processes(&mut self) -> io::Result<Processes>;

    /// The ids of all processes but the kernel's, in order.
    fn pids(&mut self) -> io::Result<Vec<u32>>;

    /// One process of a machine that was started at `boot`; nothing when the process has ended or
    /// is the kernel's. Its open files, of which there may be very many, are counted if
    /// `with_files`.
    fn process(&mut self, pid: u32, boot: u64, with_files: bool) -> Option<Process>;
}

/// This machine, with its root directory at `root`.
pub(super) fn this(root: Option<PathBuf>) -> Box<dyn Host> {
    if cfg!(target_os = "linux") {
        Box::new(Linux::new(root))
    } else {
        Box::new(Portable::new())
    }
}

fn unknown() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "this system does not tell")
}
