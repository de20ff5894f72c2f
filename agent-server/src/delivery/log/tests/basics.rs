use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::Signal;

use super::super::files::memory::Memory;
use super::super::{Backlog, Durability, Log, LogError, Loss, NewRecord, Opened, Position, Start};
use super::support::{all, append, cursor, from_end, items, open, rest, settings, try_open, turns};

#[test]
fn records_are_read_in_order_by_each_destination() {
    let memory = Memory::default();
    let (mut log, opened) = open(&memory);
    assert_eq!(opened, Opened::default());
    let mut early = log.reader("a").expect("known");
    for turn in 0..20 {
        assert_eq!(append(&mut log, turn).expect("appended"), turn);
        assert_eq!(turns(&rest(&mut early)), [turn]);
    }
    assert!(
        memory
            .names()
            .iter()
            .filter(|name| name.ends_with(".seg"))
            .count()
            > 3
    );
    let mut late = log.reader("b").expect("known");
    assert_eq!(turns(&rest(&mut late)), Vec::from_iter(0..20));
    assert_eq!(late.take_loss(), Loss::default());
    assert!(matches!(
        log.reader("c"),
        Err(LogError::UnknownDestination(_))
    ));
}

#[test]
fn several_records_are_added_at_once_with_all_they_say() {
    let memory = Memory::default();
    let (mut log, _) = open(&memory);
    let bodies = [
        [Bytes::from_static(b"x"), Bytes::new()],
        [Bytes::new(), Bytes::new()],
    ];
    let record = |signal, body| NewRecord {
        time: 7,
        signal,
        items: 3,
        body,
    };
    let records = [
        record(Signal::Logs, &bodies[0]),
        record(Signal::Metrics, &bodies[1]),
    ];
    assert_eq!(log.append(&records).expect("appended"), 0..2);
    assert_eq!(log.append(&[]).expect("nothing to do"), 2..2);
    let read = rest(&mut log.read_all());
    assert_eq!((read[0].signal, &*read[0].body), (Signal::Logs, &b"x"[..]));
    assert_eq!(
        (read[1].signal, &*read[1].body),
        (Signal::Metrics, &b""[..])
    );
    assert_eq!(
        read[1].end,
        Position {
            number: 2,
            items: 6
        }
    );
    let huge = vec![Bytes::from(vec![0; 1 << 20]); 65];
    let refused = log.append(&[record(Signal::Logs, &huge)]);
    assert!(matches!(refused, Err(LogError::TooLarge { .. })));
}

#[test]
fn what_is_held_survives_and_numbers_go_on() {
    let memory = Memory::default();
    for turn in 0..30 {
        let (mut log, opened) = open(&memory);
        assert_eq!(opened.records, turn);
        assert_eq!(opened.items, (0..turn).map(items).sum::<u64>());
        assert_eq!((opened.skipped_records, opened.skipped_bytes), (0, 0));
        assert_eq!(all(&log), Vec::from_iter(0..turn));
        assert_eq!(append(&mut log, turn).expect("appended"), turn);
        if turn % 2 == 0 {
            log.close();
        }
    }
}

#[test]
fn cursors_survive_and_segments_below_all_of_them_go() {
    let memory = Memory::default();
    let (mut log, _) = open(&memory);
    for turn in 0..20 {
        append(&mut log, turn).expect("appended");
    }
    let records = rest(&mut log.reader("a").expect("known"));
    log.advance("a", records[14].end).expect("advanced");
    assert_eq!(log.trim().expect("trimmed"), 0);
    log.advance("b", records[9].end).expect("advanced");
    log.advance("b", records[4].end).expect("never back");
    assert!(log.trim().expect("trimmed") > 0);
    let left = all(&log);
    assert!((6..=10).contains(&left[0]), "{left:?}");
    drop(log);
    let (mut log, _) = open(&memory);
    assert_eq!(all(&log), left);
    let expected = Backlog {
        records: 10,
        items: (10..20).map(items).sum(),
        oldest: Some(1_000 + left[0]),
    };
    let backlog = log.backlog("b");
    assert_eq!((backlog.records, backlog.items), (10, expected.items));
    assert!(backlog.oldest.is_some_and(|oldest| oldest <= 1_010));
    let mut reader = log.reader("a").expect("known");
    assert_eq!(turns(&rest(&mut reader)), Vec::from_iter(15..20));
    assert_eq!(reader.take_loss(), Loss::default());
    let end = records[19].end;
    log.advance("a", end).expect("advanced");
    log.advance("b", end).expect("advanced");
    log.trim().expect("trimmed");
    assert_eq!(log.bytes(), 0);
    assert!(memory.names().iter().all(|name| !name.ends_with("seg")));
    drop(log);
    let (mut log, _) = open(&memory);
    assert_eq!(
        append(&mut log, 20).expect("appended"),
        20,
        "no number twice"
    );
    assert_eq!(log.backlog("a").records, 1);
}

