use std::time::Duration;

use super::super::files::memory::Memory;
use super::super::{Discarded, Dropped, Durability, LogError, LogSettings, Loss};
use super::support::{all, append, items, open, rest, settings, try_open, turns};

#[test]
fn a_full_log_refuses_and_takes_more_once_it_was_answered_for() {
    let memory = Memory::default();
    let small = LogSettings {
        max_bytes: 20_000,
        ..settings(Durability::Written)
    };
    let (mut log, _) = try_open(&memory, small).expect("opened");
    let mut turn = 0;
    let refused = loop {
        match append(&mut log, turn) {
            Ok(_) => turn += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(refused, LogError::Full { max: 20_000, .. }),
        "{refused}"
    );
    assert!(log.bytes() <= 20_000);
    assert_eq!(all(&log), Vec::from_iter(0..turn));
    for name in ["a", "b"] {
        let records = rest(&mut log.reader(name).expect("known"));
        log.advance(name, records[turn as usize / 2].end)
            .expect("advanced");
    }
    log.trim().expect("trimmed");
    append(&mut log, turn).expect("there is room again");
}

#[test]
fn a_log_larger_than_its_new_limit_opens_and_drains() {
    let memory = Memory::default();
    let (mut log, _) = open(&memory);
    for turn in 0..50 {
        append(&mut log, turn).expect("appended");
    }
    drop(log);
    let smaller = LogSettings {
        max_bytes: 12_000,
        ..settings(Durability::Written)
    };
    let (mut log, opened) = try_open(&memory, smaller).expect("opened");
    assert_eq!(opened.records, 50);
    assert!(matches!(append(&mut log, 50), Err(LogError::Full { .. })));
    assert_eq!(all(&log), Vec::from_iter(0..50));
    let mut discarded = Discarded::default();
    log.discard_excess(&mut discarded).expect("discarded");
    assert!(log.bytes() <= 12_000 && log.bytes() > 0);
    let left = all(&log);
    let lost = left[0];
    let of = |destination: &str| Dropped {
        destination: destination.to_owned(),
        records: lost,
        items: (0..lost).map(items).sum(),
    };
    assert_eq!(discarded.dropped, [of("a"), of("b")]);
    assert!(discarded.bytes > 0);
}

#[test]
fn what_is_too_old_is_dropped_by_the_segment_and_counted_for_who_had_not_read_it() {
    let memory = Memory::default();
    let aged = LogSettings {
        max_age: Duration::from_millis(100),
        ..settings(Durability::Written)
    };
    let (mut log, _) = try_open(&memory, aged).expect("opened");
    for turn in 0..30 {
        append(&mut log, turn).expect("appended");
    }
    let mut reader = log.reader("a").expect("known");
    for _ in 0..5 {
        reader.read().expect("read").expect("there");
    }
    let mut discarded = Discarded::default();
    log.discard_expired(1_100, &mut discarded)
        .expect("discarded");
    assert_eq!(discarded, Discarded::default(), "the first is 100 ms old");
    log.discard_expired(1_120, &mut discarded)
        .expect("discarded");
    let lost = all(&log)[0];
    assert!(lost > 10 && lost <= 20, "{lost}");
    let records = |name: &str| {
        let mut dropped = discarded.dropped.iter();
        dropped
            .find(|dropped| dropped.destination == name)
            .map(|dropped| dropped.records)
    };
    assert_eq!((records("a"), records("b")), (Some(lost - 5), Some(lost)));
    assert_eq!(turns(&rest(&mut reader)), Vec::from_iter(lost..30));
    assert_eq!(reader.take_loss(), Loss::default(), "it was counted once");
    log.discard_expired(9_999, &mut discarded)
        .expect("discarded");
    assert_eq!(log.bytes(), 0, "the segment at the end, too");
    append(&mut log, 30).expect("appended");
    assert_eq!(turns(&rest(&mut reader)), [30]);
    drop(log);
    let (log, opened) = open(&memory);
    assert_eq!(opened.skipped_records, 0);
    assert_eq!(log.backlog("b").records, 1);
}

#[test]
fn what_is_set_aside_is_bounded() {
    let memory = Memory::default();
    for turn in 0..5 {
        memory.put(&format!("{turn:020}.seg"), vec![7; 5_000]);
    }
    let small = LogSettings {
        max_bytes: 12_000,
        ..settings(Durability::Written)
    };
    let (_, opened) = try_open(&memory, small).expect("opened");
    assert_eq!((opened.set_aside.len(), opened.removed), (5, 3));
    let names = memory.names();
    let left: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("set-aside"))
        .collect();
    assert_eq!(
        left,
        [
            "set-aside/000004-00000000000000000003.seg",
            "set-aside/000005-00000000000000000004.seg"
        ]
    );
}
