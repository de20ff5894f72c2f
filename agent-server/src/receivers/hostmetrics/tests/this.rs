//! This machine, as `/proc` and as `sysinfo` tell it.

use crate::receivers::hostmetrics::host::{Host, Linux, Portable};

#[cfg(target_os = "linux")]
#[test]
fn both_ways_to_read_this_machine_agree() {
    let (mut linux, mut portable) = (Linux::new(None), Portable::new());
    let memory = linux.memory().expect("memory");
    assert_eq!(memory.total, portable.memory().expect("memory").total);
    let boot = linux.boot_time().expect("a start");
    let other = portable.boot_time().expect("a start");
    assert!(boot.abs_diff(other) < 120_000_000_000, "{boot} {other}");
    assert_eq!(linux.identity().name, portable.identity().name);
    let names = |host: &mut dyn Host| {
        let interfaces = host.interfaces().expect("interfaces");
        interfaces
            .into_iter()
            .map(|interface| interface.name)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert!(names(&mut portable).is_subset(&names(&mut linux)));
    let swap = linux.swaps().expect("swap").len();
    assert_eq!(swap > 0, !portable.swaps().expect("swap").is_empty());
}

#[test]
fn the_portable_way_finds_processes_with_what_they_use() {
    let mut host = Portable::new();
    let own = std::process::id();
    assert!(host.pids().expect("processes").contains(&own));
    let process = host.process(own, 0, true).expect("this process");
    assert_eq!(process.pid, own);
    assert!(process.resident > 0 && process.virtual_memory >= process.resident);
    assert!(process.start > 0);
    assert!(host.process(u32::MAX - 1, 0, true).is_none());
    assert!(host.processes().expect("processes").count[0].1 > 0);
    assert!(host.load().is_ok());
    assert!(host.filesystems(false, &|_| true).is_ok());
    assert!(host.disks().is_ok());
    assert!(host.cpus().is_err(), "it does not know the states");
}

#[cfg(target_os = "linux")]
#[test]
fn everything_on_this_machine_can_be_read() {
    let mut host = Linux::new(None);
    let own = std::process::id();
    assert!(!host.cpus().expect("processors").is_empty());
    assert!(host.disks().is_ok());
    assert!(
        host.interfaces()
            .expect("interfaces")
            .iter()
            .any(|one| one.name == "lo")
    );
    assert!(host.connections().is_ok());
    assert!(host.paging().is_ok());
    assert!(host.processes().expect("processes").created.is_some());
    let mounted = host
        .filesystems(true, &|one| one.mount_point == "/")
        .expect("file systems");
    assert!(
        mounted.iter().any(|(_, space)| space.used > 0),
        "{mounted:?}"
    );
    let boot = host.boot_time().expect("a start");
    let process = host.process(own, boot, true).expect("this process");
    assert!(process.executable.is_some() && process.open_files > Some(2));
    assert!(
        process.resident > 0 && process.threads > Some(1),
        "{process:?}"
    );
}
