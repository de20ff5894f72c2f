//! The scrapers of a machine.

use serde_json::json;

use super::fixture::Machine;
use super::{NOW, collector, lines, read, resources};
use crate::receivers::hostmetrics::collect::Reading;

#[test]
fn processors_tell_the_seconds_of_each_state() {
    let read = read(&Machine::new(), &json!({"cpu": null}));
    let cpu0: Vec<_> = read
        .iter()
        .filter(|line| line.contains("cpu=cpu0,"))
        .collect();
    let expected = [
        "system.cpu.time{cpu=cpu0,state=user} 1 s counter",
        "system.cpu.time{cpu=cpu0,state=nice} 0.1 s counter",
        "system.cpu.time{cpu=cpu0,state=system} 0.5 s counter",
        "system.cpu.time{cpu=cpu0,state=idle} 20 s counter",
        "system.cpu.time{cpu=cpu0,state=wait} 0.25 s counter",
        "system.cpu.time{cpu=cpu0,state=interrupt} 0.03 s counter",
        "system.cpu.time{cpu=cpu0,state=softirq} 0.04 s counter",
        "system.cpu.time{cpu=cpu0,state=steal} 0.05 s counter",
    ];
    assert_eq!(cpu0, expected);
    assert_eq!(read.len(), 16, "the sum of all processors is no processor");
}

#[test]
fn utilization_is_what_was_spent_since_the_last_reading() {
    let machine = Machine::new();
    let on = json!({"enabled": true});
    let metrics = json!({
        "system.cpu.time": {"enabled": false},
        "system.cpu.utilization": on,
        "system.cpu.logical.count": on,
    });
    let mut collector = collector(&machine, &json!({"cpu": {"metrics": metrics}}));
    let count = "system.cpu.logical.count{} 2 {cpu} sum";
    assert_eq!(lines(&collector.read_at(NOW)), [count]);
    machine.write("proc/stat", "btime 1700000000\n");
    let stat = "cpu0 130 10 50 2010 25 3 4 5\ncpu1 200 10 50 2000 25 3 3 3\nbtime 1700000000\n";
    machine.write("proc/stat", stat);
    let second = lines(&collector.read_at(NOW));
    let user = "system.cpu.utilization{cpu=cpu0,state=user} 0.75 1 gauge";
    let idle = "system.cpu.utilization{cpu=cpu0,state=idle} 0.25 1 gauge";
    assert!(second.iter().any(|line| line == user), "{second:#?}");
    assert!(second.iter().any(|line| line == idle), "{second:#?}");
    let cpu1 = second.iter().filter(|line| line.contains("cpu1")).count();
    assert_eq!(cpu1, 0, "nothing was spent");
}

#[test]
fn disks_that_were_used_tell_what_they_did() {
    let filter = json!({"match_type": "regexp", "devices": ["^sda$", "loop"]});
    let read = read(&Machine::new(), &json!({"disk": {"include": filter}}));
    let expected = [
        "system.disk.io{device=sda,direction=read} 40960 By counter",
        "system.disk.io{device=sda,direction=write} 81920 By counter",
        "system.disk.operations{device=sda,direction=read} 10 {operations} counter",
        "system.disk.operations{device=sda,direction=write} 20 {operations} counter",
        "system.disk.merged{device=sda,direction=read} 2 {operations} counter",
        "system.disk.merged{device=sda,direction=write} 4 {operations} counter",
        "system.disk.operation_time{device=sda,direction=read} 1.5 s counter",
        "system.disk.operation_time{device=sda,direction=write} 2.5 s counter",
        "system.disk.io_time{device=sda} 3 s counter",
        "system.disk.weighted_io_time{device=sda} 4 s counter",
        "system.disk.pending_operations{device=sda} 3 {operations} sum",
    ];
    assert_eq!(read, expected);
}

