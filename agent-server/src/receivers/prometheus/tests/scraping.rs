//! Real targets, scraped over HTTP.

use serde_json::{Value, json};

use super::resources;
use super::support::{Exposer, OPEN, PLAIN, job, line, outcome, run};
use crate::component::Refusal;
use crate::receivers::testing::until;

#[tokio::test]
async fn a_target_is_scraped_and_its_labels_are_attached() {
    let target = Exposer::start(PLAIN, "a{x=\"1\"} 7\n").await;
    let running = run(&job(target.address, &json!({}))).await;
    let (request, lines) = line(&running, "a{x=1,zone=z1} gauge 7.0 @").await;
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("up{zone=z1} gauge 1.0 @")),
        "{lines:?}"
    );
    assert_eq!(
        resources(&request),
        [format!(
            "service.name=shop,service.instance.id={},server.port={},url.scheme=http",
            target.address,
            target.address.port()
        )]
    );
    outcome(&running, "ok").await;
    assert_eq!(
        running.metric("campanile_receiver_targets{receiver=\"prometheus\"}"),
        1
    );
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_request_says_what_is_wanted() {
    let target = Exposer::start(OPEN, "# EOF\n").await;
    let keys = json!({
        "metrics_path": "/probe", "params": {"module": ["x y", "z"]},
        "scrape_interval": "1s", "scrape_timeout": "500ms",
        "relabel_configs": [{"target_label": "__param_to", "replacement": "b"}],
    });
    let running = run(&job(target.address, &keys)).await;
    line(&running, "up{zone=z1} gauge 1.0 @").await;
    let uri = target.requests.lock().expect("not poisoned")[0]
        .uri
        .to_string();
    assert_eq!(uri, "/probe?module=x+y&to=b&module=z");
    assert_eq!(target.header("x-prometheus-scrape-timeout-seconds"), "0.5");
    assert_eq!(target.header("accept-encoding"), "gzip");
    assert_eq!(
        target.header("accept"),
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
         application/openmetrics-text;version=0.0.1;q=0.5,\
         text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,\
         */*;q=0.2"
    );
    running.tasks.stop().await;
}

#[tokio::test]
async fn every_way_to_log_in_reaches_the_target() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret");
    std::fs::write(&file, "from-file\n").expect("a file");
    let cases: [(Value, &str); 5] = [
        (
            json!({"basic_auth": {"username": "u", "password": "p"}}),
            "Basic dTpw",
        ),
        (
            json!({"basic_auth": {"username": "u", "password_file": file}}),
            "Basic dTpmcm9tLWZpbGU=",
        ),
        (json!({"authorization": {"credentials": "c"}}), "Bearer c"),
        (
            json!({"authorization": {"type": "Token", "credentials_file": file}}),
            "Token from-file",
        ),
        (json!({"bearer_token": "t"}), "Bearer t"),
    ];
    for (keys, expected) in cases {
        let target = Exposer::start(PLAIN, "").await;
        let running = run(&job(target.address, &keys)).await;
        line(&running, "up{zone=z1} gauge 1.0 @").await;
        assert_eq!(target.header("authorization"), expected);
        running.tasks.stop().await;
    }
}

#[tokio::test]
async fn a_refused_payload_is_counted_and_the_next_scrape_goes_on() {
    let target = Exposer::start(PLAIN, "a 1\n").await;
    let running = run(&job(target.address, &json!({}))).await;
    let retry_after = std::time::Duration::from_secs(1);
    running
        .recorder
        .refuse_all(Some(Refusal::Overloaded { retry_after }));
    let refused = "otelcol_receiver_refused_metric_points\
                   {receiver=\"prometheus\",transport=\"http\"}";
    until(|| running.metric(refused) > 6).await;
    running.recorder.refuse_all(None);
    line(&running, "a{zone=z1} gauge 1.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_target_that_vanishes_ends_its_series_in_a_real_scrape() {
    let target = Exposer::start(PLAIN, "a 1\n").await;
    let running = run(&job(target.address, &json!({}))).await;
    line(&running, "a{zone=z1} gauge 1.0 @").await;
    target.set("b 1\n");
    let (_, lines) = line(&running, "a{zone=z1} gauge stale @").await;
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("b{zone=z1} gauge 1.0")),
        "{lines:?}"
    );
    running.tasks.stop().await;
}

#[tokio::test]
async fn more_targets_than_the_limit_are_not_asked() {
    let target = Exposer::start(PLAIN, "a 1\n").await;
    let keys = json!({
        "target_limit": 1,
        "static_configs": [{"targets": [target.address.to_string(), "127.0.0.1:1"]}],
    });
    let running = run(&job(target.address, &keys)).await;
    outcome(&running, "target_limit").await;
    line(&running, "up{} gauge 0.0 @").await;
    assert!(target.requests.lock().expect("not poisoned").is_empty());
    running.tasks.stop().await;
}

#[tokio::test]
async fn targets_are_relabelled_and_dropped() {
    let target = Exposer::start(PLAIN, "a 1\n").await;
    let address = target.address.to_string();
    let keys = json!({
        "static_configs": [
            {"targets": ["nobody:1"], "labels": {"address": address, "keep": "yes"}},
            {"targets": ["127.0.0.1:1"], "labels": {"keep": "no"}},
        ],
        "relabel_configs": [
            {"source_labels": ["keep"], "regex": "yes", "action": "keep"},
            {"source_labels": ["__address__"], "target_label": "instance"},
            {"source_labels": ["address"], "target_label": "__address__"},
            {"regex": "keep|address", "action": "labeldrop"},
        ],
    });
    let running = run(&job(target.address, &keys)).await;
    let (request, _) = line(&running, "a{} gauge 1.0 @").await;
    assert_eq!(
        resources(&request),
        [
            "service.name=shop,service.instance.id=nobody:1,server.address=nobody,server.port=1,\
          url.scheme=http"
        ]
    );
    assert_eq!(
        running.metric("campanile_receiver_targets{receiver=\"prometheus\"}"),
        1
    );
    running.tasks.stop().await;
}

#[tokio::test]
async fn large_answers_come_in_several_payloads() {
    use std::fmt::Write as _;

    let mut text = String::new();
    for index in 0..25_000 {
        let _ = writeln!(text, "a{{index=\"{index}\"}} {index}");
    }
    let target = Exposer::start(PLAIN, &text).await;
    let keys = json!({"scrape_interval": "2s", "scrape_timeout": "2s"});
    let running = run(&job(target.address, &keys)).await;
    let payloads = running.recorder.payloads(3).await;
    let items: Vec<_> = payloads
        .iter()
        .map(crate::payload::Payload::items)
        .collect();
    assert_eq!(items[..3], [10_000, 10_000, 5_005]);
    running.tasks.stop().await;
}
