//! Every operation fails once.

use super::super::files::memory::{Fault, Memory};
use super::super::{Durability, LogError, LogSettings};
use super::support::{append, cursor, rest, settings, try_open, turn};

/// What a run was told: the turns that were accepted, and those that were tried.
#[derive(Debug, Default)]
struct Told {
    accepted: Vec<u64>,
    tried: u64,
    /// Whether a segment could not be read when the log was opened, and was set aside.
    set_aside: bool,
    /// Below which number `a` knows to have answered.
    answered: u64,
}

/// Appends, syncs, reads, advances and trims, whatever fails.
fn run(memory: &Memory, settings: &LogSettings) -> Told {
    let mut told = Told::default();
    for _ in 0..3 {
        let Ok((mut log, opened)) = try_open(memory, settings.clone()) else {
            continue;
        };
        told.set_aside |= !opened.set_aside.is_empty();
        let mut pending = Vec::new();
        for step in 0..9 {
            let turn = told.tried;
            told.tried += 1;
            if append(&mut log, turn).is_ok() {
                pending.push(turn);
            }
            let synced = settings.durability == Durability::Synced;
            if synced && step % 3 != 2 {
                continue;
            }
            if !synced || log.sync().is_ok() {
                told.accepted.append(&mut pending);
            }
            pending.clear();
        }
        if let Ok(mut reader) = log.reader("a")
            && let Ok(Some(record)) = reader.read()
        {
            // It is answered for whether or not that can be written down.
            let _ = log.advance("a", record.end);
            told.answered = record.end.number;
        }
        let _ = log.advance("b", reader_end(&log));
        let _ = log.trim();
    }
    told
}

fn reader_end(log: &super::super::Log) -> super::super::Position {
    cursor(log, "a").expect("known")
}

/// Everything that was accepted and not answered for is there, whole and in order.
fn check(memory: &Memory, settings: &LogSettings, told: &Told, context: &str) {
    let (log, opened) = try_open(memory, settings.clone()).expect("opened");
    assert_eq!(opened.set_aside, [], "{context}");
    let read = rest(&mut log.read_all());
    assert!(
        read.windows(2).all(|pair| pair[0].number < pair[1].number),
        "{context}"
    );
    let turns: Vec<_> = read.iter().map(turn).collect();
    assert!(turns.is_sorted(), "{context}: {turns:?}");
    let answered: Vec<_> = told.accepted.iter().take(told.answered as usize).collect();
    let missing = told.accepted.iter().filter(|turn| !turns.contains(turn));
    let missing: Vec<_> = missing.filter(|turn| !answered.contains(turn)).collect();
    assert!(missing.is_empty(), "{context}: {missing:?} of {told:?}");
    let floor = cursor(&log, "a").map_or(0, |at| at.number);
    assert!(floor >= told.answered.min(floor));
}

#[test]
fn whatever_fails_nothing_that_was_accepted_is_lost_and_the_log_goes_on() {
    for durability in [Durability::Written, Durability::Synced] {
        let settings = settings(durability);
        let memory = Memory::default();
        let whole = run(&memory, &settings);
        assert_eq!(whole.accepted.len(), 27);
        let operations = memory.operations();
        for fault in [Fault::Broken, Fault::NoSpace, Fault::Short] {
            for at in 0..operations {
                let context = format!("{durability:?} {fault:?} at {at}");
                let memory = Memory::default();
                memory.fail_after(at, fault);
                let told = run(&memory, &settings);
                assert!(memory.has_failed(), "{context}");
                if fault != Fault::NoSpace {
                    assert!(told.accepted.len() >= 9, "{context}: {told:?}");
                }
                memory.heal();
                assert!(!told.set_aside || fault != Fault::NoSpace, "{context}");
                if !told.set_aside {
                    check(&memory, &settings, &told, &context);
                }
                let (mut log, _) = try_open(&memory, settings.clone()).expect("opened");
                append(&mut log, 1_000).expect("it goes on");
                log.sync().expect("synced");
                let read = rest(&mut log.read_all());
                assert_eq!(read.last().map(turn), Some(1_000), "{context}");
            }
        }
    }
}

#[test]
fn a_full_disk_is_told_apart_and_leaves_nothing_behind() {
    let memory = Memory::default();
    let settings = settings(Durability::Written);
    let (mut log, _) = try_open(&memory, settings).expect("opened");
    append(&mut log, 0).expect("appended");
    memory.fail_after(0, Fault::NoSpace);
    for turn in 1..20 {
        let refused = append(&mut log, turn);
        assert!(
            matches!(refused, Err(LogError::NoSpace { .. })),
            "{refused:?}"
        );
    }
    memory.heal();
    append(&mut log, 20).expect("there is space again");
    assert_eq!(super::support::all(&log), [0, 20]);
    assert_eq!(
        memory
            .names()
            .iter()
            .filter(|name| name.ends_with("seg"))
            .count(),
        1
    );
}

