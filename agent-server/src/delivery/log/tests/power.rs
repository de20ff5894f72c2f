//! Power is lost at every operation.

use proptest::prelude::*;

use super::super::files::memory::Memory;
use super::super::{Durability, Log, Loss};
use super::support::{append, cursor, rest, settings, try_open, turn};

/// Runs until `operations` were done (by failing all that follow), and says what was durable then.
fn run(memory: &Memory, until: u64) -> (Vec<u64>, u64) {
    let mut durable = Vec::new();
    let mut pending = Vec::new();
    let mut answered = 0;
    let settings = settings(Durability::Synced);
    let Ok((mut log, _)) = try_open(memory, settings) else {
        return (durable, answered);
    };
    for turn in 0..24 {
        if memory.operations() >= until {
            break;
        }
        let appended = append(&mut log, turn).is_ok();
        if memory.operations() <= until && appended {
            pending.push(turn);
        }
        if turn % 2 == 1 && log.sync().is_ok() && memory.operations() <= until {
            durable.append(&mut pending);
        }
        if turn % 5 == 4 {
            answered = answer(&mut log).max(answered);
        }
    }
    (durable, answered)
}

/// Answers for half of what is there.
fn answer(log: &mut Log) -> u64 {
    let mut reader = log.read_all();
    let records: Vec<_> = std::iter::from_fn(|| reader.read().ok().flatten()).collect();
    let Some(record) = records.get(records.len() / 2) else {
        return 0;
    };
    for name in ["a", "b"] {
        let _ = log.advance(name, record.end);
    }
    let _ = log.trim();
    record.end.number
}

/// Whatever of the unsynced reached the disk.
fn after(memory: &Memory, names: bool, seed: u64) -> Memory {
    let mut random = fastrand::Rng::with_seed(seed);
    memory.after_power_loss(names, move |bytes| match seed {
        0 => 0,
        1 => bytes,
        _ => random.usize(..=bytes),
    })
}

#[test]
fn nothing_that_was_synced_is_lost_with_the_power_at_any_operation() {
    let memory = Memory::default();
    run(&memory, u64::MAX);
    let operations = memory.operations();
    for until in 0..operations {
        for seed in 0..6 {
            for names in [false, true] {
                let memory = Memory::default();
                memory.stop_after(until);
                let (durable, answered) = run(&memory, until);
                let left = after(&memory, names, seed);
                let settings = settings(Durability::Synced);
                let (mut log, opened) = try_open(&left, settings).expect("opened");
                let context = format!("operation {until}, seed {seed}, names {names}");
                let mut reader = log.reader("a").expect("known");
                let read: Vec<_> = rest(&mut reader).iter().map(turn).collect();
                assert!(read.is_sorted(), "{context}: {read:?}");
                let loss = reader.take_loss();
                assert_eq!(
                    loss,
                    Loss::default(),
                    "{context}: no false alarm, {opened:?}"
                );
                let floor = cursor(&log, "a").map_or(0, |at| at.number).max(answered);
                let missing = durable.iter().filter(|turn| !read.contains(turn));
                let missing: Vec<_> = missing.filter(|turn| **turn >= floor).collect();
                assert!(missing.is_empty(), "{context}: {missing:?} {opened:?}");
                append(&mut log, 77).expect("it goes on");
                log.sync().expect("synced");
            }
        }
    }
}

proptest! {
    #[test]
    fn what_was_only_written_may_end_early_but_opens(seed in 2_u64.., records in 1_u64..30) {
        let memory = Memory::default();
        let settings = settings(Durability::Written);
        let (mut log, _) = try_open(&memory, settings.clone()).expect("opened");
        for turn in 0..records {
            append(&mut log, turn).expect("appended");
        }
        for names in [false, true] {
            let left = after(&memory, names, seed);
            let (log, opened) = try_open(&left, settings.clone()).expect("opened");
            let read = rest(&mut log.read_all());
            prop_assert!(read.iter().map(turn).is_sorted());
            prop_assert_eq!(opened.records, read.len() as u64);
        }
    }
}