#[test]
fn a_destination_begins_where_it_is_told_and_holds_nothing_up_once_forgotten() {
    let memory = Memory::default();
    let (mut log, _) = open(&memory);
    for turn in 0..10 {
        append(&mut log, turn).expect("appended");
    }
    log.add_destination("old", Start::Oldest).expect("added");
    log.add_destination("new", Start::End).expect("added");
    let named = |log: &Log, name| cursor(log, name).map(|at| at.number);
    assert_eq!(
        (named(&log, "old"), named(&log, "new")),
        (Some(0), Some(10))
    );
    drop(log);
    let files = Arc::new(memory.clone());
    let settings = from_end(Durability::Written);
    let (mut log, opened) = Log::open_in(files, settings, &["a", "later"]).expect("opened");
    assert_eq!(opened.vanished, ["b", "old", "new"]);
    assert_eq!(named(&log, "later"), Some(10));
    log.advance("a", cursor(&log, "later").expect("known"))
        .expect("advanced");
    log.forget("b").expect("forgotten");
    assert_eq!(log.trim().expect("trimmed"), 0);
    log.forget("old").expect("forgotten");
    assert!(log.trim().expect("trimmed") > 0);
    assert_eq!(log.bytes(), 0);
    drop(log);
    let (log, opened) = open(&memory);
    assert_eq!(opened.vanished, ["new", "later"]);
    assert_eq!(cursor(&log, "b").map(|at| at.number), Some(10));
}

#[test]
fn a_reader_may_begin_anywhere() {
    let memory = Memory::default();
    let (mut log, _) = open(&memory);
    for turn in 0..20 {
        append(&mut log, turn).expect("appended");
    }
    let mut reader = log.read_all();
    for number in [13, 14, 3, 0, 19, 18] {
        let record = reader.read_from(number).expect("read").expect("there");
        assert_eq!(turns(&[record]), [number]);
    }
    assert_eq!(reader.read_from(20).expect("read"), None);
    assert_eq!(reader.take_loss(), Loss::default());
}

#[test]
fn with_synced_nothing_is_read_before_it_is_durable() {
    let memory = Memory::default();
    let (mut log, _) = try_open(&memory, settings(Durability::Synced)).expect("opened");
    let mut reader = log.reader("a").expect("known");
    for turn in 0..12 {
        append(&mut log, turn).expect("appended");
    }
    assert_eq!(rest(&mut reader), []);
    let mut syncing = log.begin_sync();
    append(&mut log, 12).expect("appended meanwhile");
    syncing.run();
    assert_eq!(log.finish_sync(syncing).expect("synced"), 12);
    assert_eq!(turns(&rest(&mut reader)), Vec::from_iter(0..12));
    assert_eq!(log.sync().expect("synced"), 13);
    assert_eq!(turns(&rest(&mut reader)), [12]);
    assert_eq!(log.sync().expect("nothing to do"), 13);
}

#[test]
fn a_second_owner_is_told_who_the_first_is() {
    let memory = Memory::default();
    let (log, _) = open(&memory);
    let second = try_open(&memory, settings(Durability::Written));
    assert!(matches!(second, Err(LogError::Locked { pid: Some(7) })));
    drop(log);
    open(&memory);
}
