//! Logs for tests: small segments, records whose body says their name.

use std::sync::Arc;

use bytes::Bytes;
use campanile_wire::otlp::Signal;

use super::super::files::memory::Memory;
use super::super::{
    Durability, Log, LogError, LogSettings, NewRecord, Opened, Position, Reader, Record, Start,
};

pub(super) fn settings(durability: Durability) -> LogSettings {
    LogSettings {
        max_bytes: 1 << 20,
        segment_bytes: 600,
        durability,
        ..LogSettings::default()
    }
}

pub(super) fn open(memory: &Memory) -> (Log, Opened) {
    try_open(memory, settings(Durability::Written)).expect("opened")
}

pub(super) fn try_open(memory: &Memory, settings: LogSettings) -> Result<(Log, Opened), LogError> {
    Log::open_in(Arc::new(memory.clone()), settings, &["a", "b"])
}

/// A body that tells records apart, of a length that differs.
pub(super) fn body(turn: u64) -> Bytes {
    let text = format!("<{turn:05}>").repeat(3 + turn as usize % 5);
    text.into()
}

/// Items differ, too.
pub(super) fn items(turn: u64) -> u64 {
    1 + turn % 3
}

pub(super) fn append(log: &mut Log, turn: u64) -> Result<u64, LogError> {
    let body = body(turn);
    let half = body.len() / 2;
    let pieces = [body.slice(..half), body.slice(half..)];
    let record = NewRecord {
        time: 1_000 + turn,
        signal: Signal::Traces,
        items: items(turn),
        body: &pieces,
    };
    log.append(&[record]).map(|numbers| numbers.start)
}

/// Everything that `reader` still has to give.
pub(super) fn rest(reader: &mut Reader) -> Vec<Record> {
    std::iter::from_fn(|| reader.read().expect("read")).collect()
}

/// Which record it is, if it is whole.
pub(super) fn turn(record: &Record) -> u64 {
    let text = std::str::from_utf8(&record.body).expect("text");
    let turn = text[1..6].parse().expect("a number");
    assert_eq!(record.body, body(turn), "no other body is read");
    assert_eq!(record.items, items(turn));
    assert_eq!(record.time, 1_000 + turn);
    assert_eq!(record.end.number, record.number + 1);
    turn
}

pub(super) fn turns(records: &[Record]) -> Vec<u64> {
    records.iter().map(turn).collect()
}

pub(super) fn all(log: &Log) -> Vec<u64> {
    turns(&rest(&mut log.read_all()))
}

pub(super) fn cursor(log: &Log, name: &str) -> Option<Position> {
    let mut destinations = log.destinations();
    destinations
        .find(|(other, _)| *other == name)
        .map(|(_, at)| at)
}

pub(super) fn from_end(durability: Durability) -> LogSettings {
    LogSettings {
        new_destinations: Start::End,
        ..settings(durability)
    }
}
