//! Other systems than Linux: what the crate `sysinfo` tells.

use std::io;

use sysinfo::{
    Disks, Networks, ProcessRefreshKind, ProcessesToUpdate, System, ThreadKind, UpdateKind,
};

use super::Host;
use crate::receivers::hostmetrics::reading::{
    Disk, DiskDirection, Filesystem, Identity, Interface, Memory, Process, Processes, Space, Swap,
};

/// A machine that runs whatever `sysinfo` knows.
#[derive(Debug)]
pub(in crate::receivers::hostmetrics) struct Portable {
    system: Option<System>,
}

impl Portable {
    /// This machine.
    pub(in crate::receivers::hostmetrics) fn new() -> Self {
        Self {
            system: System::new().ok(),
        }
    }

    fn system(&mut self) -> io::Result<&mut System> {
        self.system.as_mut().ok_or_else(super::unknown)
    }

    fn memory_now(&mut self) -> io::Result<&System> {
        let system = self.system()?;
        system.refresh_memory();
        Ok(system)
    }

    fn processes_now(&mut self, which: ProcessesToUpdate<'_>) -> io::Result<&System> {
        let system = self.system()?;
        let kind = ProcessRefreshKind::nothing()
            .with_cpu()
            .with_memory()
            .with_disk_usage()
            .with_cmd(UpdateKind::OnlyIfNotSet)
            .with_exe(UpdateKind::OnlyIfNotSet);
        system.refresh_processes_specifics(which, true, kind);
        Ok(system)
    }
}

impl Host for Portable {
    fn boot_time(&mut self) -> io::Result<u64> {
        let seconds = System::boot_time().map_err(io::Error::other)?;
        Ok(seconds.saturating_mul(1_000_000_000))
    }

    fn identity(&mut self) -> Identity {
        Identity {
            name: System::host_name().ok(),
            id: None,
        }
    }

    fn disks(&mut self) -> io::Result<Vec<Disk>> {
        let disks = Disks::new_with_refreshed_list().map_err(io::Error::other)?;
        let disks = disks.iter().map(|disk| {
            let usage = disk.usage();
            let direction = |bytes| DiskDirection {
                bytes,
                ..DiskDirection::default()
            };
            Disk {
                name: disk.name().to_string_lossy().into_owned(),
                directions: [
                    direction(usage.total_read_bytes),
                    direction(usage.total_written_bytes),
                ],
                activity: None,
            }
        });
        Ok(disks.collect())
    }

    fn filesystems(
        &mut self,
        _: bool,
        wanted: &dyn Fn(&Filesystem) -> bool,
    ) -> io::Result<Vec<(Filesystem, Space)>> {
        let disks = Disks::new_with_refreshed_list().map_err(io::Error::other)?;
        let all = disks.iter().map(|disk| {
            let filesystem = Filesystem {
                device: disk.name().to_string_lossy().into_owned(),
                mount_point: disk.mount_point().to_string_lossy().into_owned(),
                fs_type: disk.file_system().to_string_lossy().into_owned(),
                read_only: disk.is_read_only(),
            };
            let space = Space {
                used: disk.total_space().saturating_sub(disk.available_space()),
                free: disk.available_space(),
                ..Space::default()
            };
            (filesystem, space)
        });
        Ok(all.filter(|(filesystem, _)| wanted(filesystem)).collect())
    }

    fn interfaces(&mut self) -> io::Result<Vec<Interface>> {
        let networks = Networks::new_with_refreshed_list().map_err(io::Error::other)?;
        let interfaces = networks.iter().map(|(name, data)| Interface {
            name: name.to_string_lossy().into_owned(),
            bytes: [data.total_received(), data.total_transmitted()],
            packets: [
                data.total_packets_received(),
                data.total_packets_transmitted(),
            ],
            errors: [
                data.total_errors_on_received(),
                data.total_errors_on_transmitted(),
            ],
            dropped: None,
        });
        let mut interfaces: Vec<_> = interfaces.collect();
        interfaces.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(interfaces)
    }

    fn load(&mut self) -> io::Result<[f64; 3]> {
        let load = System::load_average().map_err(io::Error::other)?;
        Ok([load.one, load.five, load.fifteen])
    }

    fn memory(&mut self) -> io::Result<Memory> {
        let system = self.memory_now()?;
        Ok(Memory {
            total: system.total_memory(),
            available: system.available_memory(),
            states: vec![
                ("used", system.used_memory()),
                (
                    "free",
                    system.total_memory().saturating_sub(system.used_memory()),
                ),
            ],
        })
    }

    fn swaps(&mut self) -> io::Result<Vec<Swap>> {
        let system = self.memory_now()?;
        let swap = Swap {
            device: "swap".to_owned(),
            used: system.used_swap(),
            free: system.free_swap(),
        };
        Ok((system.total_swap() > 0)
            .then_some(swap)
            .into_iter()
            .collect())
    }

    fn processes(&mut self) -> io::Result<Processes> {
        let count = self.pids()?.len() as u64;
        Ok(Processes {
            count: vec![("unknown", count)],
            created: None,
        })
    }

    fn pids(&mut self) -> io::Result<Vec<u32>> {
        let system = self.processes_now(ProcessesToUpdate::All)?;
        // Threads are listed among the processes of some systems.
        let processes = system
            .processes()
            .values()
            .filter(|one| one.thread_kind().is_none());
        let mut pids: Vec<u32> = processes.map(|one| one.pid().as_u32()).collect();
        pids.sort_unstable();
        Ok(pids)
    }

    fn process(&mut self, pid: u32, _: u64, _: bool) -> Option<Process> {
        let pid = sysinfo::Pid::from_u32(pid);
        let system = self.processes_now(ProcessesToUpdate::Some(&[pid])).ok()?;
        let process = system.process(pid)?;
        if process.thread_kind() == Some(ThreadKind::Kernel) {
            return None;
        }
        let disk = process.disk_usage();
        let words = process
            .cmd()
            .iter()
            .map(|word| word.to_string_lossy().into_owned());
        Some(Process {
            pid: pid.as_u32(),
            parent: process.parent().map(sysinfo::Pid::as_u32),
            name: process.name().to_string_lossy().into_owned(),
            executable: process
                .exe()
                .map(|path| path.to_string_lossy().into_owned()),
            command: words.take(128).collect(),
            start: process.start_time().saturating_mul(1_000_000_000),
            // Which part of it the system took is not told.
            cpu: vec![("user", process.accumulated_cpu_time() as f64 / 1_000.0)],
            resident: process.memory(),
            virtual_memory: process.virtual_memory(),
            disk: Some([disk.total_read_bytes, disk.total_written_bytes]),
            ..Process::default()
        })
    }
}
