use std::fs;
use std::path::Path;

use super::trace_id;
use crate::ops::Metrics;
use crate::store::fixture::{TestSpan, payload, span};
use crate::store::{FILE_NAME, Settings, Store};

/// Makes the file that the store finds.
type Make<'a> = &'a dyn Fn(&Path);

fn on_disk(directory: &Path, metrics: &Metrics) -> Store {
    let settings = Settings {
        directory: Some(directory.to_owned()),
        ..Settings::default()
    };
    Store::open(settings, metrics).expect("the store opens")
}

#[test]
fn spans_on_disk_are_there_after_reopening() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = on_disk(directory.path(), &Metrics::default());
    store
        .insert(&payload("front", &[span(1, 1, "a")]))
        .expect("inserted");
    let before = store.trace(trace_id(1)).expect("read");
    drop(store);
    let metrics = Metrics::default();
    let store = on_disk(directory.path(), &metrics);
    assert!(before.is_some());
    assert_eq!(store.trace(trace_id(1)).expect("read"), before);
    assert!(metrics.render().contains("campanile_store_spans 1"));
}

#[test]
fn reading_a_file_sees_what_was_written_before() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = on_disk(directory.path(), &Metrics::default());
    for trace in 1..50 {
        store
            .insert(&payload("front", &[span(trace, 1, "a")]))
            .expect("inserted");
        assert!(store.trace(trace_id(trace)).expect("read").is_some());
    }
}

#[test]
fn anyone_can_read_the_file_while_the_agent_runs() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = on_disk(directory.path(), &Metrics::default());
    let spans = [
        span(1, 1, "GET /").kind(2),
        span(1, 2, "b").parent(1).failed(),
    ];
    store.insert(&payload("front", &spans)).expect("inserted");
    let path = directory.path().join(FILE_NAME);
    let connection = rusqlite::Connection::open(path).expect("opened");
    let row: (String, String, String, String, f64) = connection
        .query_row(
            "SELECT trace_id, parent_span_id, service, start, duration_ms FROM readable_spans
             WHERE status = 'error' AND kind = 'internal'",
            [],
            |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            },
        )
        .expect("one row");
    let (trace, parent, service, start, duration) = row;
    assert_eq!(trace, "00000000000000000000000000000001");
    assert_eq!(parent, "0000000000000001");
    assert_eq!(
        (service.as_str(), start.as_str()),
        ("front", "2026-11-21T20:00:00.000Z")
    );
    assert!((duration - 1.0).abs() < 1e-9);
}

#[test]
fn files_that_are_not_ours_are_set_aside() {
    let foreign = |path: &Path| {
        let connection = rusqlite::Connection::open(path).expect("opened");
        connection
            .execute_batch("CREATE TABLE theirs (x)")
            .expect("made");
    };
    let newer = |path: &Path| {
        drop(on_disk(
            path.parent().expect("a directory"),
            &Metrics::default(),
        ));
        let connection = rusqlite::Connection::open(path).expect("opened");
        connection
            .pragma_update(None, "user_version", 99)
            .expect("set");
    };
    let garbage = |path: &Path| fs::write(path, "garbage".repeat(1_000)).expect("written");
    let damaged = |path: &Path| {
        let store = on_disk(path.parent().expect("a directory"), &Metrics::default());
        let spans: Vec<TestSpan> = (1..500).map(|id| span(1, id, "a")).collect();
        store.insert(&payload("front", &spans)).expect("inserted");
        drop(store);
        let mut bytes = fs::read(path).expect("read");
        let end = bytes.len() - 5_000;
        bytes[8_192..end].fill(0xa5);
        fs::write(path, bytes).expect("written");
    };
    let cases: [(&str, Make<'_>); 4] = [
        ("foreign", &foreign),
        ("newer", &newer),
        ("garbage", &garbage),
        ("damaged", &damaged),
    ];
    for (case, make) in cases {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(FILE_NAME);
        make(&path);
        let before = fs::read(&path).expect("read");
        let metrics = Metrics::default();
        let store = on_disk(directory.path(), &metrics);
        store
            .insert(&payload("front", &[span(1, 1, "a")]))
            .expect("inserted");
        assert_eq!(store.size().expect("read").spans, 1, "{case}");
        let kept = fs::read_dir(directory.path())
            .expect("listed")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.to_string_lossy().contains("set-aside"))
            .expect("the file is still there");
        assert_eq!(fs::read(kept).expect("read"), before, "{case}");
        assert!(
            metrics
                .render()
                .contains("campanile_store_set_aside_files 1"),
            "{case}"
        );
    }
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error_that_names_it() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let settings = Settings {
        directory: Some(file.path().join("below")),
        ..Settings::default()
    };
    let error = Store::open(settings, &Metrics::default()).expect_err("a file is in the way");
    assert!(error.to_string().contains("below"), "{error}");
}