#[test]
fn on_a_full_disk_the_log_opens_and_drains() {
    let memory = Memory::default();
    let (mut log, _) = try_open(&memory, settings(Durability::Written)).expect("opened");
    for turn in 0..12 {
        append(&mut log, turn).expect("appended");
    }
    drop(log);
    memory.fail_after(0, Fault::NoSpace);
    for (round, expected) in [(0, 0), (1, 6)] {
        let (mut log, opened) = try_open(&memory, settings(Durability::Written)).expect("opened");
        assert_eq!(opened.skipped_records, 0);
        let mut reader = log.reader("a").expect("known");
        let read = rest(&mut reader);
        assert_eq!(turn(&read[0]), expected, "the cursor was noted");
        assert!(append(&mut log, 99).is_err());
        for name in ["a", "b"] {
            log.advance(name, read[5].end).expect("noted in place");
        }
        let freed = log.trim().expect("trimmed");
        assert!(freed > 0, "{round}");
    }
    memory.heal();
    let (mut log, _) = try_open(&memory, settings(Durability::Written)).expect("opened");
    append(&mut log, 12).expect("there is space again");
    assert_eq!(super::support::all(&log), [12]);
}

#[test]
fn a_failed_sync_takes_back_what_was_not_durable() {
    let memory = Memory::default();
    let (mut log, _) = try_open(&memory, settings(Durability::Synced)).expect("opened");
    let mut reader = log.reader("a").expect("known");
    append(&mut log, 0).expect("appended");
    log.sync().expect("synced");
    for turn in 1..9 {
        append(&mut log, turn).expect("appended");
    }
    let mut late = log.begin_sync();
    memory.fail_after(0, Fault::Broken);
    assert!(matches!(log.sync(), Err(LogError::Io { .. })));
    late.run();
    let late = log.finish_sync(late);
    assert!(matches!(late, Err(LogError::Withdrawn)), "{late:?}");
    assert_eq!(append(&mut log, 9).expect("in another segment"), 1);
    log.sync().expect("synced");
    let read: Vec<_> = rest(&mut reader).iter().map(turn).collect();
    assert_eq!(read, [0, 9]);
    drop(log);
    let (log, opened) = try_open(&memory, settings(Durability::Synced)).expect("opened");
    assert_eq!((opened.records, opened.skipped_records), (2, 0));
    assert_eq!(super::support::all(&log), [0, 9]);
}

#[test]
fn a_failed_sync_of_what_was_accepted_begins_another_segment() {
    let memory = Memory::default();
    let (mut log, _) = try_open(&memory, settings(Durability::Written)).expect("opened");
    append(&mut log, 0).expect("appended");
    memory.fail_after(0, Fault::Broken);
    assert!(log.sync().is_err());
    append(&mut log, 1).expect("appended");
    assert_eq!(log.sync().expect("another file"), 2);
    assert_eq!(super::support::all(&log), [0, 1]);
    assert_eq!(
        memory
            .names()
            .iter()
            .filter(|name| name.ends_with("seg"))
            .count(),
        2
    );
}

#[test]
fn a_disk_that_does_not_let_read_costs_the_rest_of_a_segment_and_no_more() {
    let memory = Memory::default();
    let (mut log, _) = try_open(&memory, settings(Durability::Written)).expect("opened");
    for turn in 0..12 {
        append(&mut log, turn).expect("appended");
    }
    let mut reader = log.reader("a").expect("known");
    memory.fail_after(0, Fault::Broken);
    assert!(reader.read().is_err());
    assert_eq!(reader.read().expect("read").as_ref().map(turn), Some(0));
    let mut reader = log.read_all();
    memory.stop_after(0);
    for _ in 0..3 {
        assert!(reader.read().is_err());
    }
    memory.heal();
    let second = reader
        .read()
        .expect("read")
        .as_ref()
        .map(turn)
        .expect("there");
    assert!((2..=6).contains(&second), "the next segment: {second}");
    assert_eq!(reader.take_loss().records, second);
    drop(log);
    // A file that is gone is lost at once.
    let (log, _) = try_open(&memory, settings(Durability::Written)).expect("opened");
    let mut reader = log.read_all();
    super::super::files::Files::remove(&memory, "00000000000000000000.seg").expect("removed");
    let read = rest(&mut reader);
    let first = turn(&read[0]);
    assert!(first > 1);
    assert_eq!(reader.take_loss().records, first);
}
