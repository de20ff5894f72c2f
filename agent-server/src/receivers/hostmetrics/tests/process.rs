//! Processes.

use serde_json::json;

use super::fixture::Machine;
use super::{BOOT, NOW, collector, lines, read, resources};
use campanile_wire::otlp::view::{Data, resource_metrics};

#[test]
fn each_process_tells_what_it_uses() {
    let on = json!({"enabled": true});
    let metrics = json!({
        "process.threads": on, "process.open_file_descriptors": on, "process.paging.faults": on,
        "process.context_switches": on, "process.uptime": on,
    });
    let filter = json!({"match_type": "regexp", "names": ["^a. b .c$"]});
    let scrapers = json!({"process": {"metrics": metrics, "include": filter}});
    let expected = [
        "process.cpu.time{state=user} 2.5 s counter",
        "process.cpu.time{state=system} 1.5 s counter",
        "process.cpu.time{state=wait} 0.75 s counter",
        "process.memory.usage{} 2048000 By sum",
        "process.memory.virtual{} 8192000 By sum",
        "process.disk.io{direction=read} 4096 By counter",
        "process.disk.io{direction=write} 8192 By counter",
        "process.paging.faults{type=major} 3 {faults} counter",
        "process.paging.faults{type=minor} 120 {faults} counter",
        "process.context_switches{type=voluntary} 5 {count} counter",
        "process.context_switches{type=involuntary} 2 {count} counter",
        "process.threads{} 4 {threads} sum",
        "process.open_file_descriptors{} 2 {count} sum",
        "process.uptime{} 40 s gauge",
    ];
    assert_eq!(read(&Machine::new(), &scrapers), expected);
}

#[test]
fn a_process_is_a_resource_and_counts_from_its_own_start() {
    let machine = Machine::new();
    let reading = collector(&machine, &json!({"process": null})).read_at(NOW);
    let resources = resources(&reading);
    let of_process = |index: usize| {
        let all: &Vec<String> = &resources[index];
        let own = all
            .iter()
            .filter(|attribute| attribute.starts_with("process."));
        own.cloned().collect::<Vec<_>>()
    };
    let expected = [
        "process.pid=42",
        "process.parent_pid=1",
        "process.executable.name=a) b (c",
        "process.command=/usr/bin/server",
        "process.command_line=/usr/bin/server --token secret",
    ];
    assert_eq!(of_process(0), expected);
    assert_eq!(
        of_process(1)[..2],
        ["process.pid=43", "process.parent_pid=42"]
    );
    assert!(resources[1].contains(&"host.name=tower".to_owned()));

    let request = &reading.requests[0];
    let starts = resource_metrics(request).filter_map(|resource| {
        let metric = resource.scope_metrics().next()?.metrics().next()?;
        match metric.data {
            Some(Data::Sum(sum)) => sum.points().next().map(|point| point.start_unix_nano),
            _ => None,
        }
    });
    let second = 1_000_000_000;
    let starts: Vec<u64> = starts.collect();
    assert_eq!(
        starts[..2],
        [BOOT + 60 * second, BOOT + 99 * second + 900_000_000]
    );
}

#[test]
fn kernel_threads_and_what_has_ended_are_left_out() {
    let reading = collector(&Machine::new(), &json!({"process": null})).read_at(NOW);
    let pids: Vec<_> = resources(&reading)
        .into_iter()
        .flat_map(|attributes| {
            attributes
                .into_iter()
                .filter(|one| one.starts_with("process.pid="))
        })
        .collect();
    assert_eq!(pids, ["process.pid=42", "process.pid=43", "process.pid=44"]);
    assert_eq!(reading.failed, []);
}

#[test]
fn command_lines_can_be_kept_and_young_processes_left_out() {
    let off = json!({"enabled": false});
    let attributes = json!({"process.command_line": off, "process.command": off});
    let scrapers = json!({"process": {
        "resource_attributes": attributes,
        "scrape_process_delay": "1s",
        "exclude": {"names": ["dead"]},
    }});
    let reading = collector(&Machine::new(), &scrapers).read_at(NOW);
    let resources = resources(&reading);
    assert_eq!(resources.len(), 1, "{resources:?}");
    assert!(
        resources[0]
            .iter()
            .all(|attribute| !attribute.contains("server"))
    );
}

#[test]
fn many_processes_are_several_requests() {
    let machine = Machine::new();
    for pid in 1_000..1_600 {
        let stat = format!("{pid} (many) S 1 0 0 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 6000 1 0\n");
        machine.write(&format!("proc/{pid}/stat"), &stat);
    }
    let scrapers = json!({"process": {"include": {"names": ["many"]}}});
    let reading = collector(&machine, &scrapers).read_at(NOW);
    assert_eq!(reading.requests.len(), 2);
    assert_eq!(resources(&reading).len(), 600);
    assert_eq!(lines(&reading).len(), 600 * 5);
}

#[test]
fn the_agent_finds_itself_whatever_machine_is_read() {
    let scrapers = json!({"process": {"only_agent": true}});
    let machine = Machine::new();
    let reading = collector(&machine, &scrapers).read();
    let resources = resources(&reading);
    assert_eq!(resources.len(), 1);
    let own = format!("process.pid={}", std::process::id());
    assert!(resources[0].contains(&own), "{resources:?}");
    assert!(
        resources[0].contains(&"host.name=tower".to_owned()),
        "{resources:?}"
    );
}
