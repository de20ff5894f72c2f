//! What a configuration says, and what is wrong with one.

use serde_json::{Value, json};

use crate::component::Entry;
use crate::receivers::prometheus::Prometheus;

/// Each key that is wrong, and what is wrong with it.
fn wrong(config: &Value) -> Vec<String> {
    match Entry::of::<Prometheus>().configure(config) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong
            .into_iter()
            .map(|invalid| format!("{}: {}", invalid.key, invalid.message))
            .collect(),
    }
}

fn wrong_job(keys: &Value) -> Vec<String> {
    let mut job = json!({"job_name": "shop"});
    for (key, value) in keys.as_object().expect("keys") {
        job[key] = value.clone();
    }
    let prefix = "config.scrape_configs[0].";
    let wrong = wrong(&json!({"config": {"scrape_configs": [job]}}));
    wrong
        .into_iter()
        .map(|text| text.strip_prefix(prefix).unwrap_or(&text).to_owned())
        .collect()
}

#[test]
fn a_configuration_of_prometheus_is_taken_as_it_is() {
    let config = json!({
        "config": {
            "global": {
                "scrape_interval": "15s", "evaluation_interval": "1m",
                "external_labels": {"region": "eu"},
            },
            "scrape_configs": [{
                "job_name": "shop",
                "scrape_interval": "30s",
                "scrape_timeout": "5s",
                "metrics_path": "/probe",
                "scheme": "https",
                "params": {"module": ["http_2xx"]},
                "honor_labels": true,
                "basic_auth": {"username": "u", "password": "p"},
                "tls_config": {"insecure_skip_verify": true, "server_name": "db"},
                "static_configs": [{"targets": ["a:1"], "labels": {"zone": "z1"}}],
                "file_sd_configs": [{"files": ["targets/*.yml"], "refresh_interval": "1m"}],
                "http_sd_configs": [{"url": "http://127.0.0.1:1/sd"}],
                "relabel_configs": [{"source_labels": ["__address__"], "target_label": "x"}],
                "metric_relabel_configs": [{"regex": "go_.*", "action": "labeldrop"}],
                "fallback_scrape_protocol": "PrometheusText0.0.4",
                "sample_limit": 10, "body_size_limit": "10MB",
            }],
        },
        "trim_metric_suffixes": true,
        "use_start_time_metric": true,
        "start_time_metric_regex": "^process_start",
        "report_extra_scrape_metrics": true,
    });
    assert_eq!(wrong(&config), [""; 0]);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let config = json!({
        "config": {
            "alerting": {}, "rule_files": [], "remote_write": [],
            "global": {"query_log_file": "x"},
            "scrape_configs": [{
                "job_name": "a", "kubernetes_sd_configs": [], "dns_sd_configs": [{}],
                "oauth2": {}, "proxy_url": "x", "tls_config": {"min_version": "TLS12"},
                "http_sd_configs": [{"url": "http://a", "proxy_url": "x"}],
            }],
        },
        "target_allocator": {},
    });
    let job = "config.scrape_configs[0]";
    let expected = [
        "target_allocator".to_owned(),
        "config.global.query_log_file".to_owned(),
        "config.alerting".to_owned(),
        "config.remote_write".to_owned(),
        "config.rule_files".to_owned(),
        format!("{job}.oauth2"),
        format!("{job}.proxy_url"),
        format!("{job}.dns_sd_configs"),
        format!("{job}.kubernetes_sd_configs"),
        format!("{job}.tls_config.min_version"),
        format!("{job}.http_sd_configs[0].proxy_url"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|key| {
            let name = key.rsplit('.').next().unwrap_or_default();
            format!("{key}: `{name}` is not supported yet")
        })
        .collect();
    assert_eq!(wrong(&config), expected);
}

/// Keys of a job, and the one thing that is wrong with them.
fn check(cases: &[(Value, &str)]) {
    for (keys, expected) in cases {
        assert_eq!(wrong_job(keys), [*expected], "{keys}");
    }
}

#[test]
fn everything_wrong_with_a_job_is_found_at_its_key() {
    check(&[
        (
            json!({"job_name": ""}),
            "job_name: is required: what the targets are",
        ),
        (
            json!({"scrape_interval": "0s"}),
            "scrape_interval: must be longer than 0s",
        ),
        (
            json!({"scrape_interval": "5s", "scrape_timeout": "6s"}),
            "scrape_timeout: is longer than the interval, 5s",
        ),
        (
            json!({"scrape_protocols": ["PrometheusProto"]}),
            "scrape_protocols: PrometheusProto is not supported yet",
        ),
        (
            json!({"scrape_protocols": []}),
            "scrape_protocols: names no format",
        ),
        (
            json!({"basic_auth": {}}),
            "basic_auth.username: is required, or username_file",
        ),
        (
            json!({"bearer_token": "a", "bearer_token_file": "b"}),
            "bearer_token_file: bearer_token is set too",
        ),
        (
            json!({"authorization": {"credentials": "a", "type": "Basic"}}),
            "authorization.type: for a name and a password there is basic_auth",
        ),
        (
            json!({"tls_config": {"cert": "a"}}),
            "tls_config: a certificate and its key belong together",
        ),
    ]);
}

#[test]
fn everything_wrong_with_its_targets_and_steps_is_found_too() {
    check(&[
        (
            json!({"static_configs": [{"targets": ["a:1", "http://b/c"]}]}),
            "static_configs[0].targets[1]: is not `host:port`; the path belongs into metrics_path",
        ),
        (
            json!({"file_sd_configs": [{"files": ["*/a.yml"]}]}),
            "file_sd_configs[0].files[0]: must end in .json, .yml or .yaml, with `*` in its last \
             part only",
        ),
        (
            json!({"http_sd_configs": [{"url": "http://u:secret@a"}]}),
            "http_sd_configs[0].url: must not hold credentials; write them into basic_auth",
        ),
        (
            json!({"http_sd_configs": [{"url": "ftp://a"}]}),
            "http_sd_configs[0].url: must begin with `http://` or `https://` and name a host",
        ),
        (
            json!({"relabel_configs": [{"target_label": "a", "regex": "("}]}),
            "relabel_configs[0].regex: is not a valid expression: unclosed group",
        ),
        (
            json!({"relabel_configs": [{"action": "hashmod", "target_label": "a"}]}),
            "relabel_configs[0].modulus: is required for hashmod: a number above 0",
        ),
        (
            json!({"relabel_configs": [{"action": "lowercase", "target_label": "$1"}]}),
            "relabel_configs[0].target_label: is not the name of a label",
        ),
        (
            json!({"metric_relabel_configs": [{"action": "labeldrop", "source_labels": ["a"]}]}),
            "metric_relabel_configs[0].source_labels: has no effect for this action",
        ),
    ]);
}

#[test]
fn one_way_to_log_in_is_enough() {
    let keys = json!({"basic_auth": {"username": "u"}, "bearer_token": "t"});
    let wrong = wrong_job(&keys);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].contains("only one of authorization"), "{wrong:?}");
}

#[test]
fn without_jobs_there_is_nothing_to_do() {
    let expected = ["config.scrape_configs: is required: what to scrape"];
    assert_eq!(wrong(&json!({})), expected);
}

#[test]
fn two_jobs_have_two_names() {
    let job = json!({"job_name": "shop"});
    let wrong = wrong(&json!({"config": {"scrape_configs": [job, job]}}));
    assert_eq!(
        wrong,
        ["config.scrape_configs[1].job_name: is the name of another job too"]
    );
}

#[test]
fn unknown_actions_and_keys_are_refused() {
    let wrong = wrong_job(&json!({"relabel_configs": [{"action": "explode"}]}));
    assert!(
        wrong[0].starts_with("relabel_configs[0].action: unknown variant"),
        "{wrong:?}"
    );
    let wrong = wrong_job(&json!({"scrape_intervall": "1m"}));
    assert!(
        wrong[0].starts_with("scrape_intervall: unknown field"),
        "{wrong:?}"
    );
}
