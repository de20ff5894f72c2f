use std::fs;

use super::super::{Durability, LogError, Logs, inspect};
use super::support::{all, append, items, settings};

#[test]
fn each_label_has_a_log_of_its_own_under_a_number() {
    let root = tempfile::tempdir().expect("a directory");
    let labels = ["traces", "traces/../../slow", "metrics\nwith a second line"];
    for round in 0..2 {
        let mut logs = Logs::open(root.path()).expect("opened");
        for (turn, label) in (1_u64..).zip(labels) {
            let settings = settings(Durability::Written);
            let (mut log, opened) = logs.log_for(label, settings, &["a"]).expect("opened");
            assert_eq!(opened.records, round);
            append(&mut log, turn).expect("appended");
            assert!(all(&log).iter().all(|other| *other == turn));
        }
        let found: Vec<_> = logs.labels().collect();
        assert_eq!(
            found,
            [
                (1, Some(labels[0])),
                (2, Some(labels[1])),
                (3, Some(labels[2]))
            ]
        );
    }
    let second = Logs::open(root.path()).expect("opened");
    assert!(matches!(
        Logs::open(root.path()),
        Err(LogError::Locked { .. })
    ));
    drop(second);
}

#[test]
fn a_damaged_label_leaves_its_log_there_without_one() {
    let root = tempfile::tempdir().expect("a directory");
    let mut logs = Logs::open(root.path()).expect("opened");
    for label in ["traces", "metrics"] {
        logs.log_for(label, settings(Durability::Written), &["a"])
            .expect("opened");
    }
    drop(logs);
    fs::write(
        root.path().join("000001/label"),
        "campanile 00000000\ntraces",
    )
    .expect("written");
    fs::write(root.path().join("notes"), "mine").expect("written");
    let mut logs = Logs::open(root.path()).expect("opened");
    assert_eq!(
        Vec::from_iter(logs.labels()),
        [(1, None), (2, Some("metrics"))]
    );
    logs.log_for("traces", settings(Durability::Written), &["a"])
        .expect("opened");
    assert_eq!(logs.number("traces"), Some(3));
    logs.remove(1).expect("removed");
    assert!(!root.path().join("000001").exists());
    assert_eq!(
        Vec::from_iter(logs.labels()),
        [(2, Some("metrics")), (3, Some("traces"))]
    );
}

#[test]
fn looking_changes_nothing_and_says_what_is_there() {
    let root = tempfile::tempdir().expect("a directory");
    let path = root.path().join("queue");
    assert!(inspect(&path).expect("nothing there").is_empty());
    let mut logs = Logs::open(&path).expect("opened");
    let (mut log, _) = logs
        .log_for("traces", settings(Durability::Written), &["a", "b"])
        .expect("opened");
    for turn in 0..20 {
        append(&mut log, turn).expect("appended");
    }
    let mut reader = log.reader("b").expect("known");
    let record = reader.read().expect("read").expect("there");
    log.advance("b", record.end).expect("advanced");
    assert!(matches!(inspect(&path), Err(LogError::Locked { .. })));
    drop((log, logs));
    fs::write(path.join("000001/00000000000000000900.seg"), "foreign").expect("written");
    let listed = || {
        let entries = fs::read_dir(path.join("000001")).expect("read");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("read").file_name())
            .collect();
        names.sort();
        names
    };
    let before = listed();
    let found = inspect(&path).expect("looked at");
    assert_eq!(listed(), before);
    let [found] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(found.label.as_deref(), Some("traces"));
    assert_eq!(found.inspected.opened.records, 20);
    assert_eq!(found.inspected.opened.set_aside.len(), 1);
    let behind: Vec<_> = found.inspected.destinations.iter().collect();
    assert_eq!(behind[0].1.records, 20);
    assert_eq!((behind[1].0.as_str(), behind[1].1.records), ("b", 19));
    assert_eq!(behind[1].1.items, (1..20).map(items).sum::<u64>());
}