#[test]
fn file_systems_with_a_disk_tell_their_space() {
    let machine = Machine::new();
    let attributes = |line: &String| line.split([' ', '}']).next().map(str::to_owned);
    let usage = |scrapers| {
        let read = read(&machine, &scrapers);
        let usage = read
            .iter()
            .filter(|line| line.starts_with("system.filesystem.usage"));
        let used = usage.filter(|line| line.contains("state=used"));
        used.map(|line| line.split(",state").next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let root = "system.filesystem.usage{device=/dev/sda1,mode=rw,mountpoint=/,type=ext4";
    let place = "system.filesystem.usage{device=/dev/sdb1,mode=ro,mountpoint=/a place,type=ext4";
    let tmp = "system.filesystem.usage{device=tmpfs,mode=rw,mountpoint=/tmp,type=tmpfs";
    assert_eq!(usage(json!({"filesystem": null})), [root, place]);
    let with_virtual = json!({"filesystem": {"include_virtual_filesystems": true}});
    assert_eq!(usage(with_virtual), [root, tmp, place]);
    let excluded = json!({"match_type": "strict", "mount_points": ["/"]});
    let without_root = json!({"filesystem": {"exclude_mount_points": excluded}});
    assert_eq!(usage(without_root), [place]);

    let all = read(&machine, &json!({"filesystem": null}));
    let states = all
        .iter()
        .filter(|line| line.contains("sda1"))
        .filter_map(attributes)
        .count();
    assert!(states >= 3, "used, free, reserved: {all:#?}");
}

#[test]
fn load_is_of_the_machine_or_of_each_processor() {
    let machine = Machine::new();
    let expected = [
        "system.cpu.load_average.1m{} 0.5 {thread} gauge",
        "system.cpu.load_average.5m{} 1.25 {thread} gauge",
        "system.cpu.load_average.15m{} 2 {thread} gauge",
    ];
    assert_eq!(read(&machine, &json!({"load": null})), expected);
    let average = read(&machine, &json!({"load": {"cpu_average": true}}));
    assert_eq!(
        average[0],
        "system.cpu.load_average.1m{} 0.25 {thread} gauge"
    );
}

#[test]
fn memory_is_told_by_state() {
    let metrics = json!({"system.linux.memory.available": {"enabled": true}});
    let read = read(&Machine::new(), &json!({"memory": {"metrics": metrics}}));
    let expected = [
        "system.memory.usage{state=used} 419840 By sum",
        "system.memory.usage{state=free} 307200 By sum",
        "system.memory.usage{state=buffered} 51200 By sum",
        "system.memory.usage{state=cached} 245760 By sum",
        "system.memory.usage{state=slab_reclaimable} 40960 By sum",
        "system.memory.usage{state=slab_unreclaimable} 10240 By sum",
        "system.linux.memory.available{} 614400 By sum",
    ];
    assert_eq!(read, expected);
}

#[test]
fn the_network_is_that_of_the_machine_around_the_agent() {
    let filter = json!({"interfaces": ["lo"]});
    let read = read(&Machine::new(), &json!({"network": {"exclude": filter}}));
    let (traffic, connections) = read.split_at(8);
    let expected = [
        "system.network.io{device=eth0,direction=receive} 2000 By counter",
        "system.network.io{device=eth0,direction=transmit} 3000 By counter",
        "system.network.packets{device=eth0,direction=receive} 20 {packets} counter",
        "system.network.packets{device=eth0,direction=transmit} 30 {packets} counter",
        "system.network.errors{device=eth0,direction=receive} 1 {errors} counter",
        "system.network.errors{device=eth0,direction=transmit} 3 {errors} counter",
        "system.network.dropped{device=eth0,direction=receive} 2 {packets} counter",
        "system.network.dropped{device=eth0,direction=transmit} 4 {packets} counter",
    ];
    assert_eq!(traffic, expected);
    let some: Vec<_> = connections
        .iter()
        .filter(|line| !line.contains("} 0 "))
        .collect();
    let expected = [
        "system.network.connections{protocol=tcp,state=ESTABLISHED} 2 {connections} sum",
        "system.network.connections{protocol=tcp,state=LISTEN} 1 {connections} sum",
    ];
    assert_eq!(some, expected);
}

#[test]
fn paging_tells_swap_space_and_faults() {
    let expected = [
        "system.paging.usage{device=/dev/sda2,state=used} 524288 By sum",
        "system.paging.usage{device=/dev/sda2,state=free} 1572864 By sum",
        "system.paging.operations{direction=page_in,type=major} 13 {operations} counter",
        "system.paging.operations{direction=page_out,type=major} 14 {operations} counter",
        "system.paging.operations{direction=page_in,type=minor} 11 {operations} counter",
        "system.paging.operations{direction=page_out,type=minor} 12 {operations} counter",
        "system.paging.faults{type=major} 30 {faults} counter",
        "system.paging.faults{type=minor} 70 {faults} counter",
    ];
    assert_eq!(read(&Machine::new(), &json!({"paging": null})), expected);
}

#[test]
fn processes_are_counted_by_status() {
    let read = read(&Machine::new(), &json!({"processes": null}));
    let some: Vec<_> = read.iter().filter(|line| !line.contains("} 0 ")).collect();
    let expected = [
        "system.processes.count{status=idle} 1 {processes} sum",
        "system.processes.count{status=running} 1 {processes} sum",
        "system.processes.count{status=sleeping} 1 {processes} sum",
        "system.processes.count{status=zombies} 1 {processes} sum",
        "system.processes.created{} 4321 {processes} counter",
    ];
    assert_eq!(some, expected);
}

#[test]
fn the_machine_tells_how_long_it_runs_and_who_it_is() {
    let machine = Machine::new();
    assert_eq!(
        read(&machine, &json!({"system": null})),
        ["system.uptime{} 100 s gauge"]
    );
    let reading = collector(&machine, &json!({"system": null, "load": null})).read_at(NOW);
    let resources = resources(&reading);
    assert_eq!(resources.len(), 1, "one machine");
    let name_and_id = [
        "host.name=tower",
        "host.id=0123456789abcdef0123456789abcdef",
    ];
    assert_eq!(resources[0][..2], name_and_id);
    assert!(resources[0].contains(&format!("os.type={}", std::env::consts::OS)));
}

#[test]
fn a_scraper_that_cannot_read_does_not_hold_up_the_others() {
    let machine = Machine::new();
    machine.remove("proc/loadavg");
    let mut collector = collector(&machine, &json!({"load": null, "memory": null}));
    let mut reading = collector.read_at(NOW);
    let Reading { failed, .. } = &reading;
    assert_eq!(failed.len(), 1);
    let (scraper, error) = &failed[0];
    assert_eq!(*scraper, "load");
    assert!(error.contains("proc/loadavg"), "{error}");
    reading.failed.clear();
    assert_eq!(lines(&reading).len(), 6, "memory");
}

#[test]
fn files_that_are_not_as_they_should_be_are_errors_and_no_panics() {
    let machine = Machine::new();
    let files = [
        "stat",
        "diskstats",
        "loadavg",
        "meminfo",
        "swaps",
        "vmstat",
        "filesystems",
        "1/mounts",
        "1/net/dev",
        "1/net/tcp",
        "1/net/tcp6",
        "42/stat",
        "42/status",
        "42/cmdline",
        "42/io",
    ];
    let scrapers = json!({
        "cpu": null, "disk": null, "filesystem": null, "load": null, "memory": null,
        "network": null, "paging": null, "process": null, "processes": null, "system": null,
    });
    let texts = [
        "",
        "\n\n",
        "cpu",
        "cpu0",
        "a b c d e",
        ":",
        "(",
        ")",
        "1 ()",
        "MemTotal:",
        "MemTotal: x",
        "btime -1",
        "99999999999999999999999999 nan inf -1",
        "\u{fffd}\0\\0\\04\\777 \\ \\x",
    ];
    for text in texts {
        let repeated = format!("{text}\n").repeat(4);
        for file in files {
            machine.write(&format!("proc/{file}"), &repeated);
        }
        let reading = collector(&machine, &scrapers).read_at(NOW);
        assert!(!reading.failed.is_empty(), "{text:?}");
    }
}

#[test]
fn many_devices_are_split_into_requests_and_what_is_beyond_is_counted() {
    let machine = Machine::new();
    let numbers = " 1".repeat(11);
    let disks = (0..600).map(|index| format!("8 {index} d{index}{numbers}\n"));
    machine.write("proc/diskstats", &disks.collect::<String>());
    let cpus = (0..700).map(|index| format!("cpu{index} 1 1 1 1 1 1 1 1\n"));
    machine.write(
        "proc/stat",
        &(cpus.collect::<String>() + "btime 1700000000\n"),
    );
    let reading = collector(&machine, &json!({"cpu": null, "disk": null})).read_at(NOW);
    assert_eq!(reading.dropped, 600 - 512);
    assert_eq!(reading.requests.len(), 2);
    assert_eq!(lines(&reading).len(), 700 * 8 + 512 * 11);
}
