//! Linux: the files below `/proc`, and the space of file systems.
//!
//! Everything is read below a root directory, so that an agent in a container reads the machine
//! around it, and tests read what they have written. Format: <https://docs.kernel.org/filesystems/proc.html>.

mod disk;
mod files;
mod memory;
mod mounts;
mod network;
mod process;
mod stat;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use self::files::Files;
use super::Host;
use crate::receivers::hostmetrics::reading::{
    Cpu, Disk, Filesystem, Identity, Interface, Memory, Paging, Process, Processes, Space, Swap,
};

/// Ticks of a second in what the kernel tells programs: the same on every machine.
const TICKS: f64 = 100.0;

/// A machine that runs Linux.
#[derive(Debug)]
pub(in crate::receivers::hostmetrics) struct Linux(Files);

impl Linux {
    /// The machine with its root directory at `root`.
    pub(in crate::receivers::hostmetrics) fn new(root: Option<PathBuf>) -> Self {
        Self(Files::new(root))
    }
}

impl Host for Linux {
    fn boot_time(&mut self) -> io::Result<u64> {
        stat::boot_time(&self.0.proc("stat")?)
    }

    fn identity(&mut self) -> Identity {
        Identity {
            name: self.0.host_name(),
            id: self.0.word("etc/machine-id"),
        }
    }

    fn cpus(&mut self) -> io::Result<Vec<Cpu>> {
        Ok(stat::cpus(&self.0.proc("stat")?))
    }

    fn disks(&mut self) -> io::Result<Vec<Disk>> {
        Ok(disk::disks(&self.0.proc("diskstats")?))
    }

    fn filesystems(
        &mut self,
        with_virtual: bool,
        wanted: &dyn Fn(&Filesystem) -> bool,
    ) -> io::Result<Vec<(Filesystem, Space)>> {
        let disks_only = (!with_virtual)
            .then(|| self.0.proc("filesystems"))
            .transpose()?;
        let mut mounted = mounts::mounts(&self.0.of_init("mounts", "self/mounts")?);
        mounted.retain(|one| {
            let has_disk = |types: &String| mounts::has_disk(types, &one.fs_type);
            disks_only.as_ref().is_none_or(has_disk) && wanted(one)
        });
        // What cannot be looked at, such as another user's FUSE mount, is left out.
        let spaces = mounted.into_iter().filter_map(|one| {
            let space = mounts::space(&self.0.at(&one.mount_point)).ok()?;
            Some((one, space))
        });
        Ok(spaces.collect())
    }

    fn interfaces(&mut self) -> io::Result<Vec<Interface>> {
        Ok(network::interfaces(&self.0.of_init("net/dev", "net/dev")?))
    }

    fn connections(&mut self) -> io::Result<Vec<(&'static str, u64)>> {
        let four = self.0.of_init("net/tcp", "net/tcp")?;
        // Without IPv6 the file is not there.
        let six = self.0.of_init("net/tcp6", "net/tcp6").unwrap_or_default();
        Ok(network::connections(&[&four, &six]))
    }

    fn load(&mut self) -> io::Result<[f64; 3]> {
        stat::load(&self.0.proc("loadavg")?)
    }

    fn memory(&mut self) -> io::Result<Memory> {
        memory::memory(&self.0.proc("meminfo")?)
    }

    fn swaps(&mut self) -> io::Result<Vec<Swap>> {
        Ok(memory::swaps(&self.0.proc("swaps")?))
    }

    fn paging(&mut self) -> io::Result<Paging> {
        memory::paging(&self.0.proc("vmstat")?)
    }

    fn processes(&mut self) -> io::Result<Processes> {
        let states = self.0.pids()?.into_iter().filter_map(|pid| {
            let stat = self.0.of_process(pid, "stat").ok()?;
            Some(process::Stat::parse(&stat)?.state)
        });
        Ok(Processes {
            count: process::by_status(states),
            created: stat::created(&self.0.proc("stat")?),
        })
    }

    fn pids(&mut self) -> io::Result<Vec<u32>> {
        self.0.pids()
    }

    fn process(&mut self, pid: u32, boot: u64, with_files: bool) -> Option<Process> {
        let mut process = process::read(&self.0, pid, boot)?;
        if with_files {
            process.open_files = self.0.entries(pid, "fd");
        }
        Some(process)
    }
}

/// A file that is not what it should be.
fn malformed(file: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{file} is not as it should be"),
    )
}
