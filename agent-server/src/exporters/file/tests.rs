use std::path::Path;

use campanile_wire::otlp::write::{self, Scalar};
use campanile_wire::otlp::{Limits, Signal, json};
use serde_json::{Value, json};

use super::File;
use crate::component::{Context, Delivery, Entry, ExportError, Exported, Shared};
use crate::exporters::testing::{attempt, build, wrong};
use crate::payload::Payload;
use crate::payload::testing::{names, spans};

fn exporter(path: &Path, extra: &Value) -> Delivery {
    let mut config = json!({"path": path});
    let keys = config.as_object_mut().expect("an object");
    keys.extend(extra.as_object().cloned().unwrap_or_default());
    build::<File>(&config)
}

async fn append(delivery: &Delivery, name: &str) {
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
    append(&delivery, "a\nb").await;
    append(&delivery, "c").await;
    assert_eq!(lines(&path), ["a\nb", "c"]);
}

#[tokio::test]
async fn protobuf_is_prefixed_by_its_length() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.bin");
    let delivery = exporter(&path, &json!({"format": "proto"}));
    append(&delivery, "a").await;
    append(&delivery, "b").await;
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
    append(&exporter(&path, &json!({})), "a").await;
    append(&exporter(&path, &json!({"append": true})), "b").await;
    assert_eq!(lines(&path), ["a", "b"]);
    append(&exporter(&path, &json!({})), "c").await;
    assert_eq!(lines(&path), ["c"]);
}

#[tokio::test]
async fn a_line_that_a_killed_writer_left_unfinished_is_cut_off() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    append(&exporter(&path, &json!({})), "a").await;
    let whole = std::fs::read(&path).expect("a file");
    std::fs::write(&path, [&whole[..], br#"{"resourceSp"#].concat()).expect("written");
    append(&exporter(&path, &json!({"append": true})), "b").await;
    assert_eq!(lines(&path), ["a", "b"]);
}

#[tokio::test]
async fn a_line_that_somebody_else_left_unfinished_is_kept_and_ended() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    std::fs::write(&path, "a note").expect("written");
    append(&exporter(&path, &json!({"append": true})), "a").await;
    let text = std::fs::read_to_string(&path).expect("a file");
    let line = text.strip_prefix("a note\n").expect("a line of its own");
    assert!(json::decode(Signal::Traces, line.as_bytes()).is_ok());
}

/// The messages of a file in which each has its length before it.
fn messages(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).expect("a file");
    let mut rest = bytes.as_slice();
    let mut messages = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        messages.push(after[..length].to_vec());
        rest = &after[length..];
    }
    assert!(rest.is_empty());
    messages
}

#[tokio::test]
async fn compressed_messages_are_frames_with_their_length_whatever_the_format() {
    let directory = tempfile::tempdir().expect("a directory");
    for format in ["json", "proto"] {
        let path = directory.path().join(format);
        let config = json!({"format": format, "compression": "zstd", "append": true});
        append(&exporter(&path, &config), "a").await;
        // Opened again, it is appended to behind the frames that are there.
        append(&exporter(&path, &config), "b").await;
        let inflated = messages(&path).into_iter().map(|frame| {
            let message = zstd::bulk::decompress(&frame, 1 << 20).expect("a frame");
            match format {
                "json" => json::decode(Signal::Traces, &message).expect("OTLP/JSON"),
                _ => message,
            }
        });
        let names: Vec<_> = inflated.map(|request| names(&request).join(" ")).collect();
        assert_eq!(names, ["a", "b"], "{format}");
    }
}

#[tokio::test]
async fn a_record_that_a_killed_writer_left_unfinished_is_cut_off() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.bin");
    let config = json!({"format": "proto", "append": true});
    append(&exporter(&path, &config), "a").await;
    let whole = std::fs::read(&path).expect("a file");
    for cut in 1..whole.len() {
        let torn = [&whole[..], &whole[..cut]].concat();
        std::fs::write(&path, torn).expect("written");
        append(&exporter(&path, &config), "b").await;
        let read: Vec<_> = messages(&path).iter().flat_map(|one| names(one)).collect();
        assert_eq!(read, ["a", "b"], "{cut}");
        std::fs::write(&path, &whole[..cut]).expect("written");
        append(&exporter(&path, &config), "c").await;
        let read: Vec<_> = messages(&path).iter().flat_map(|one| names(one)).collect();
        assert_eq!(read, ["c"], "{cut}");
    }
}

#[tokio::test]
async fn a_file_of_something_else_is_not_destroyed() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("traces.json");
    append(&exporter(&path, &json!({})), "a").await;
    let delivery = exporter(&path, &json!({"format": "proto", "append": true}));
    match attempt(&*delivery.exporter, spans(["b"])).await {
        Err(ExportError::Retryable { message, .. }) => {
            assert!(message.contains("move it away"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(lines(&path), ["a"]);
}

/// A request with a resource for each service, and one span of the same name in it.
fn services(names: &[&str]) -> Payload {
    let mut request = Vec::new();
    for name in names {
        write::nested(&mut request, 1, |resource_spans| {
            write::nested(resource_spans, 1, |resource| {
                write::attribute(resource, 1, "service.name", Scalar::Text(name));
            });
            write::nested(resource_spans, 2, |scope_spans| {
                write::nested(scope_spans, 2, |span| {
                    write::bytes(span, 1, &[0xa1; 16]);
                    write::bytes(span, 2, &[0xb2; 8]);
                    write::text(span, 5, name);
                });
            });
        });
    }
    Payload::parse(Signal::Traces, request.into(), &Limits::default()).expect("well formed")
}

#[tokio::test]
async fn every_group_of_resources_has_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("new/of-*/traces.json");
    let group_by = json!({
        "enabled": true, "resource_attribute": "service.name", "max_open_files": 1,
    });
    let delivery = exporter(&path, &json!({"group_by": group_by}));
    for names in [&["shop", "../bank", "shop"][..], &["bank"], &["", "shop"]] {
        let outcome = attempt(&*delivery.exporter, services(names)).await;
        assert_eq!(outcome, Ok(Exported::default()));
    }
    let of = |group: &str| lines(&directory.path().join(format!("new/of-{group}/traces.json")));
    assert_eq!(of("shop"), ["shop shop", "shop"]);
    assert_eq!(of("bank"), ["../bank", "bank"]);
    assert_eq!(of("MISSING"), [""]);
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
        append(&delivery, &long).await;
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
    append(&delivery, &long).await;
    std::fs::remove_file(&path).expect("removed");
    append(&delivery, &long).await;
    assert_eq!(lines(&path).len(), 1);
}

#[tokio::test]
async fn a_directory_is_created_where_that_is_wanted() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("deep/er/traces.json");
    append(&exporter(&path, &json!({"create_directory": true})), "a").await;
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
    assert_eq!(wrong::<File>(&config), ["rotation.max_megabytes"]);
    let group_by = json!({"enabled": true, "resource_attribute": "", "max_open_files": 0});
    let config = json!({"path": "*", "rotation": {}, "group_by": group_by});
    let expected = [
        "path",
        "rotation",
        "group_by.resource_attribute",
        "group_by.max_open_files",
    ];
    assert_eq!(wrong::<File>(&config), expected);
    let no_star = json!({"path": "a.json", "group_by": {"enabled": true}});
    assert_eq!(wrong::<File>(&no_star), ["path"]);
    assert_eq!(
        wrong::<File>(&json!({"path": "x", "compression": ""})),
        [""; 0]
    );
    assert_eq!(
        wrong::<File>(&json!({"path": "x", "encoding": "e"})),
        ["encoding"]
    );
}
