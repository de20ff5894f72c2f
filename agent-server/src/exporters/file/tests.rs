use std::path::Path;

use campanile_wire::otlp::{Signal, json};
use serde_json::{Value, json};

use super::File;
use crate::component::{Context, Delivery, Entry, ExportError, Exported, Shared};
use crate::exporters::testing::{attempt, build, wrong};
use crate::payload::testing::{names, spans};

fn exporter(path: &Path, extra: &Value) -> Delivery {
    let mut config = json!({"path": path});
    let keys = config.as_object_mut().expect("an object");
    keys.extend(extra.as_object().cloned().unwrap_or_default());
    build::<File>(&config)
}

async fn write(delivery: &Delivery, name: &str) {
    let outcome = attempt(&*delivery.exporter, spans([name])).await;
    assert_eq!(outcome, Ok(Exported::default()));
}

/// The spans of every line.
fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a file");
    assert!(text.ends_with('\n'));
    text.lines()
        .map(|line| json::decode(Signal::Traces, line.as_bytes()).expect("OTLP/JSON"))
        .map(|request| names(&request).join(" "))
        .collect()
}

#[tokio::test]
async fn every_payload_is_a_line_that_reads_back() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    let delivery = exporter(&path, &json!({}));
    assert!(!path.exists(), "created by the first payload");
    write(&delivery, "a\nb").await;
    write(&delivery, "c").await;
    assert_eq!(lines(&path), ["a\nb", "c"]);
}

#[tokio::test]
async fn protobuf_is_prefixed_by_its_length() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.bin");
    let delivery = exporter(&path, &json!({"format": "proto"}));
    write(&delivery, "a").await;
    write(&delivery, "b").await;
    let mut expected = Vec::new();
    for payload in [spans(["a"]), spans(["b"])] {
        let length = u32::try_from(payload.size()).expect("small");
        expected.extend_from_slice(&length.to_be_bytes());
        expected.extend_from_slice(payload.bytes());
    }
    assert_eq!(std::fs::read(&path).expect("a file"), expected);
}

#[tokio::test]
async fn a_file_that_exists_is_emptied_unless_it_is_appended_to() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    write(&exporter(&path, &json!({})), "a").await;
    write(&exporter(&path, &json!({"append": true})), "b").await;
    assert_eq!(lines(&path), ["a", "b"]);
    write(&exporter(&path, &json!({})), "c").await;
    assert_eq!(lines(&path), ["c"]);
}

#[tokio::test]
async fn a_line_that_a_killed_writer_left_unfinished_spoils_no_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    std::fs::write(&path, r#"{"resourceSp"#).expect("written");
    write(&exporter(&path, &json!({"append": true})), "a").await;
    let text = std::fs::read_to_string(&path).expect("a file");
    let line = text
        .strip_prefix("{\"resourceSp\n")
        .expect("a line of its own");
    assert!(json::decode(Signal::Traces, line.as_bytes()).is_ok());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_tried_again() {
    let delivery = exporter(Path::new("/dev/full"), &json!({}));
    for _ in 0..2 {
        match attempt(&*delivery.exporter, spans(["a"])).await {
            Err(ExportError::Retryable { message, .. }) => {
                assert!(
                    message.starts_with("/dev/full (file): No space left"),
                    "{message}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_full_file_is_renamed_and_a_new_one_begun() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    let rotation = json!({"rotation": {"max_megabytes": 1, "max_backups": 2}});
    let delivery = exporter(&path, &rotation);
    let long = "x".repeat(600 << 10);
    for _ in 0..5 {
        write(&delivery, &long).await;
    }
    assert_eq!(lines(&path).len(), 1);
    let files = std::fs::read_dir(directory.path())
        .expect("readable")
        .count();
    assert_eq!(files, 3, "the file and two that were renamed");
}

#[tokio::test]
async fn a_full_file_that_somebody_took_away_is_begun_anew() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    let delivery = exporter(&path, &json!({"rotation": {"max_megabytes": 1}}));
    let long = "x".repeat(600 << 10);
    write(&delivery, &long).await;
    std::fs::remove_file(&path).expect("removed");
    write(&delivery, &long).await;
    assert_eq!(lines(&path).len(), 1);
}

#[tokio::test]
async fn a_directory_is_created_where_that_is_wanted() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("deep/er/traces.json");
    write(&exporter(&path, &json!({"create_directory": true})), "a").await;
    assert_eq!(lines(&path), ["a"]);
}

#[test]
fn a_directory_that_is_not_there_is_said_when_the_agent_starts() {
    let configured = Entry::of::<File>().configure(&json!({"path": "/nowhere/traces.json"}));
    let context = Context {
        id: "file".parse().expect("an id"),
        shared: Shared::default(),
    };
    let error = configured.expect("valid").build(context).unwrap_err();
    assert_eq!(error.key, "path");
    assert!(error.message.contains("create_directory: true"), "{error}");
}

#[test]
fn what_is_wrong_is_named_by_its_key() {
    assert_eq!(wrong::<File>(&Value::Null), ["path"]);
    let config = json!({
        "path": "traces.json",
        "rotation": {"max_megabytes": 0, "max_days": 1, "localtime": true},
    });
    let expected = [
        "rotation.max_megabytes",
        "rotation.max_days",
        "rotation.localtime",
    ];
    assert_eq!(wrong::<File>(&config), expected);
    assert_eq!(
        wrong::<File>(&json!({"path": "x", "group_by": {}})),
        ["group_by"]
    );
}
