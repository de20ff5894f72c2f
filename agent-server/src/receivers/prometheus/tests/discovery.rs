//! Targets that come and go.

use std::path::Path;

use serde_json::{Value, json};

use super::support::{Exposer, PLAIN, job, line, run};
use crate::receivers::testing::{Running, until};

fn targets(running: &Running) -> i64 {
    running.metric("campanile_receiver_targets{receiver=\"prometheus\"}")
}

fn failures(running: &Running) -> i64 {
    let series = "campanile_receiver_discoveries{receiver=\"prometheus\",outcome=\"failed\"}";
    running.metric(series)
}

/// Puts a file there at once, as whoever writes such files must.
fn put(path: &Path, text: &str) {
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, text).expect("a file");
    std::fs::rename(&fresh, path).expect("a file");
}

fn list(exposer: &Exposer, labels: &Value) -> String {
    json!([{"targets": [exposer.address.to_string()], "labels": labels}]).to_string()
}

#[tokio::test]
async fn targets_of_files_come_change_and_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = Exposer::start(PLAIN, "a 1\n").await;
    let keys = json!({
        "static_configs": [],
        "file_sd_configs": [{
            "files": [folder.path().join("*.json"), folder.path().join("more.yml")],
            "refresh_interval": "50ms",
        }],
        "relabel_configs": [{
            "source_labels": ["__meta_filepath"], "regex": ".*/([a-z]+).json",
            "target_label": "file",
        }],
    });
    let running = run(&job(target.address, &keys)).await;
    until(|| failures(&running) > 0).await;
    let path = folder.path().join("shop.json");
    put(&path, &list(&target, &json!({"n": "1"})));
    line(&running, "a{file=shop,n=1} gauge 1.0 @").await;
    assert_eq!(targets(&running), 1);

    put(&path, &list(&target, &json!({"n": "2"})));
    line(&running, "a{file=shop,n=1} gauge stale @").await;
    line(&running, "up{file=shop,n=1} gauge stale @").await;
    line(&running, "a{file=shop,n=2} gauge 1.0 @").await;

    // What is not valid changes nothing.
    let before = failures(&running);
    put(&path, "[{");
    until(|| failures(&running) > before + 4).await;
    assert_eq!(targets(&running), 1);

    std::fs::remove_file(&path).expect("it was there");
    line(&running, "a{file=shop,n=2} gauge stale @").await;
    until(|| targets(&running) == 0).await;
    let yaml = format!("- targets: ['{}']\n  labels: {{n: '3'}}\n", target.address);
    put(&folder.path().join("more.yml"), &yaml);
    line(&running, "a{n=3} gauge 1.0 @").await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn targets_of_urls_come_change_and_go() {
    let target = Exposer::start(PLAIN, "a 1\n").await;
    let lister = Exposer::start("application/json", "[]").await;
    let url = format!("http://{}/list", lister.address);
    let keys = json!({
        "static_configs": [],
        "http_sd_configs": [{
            "url": url, "refresh_interval": "100ms", "bearer_token": "t",
        }],
        "relabel_configs": [{"source_labels": ["__meta_url"], "target_label": "from"}],
    });
    let running = run(&job(target.address, &keys)).await;
    lister.set(&list(&target, &json!({"n": "1"})));
    line(&running, &format!("a{{from={url},n=1}} gauge 1.0 @")).await;
    assert_eq!(lister.header("authorization"), "Bearer t");
    assert_eq!(
        lister.header("x-prometheus-refresh-interval-seconds"),
        "0.1"
    );

    let before = failures(&running);
    lister.set("{}");
    until(|| failures(&running) > before + 2).await;
    assert_eq!(targets(&running), 1);
    lister.set("[]");
    line(&running, &format!("a{{from={url},n=1}} gauge stale @")).await;
    until(|| targets(&running) == 0).await;
    running.tasks.stop().await;
}

#[tokio::test]
async fn a_target_that_is_none_is_counted() {
    let target = Exposer::start(PLAIN, "a 1\n").await;
    let keys = json!({
        "relabel_configs": [
            {"source_labels": ["zone"], "regex": "z1", "target_label": "__scheme__",
                "replacement": "gopher"},
        ],
    });
    let running = run(&job(target.address, &keys)).await;
    let series = "campanile_receiver_invalid{receiver=\"prometheus\",reason=\"target\"}";
    until(|| running.metric(series) == 1).await;
    assert_eq!(targets(&running), 0);
    running.tasks.stop().await;
}
