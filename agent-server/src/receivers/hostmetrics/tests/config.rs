//! What may be configured.

use serde_json::{Value, json};

use crate::component::{Entry, Invalid};
use crate::receivers::hostmetrics::HostMetrics;

fn wrong(config: &Value) -> Vec<Invalid> {
    let configured = Entry::of::<HostMetrics>().configure(config);
    configured.map(drop).err().unwrap_or_default()
}

fn keys(config: &Value) -> Vec<String> {
    wrong(config)
        .into_iter()
        .map(|invalid| invalid.key)
        .collect()
}

#[test]
fn a_scraper_without_a_value_has_its_defaults() {
    let config = json!({"scrapers": {"cpu": null, "disk": {}}});
    assert_eq!(wrong(&config), []);
    let effective = Entry::of::<HostMetrics>()
        .effective(&config)
        .expect("valid");
    assert_eq!(effective["collection_interval"], "1m");
    assert_eq!(effective["initial_delay"], "1s");
    let on = effective["scrapers"].as_object().expect("scrapers").keys();
    assert_eq!(on.collect::<Vec<_>>(), ["cpu", "disk"]);
}

#[test]
fn everything_that_is_wrong_is_named_by_its_key() {
    assert_eq!(keys(&Value::Null), ["scrapers"]);
    let config = json!({
        "collection_interval": "1ms",
        "initial_delay": "99999999999h",
        "root_path": "/no/such/place",
        "timeout": "1s",
        "scrapers": {
            "cpu": {"metrics": {"system.cpu.tiem": {"enabled": true}}},
            "disk": {"include": {"match_type": "regexp", "devices": ["("]}},
            "network": {"exclude": {"interfaces": []}},
            "process": {"resource_attributes": {"process.owner": {"enabled": true}}},
        },
    });
    let expected = [
        "timeout",
        "collection_interval",
        "initial_delay",
        "scrapers.cpu.metrics.system.cpu.tiem",
        "scrapers.disk.include.devices",
        "scrapers.network.exclude.interfaces",
        "scrapers.process.resource_attributes.process.owner",
    ];
    assert_eq!(keys(&config), expected);
    let help = wrong(&config)[3].help.clone().unwrap_or_default();
    assert!(help.contains("system.cpu.time"), "{help}");
    assert_eq!(keys(&json!({"scrapers": {"gpu": null}})), ["scrapers.gpu"]);
}

#[test]
fn a_collectors_configuration_is_taken_as_it_is() {
    let config = json!({
        "collection_interval": "10s",
        "scrapers": {
            "cpu": {"metrics": {"system.cpu.utilization": {"enabled": true}}},
            "load": {"cpu_average": true},
            "filesystem": {
                "exclude_fs_types": {"match_type": "strict", "fs_types": ["autofs", "overlay"]},
                "exclude_mount_points": {"match_type": "regexp", "mount_points": ["/var/lib/.*"]},
            },
            "memory": {"metrics": {"system.memory.utilization": {"enabled": true}}},
            "paging": null,
            "processes": null,
            "process": {
                "mute_process_exe_error": true,
                "scrape_process_delay": "5s",
                "include": {"match_type": "regexp", "names": ["java"]},
            },
        },
    });
    assert_eq!(wrong(&config), []);
}
