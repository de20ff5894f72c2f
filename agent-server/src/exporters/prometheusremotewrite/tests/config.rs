use serde_json::json;

use crate::component::Entry;
use crate::exporters::prometheusremotewrite::PrometheusRemoteWrite;
use crate::exporters::testing::{build, wrong};

#[test]
fn every_wrong_key_is_named() {
    let table = [
        (json!({}), vec!["endpoint"]),
        (
            json!({"endpoint": "http://127.0.0.1:9090/api/v1/write"}),
            vec![],
        ),
        (
            json!({
                "endpoint": "127.0.0.1:9090",
                "tls": {"ca_file": "x", "ca_pem": "y"},
                "headers": {"content-type": "text/plain"},
                "external_labels": {"a.b": "x"},
                "max_batch_size_bytes": 0,
                "remote_write_queue": {"queue_size": 0, "num_consumers": 0, "max_bytes": 0},
                "retry_on_failure": {"multiplier": 0},
                "max_batch_request_parallelism": 2,
                "wal": {"directory": "x"},
            }),
            vec![
                "endpoint",
                "tls.ca_file",
                "headers.content-type",
                "external_labels.a.b",
                "max_batch_size_bytes",
                "remote_write_queue.queue_size",
                "remote_write_queue.num_consumers",
                "remote_write_queue.max_bytes",
                "retry_on_failure.multiplier",
                "max_batch_request_parallelism",
                "wal",
            ],
        ),
    ];
    for (config, expected) in table {
        assert_eq!(
            wrong::<PrometheusRemoteWrite>(&config),
            expected,
            "{config}"
        );
    }
}

#[test]
fn defaults_are_the_collectors() {
    let defaults = Entry::of::<PrometheusRemoteWrite>().defaults();
    let expected = json!({
        "timeout": "5s",
        "add_metric_suffixes": true,
        "target_info": {"enabled": true},
        "send_metadata": false,
        "max_batch_size_bytes": "3000000",
    });
    for (key, value) in expected.as_object().expect("a map") {
        assert_eq!(&defaults[key], value, "{key}");
    }
    assert_eq!(defaults["remote_write_queue"]["queue_size"], 10_000);
    assert_eq!(defaults["remote_write_queue"]["num_consumers"], 5);
}

#[test]
fn a_block_that_says_nothing_has_its_defaults() {
    let config = json!({"target_info": {}, "remote_write_queue": {}});
    let entry = Entry::of::<PrometheusRemoteWrite>();
    assert_eq!(entry.effective(&config), Ok(entry.defaults()));
}

#[test]
fn payloads_follow_each_other() {
    let config = json!({
        "endpoint": "http://127.0.0.1:9",
        "remote_write_queue": {"queue_size": 7, "num_consumers": 9},
    });
    let settings = build::<PrometheusRemoteWrite>(&config).settings;
    assert_eq!(
        (settings.queue.num_consumers, settings.queue.queue_size),
        (1, 7)
    );
}
