//! Any content of the directory opens.

use super::super::files::memory::Memory;
use super::super::format::{RECORD_HEADER, RecordHeader, SegmentHeader};
use super::super::{Log, Loss, Opened, Position};
use super::support::{append, body, items, open, rest, turn, turns};

const FIRST: &str = "00000000000000000000.seg";

/// A directory of one segment with `turns` records, closed or not.
fn one_segment(turns: u64) -> Memory {
    let memory = Memory::default();
    let (mut log, _) = open(&memory);
    for turn in 0..turns {
        append(&mut log, turn).expect("appended");
    }
    memory
}

fn change(memory: &Memory, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Memory {
    let copy = memory.copy();
    let mut bytes = copy.bytes(name);
    change(&mut bytes);
    copy.put(name, bytes);
    copy
}

/// What is read after damage: what opening said, the turns, and the loss that `a` was told.
fn after(memory: &Memory) -> (Opened, Vec<u64>, Loss) {
    let (mut log, opened) = open(memory);
    let mut reader = log.reader("a").expect("known");
    let read = turns(&rest(&mut reader));
    append(&mut log, 99).expect("it goes on");
    let more = rest(&mut reader);
    assert_eq!(more.last().map(turn), Some(99));
    (opened, read, reader.take_loss())
}

#[test]
fn a_segment_cut_anywhere_keeps_what_is_whole() {
    let memory = one_segment(5);
    let whole = memory.bytes(FIRST);
    let mut ends = vec![128];
    for turn in 0..5 {
        ends.push(ends[turn as usize] + RECORD_HEADER + body(turn).len());
    }
    assert_eq!(ends[5], whole.len());
    for length in 0..=whole.len() {
        let cut = change(&memory, FIRST, |bytes| bytes.truncate(length));
        let (opened, read, loss) = after(&cut);
        let kept = ends
            .iter()
            .filter(|end| **end <= length)
            .count()
            .saturating_sub(1);
        assert_eq!(read, Vec::from_iter(0..kept as u64), "{length}");
        assert_eq!(loss, Loss::default(), "nobody knows of more: {length}");
        let torn = length > 128 && !ends.contains(&length);
        assert_eq!(opened.skipped_records, u64::from(torn), "{length}");
        if torn {
            assert_eq!(opened.skipped_bytes as usize, length - ends[kept]);
        }
    }
}

#[test]
fn any_flipped_byte_costs_one_record_at_most_and_it_is_counted() {
    for closed in [false, true] {
        let memory = Memory::default();
        let (mut log, _) = open(&memory);
        for turn in 0..12 {
            append(&mut log, turn).expect("appended");
        }
        if closed {
            log.close();
        }
        let names = memory.names();
        let segments: Vec<_> = names.iter().filter(|name| name.ends_with("seg")).collect();
        assert!(segments.len() > 1);
        for (name, bit) in segments
            .iter()
            .flat_map(|name| [(name, 0x01), (name, 0x80)])
        {
            for position in 0..memory.bytes(name).len() {
                let flipped = change(&memory, name, |bytes| bytes[position] ^= bit);
                let (opened, read, loss) = after(&flipped);
                let lost: Vec<_> = (0..12).filter(|turn| !read.contains(turn)).collect();
                assert!(
                    read.is_sorted() && lost.len() <= 1,
                    "{name} {position}: {read:?}"
                );
                assert_eq!(opened.set_aside, []);
                assert_eq!(lost.len() == 1, position >= 128, "{name} {position}");
                if lost != [11] {
                    assert_eq!(loss.records, lost.len() as u64);
                    assert_eq!(
                        loss.items,
                        lost.iter().map(|turn| items(*turn)).sum::<u64>()
                    );
                } else {
                    let counted = opened.skipped_records + loss.records;
                    assert_eq!(counted, 1, "{name} {position}");
                }
            }
        }
    }
}

#[test]
fn what_is_damaged_while_it_is_open_is_counted_too() {
    let memory = one_segment(5);
    let (mut log, _) = open(&memory);
    let position = memory.bytes(FIRST).len() - 1;
    let mut bytes = memory.bytes(FIRST);
    bytes[position] ^= 1;
    memory.put(FIRST, bytes);
    let mut reader = log.reader("a").expect("known");
    assert_eq!(turns(&rest(&mut reader)), Vec::from_iter(0..4));
    let expected = Loss {
        records: 1,
        items: items(4),
    };
    assert_eq!(reader.take_loss(), expected);
    append(&mut log, 5).expect("appended");
    assert_eq!(turns(&rest(&mut reader)), [5]);
    assert_eq!(reader.take_loss(), Loss::default());
}

#[test]
fn zeros_and_foreign_bytes_are_set_aside_or_skipped() {
    let memory = one_segment(12);
    let length = memory.bytes(FIRST).len();
    let cases: [(&str, Vec<u8>); 5] = [
        ("zeros", vec![0; length]),
        ("ones", vec![0xff; length]),
        ("text", b"#!/bin/sh\n".repeat(30)),
        ("nothing", Vec::new()),
        ("magic", [0xf5, 0xc3, 0x9e, 0x01].repeat(100)),
    ];
    for (case, content) in cases {
        let foreign = change(&memory, FIRST, |bytes| *bytes = content);
        let (opened, read, loss) = after(&foreign);
        assert_eq!(opened.set_aside.len(), 1, "{case}");
        let reason = "is no segment: its header is missing or damaged";
        assert_eq!(opened.set_aside[0].reason, reason);
        assert_eq!(
            opened.set_aside[0].file,
            format!("set-aside/000001-{FIRST}")
        );
        let missing = read[0];
        assert_eq!(read, Vec::from_iter(missing..12), "{case}");
        assert_eq!(opened.skipped_records, missing, "{case}");
        assert_eq!(loss.records, missing, "{case}");
    }
    let tail = change(&memory, FIRST, |bytes| {
        let half = bytes.len() / 2;
        bytes[half..].fill(0);
    });
    let (opened, read, loss) = after(&tail);
    assert_eq!(opened.set_aside, []);
    assert_eq!(12 - read.len() as u64, loss.records);
    assert!(loss.records >= 1);
}

#[test]
fn other_files_are_left_alone_and_sidecars_are_not_believed() {
    let memory = one_segment(12);
    memory.put("README", b"hello".to_vec());
    memory.put("1.seg", b"hello".to_vec());
    memory.put("00000000000000000777.idx", b"stray".to_vec());
    let names = memory.names();
    for name in names.iter().filter(|name| name.ends_with(".idx")) {
        for position in 0..memory.bytes(name).len() {
            let flipped = change(&memory, name, |bytes| bytes[position] ^= 0x10);
            let (opened, read, loss) = after(&flipped);
            assert_eq!(read, Vec::from_iter(0..12));
            assert_eq!((opened.skipped_records, loss.records), (0, 0));
        }
    }
    let (_, opened) = open(&memory);
    assert_eq!(opened.set_aside, []);
    assert_eq!(memory.bytes("README"), b"hello");
    assert!(memory.names().contains(&"1.seg".to_owned()));
    assert!(
        !memory
            .names()
            .contains(&"00000000000000000777.idx".to_owned())
    );
}

#[test]
fn segments_that_were_swapped_are_read_in_the_order_of_their_records() {
    let memory = one_segment(12);
    let names = memory.names();
    let segments: Vec<_> = names.iter().filter(|name| name.ends_with("seg")).collect();
    let [first, second, ..] = segments[..] else {
        panic!("{segments:?}");
    };
    let swapped = memory.copy();
    swapped.put(first, memory.bytes(second));
    swapped.put(second, memory.bytes(first));
    let (opened, read, loss) = after(&swapped);
    assert_eq!(read, Vec::from_iter(0..12));
    assert_eq!((opened.skipped_records, loss.records), (0, 0));
    let doubled = memory.copy();
    doubled.put("00000000000000000900.seg", memory.bytes(first));
    let (opened, read, _) = after(&doubled);
    assert_eq!(read, Vec::from_iter(0..12));
    assert_eq!(opened.set_aside.len(), 1, "the same records once");
}

#[test]
fn a_missing_segment_is_counted() {
    let memory = one_segment(20);
    let names = memory.names();
    let segments: Vec<_> = names.iter().filter(|name| name.ends_with("seg")).collect();
    for missing in &segments {
        let copy = memory.copy();
        super::super::files::Files::remove(&copy, missing).expect("removed");
        let (opened, read, loss) = after(&copy);
        let lost = 20 - read.len() as u64;
        assert!(lost > 0);
        let is_last = missing == segments.last().expect("several");
        let expected = if is_last { 0 } else { lost };
        assert_eq!((opened.skipped_records, loss.records), (expected, expected));
    }
}

#[test]
fn a_segment_of_a_later_version_is_set_aside_with_a_way_to_save_it() {
    let memory = one_segment(12);
    let header = SegmentHeader {
        salt: 1,
        first: Position::default(),
        created: 0,
    };
    let future = change(&memory, FIRST, |bytes| {
        bytes.splice(..128, header.encode_as(2));
    });
    let (_, opened) = open(&future);
    let reason = &opened.set_aside[0].reason;
    assert!(
        reason.contains("later version") && reason.contains("format 2"),
        "{reason}"
    );
    assert!(reason.contains("move it back"), "{reason}");
}

#[test]
fn cursors_that_are_gone_begin_with_the_oldest_record() {
    let memory = one_segment(12);
    let (mut log, _) = open(&memory);
    let records = rest(&mut log.read_all());
    log.advance("a", records[7].end).expect("advanced");
    drop(log);
    let gone = memory.copy();
    super::super::files::Files::remove(&gone, "cursors").expect("removed");
    for memory in [change(&memory, "cursors", |bytes| bytes.fill(0)), gone] {
        let (opened, read, loss) = after(&memory);
        assert!(opened.cursors_damaged);
        assert_eq!(read, Vec::from_iter(0..12));
        assert_eq!(loss, Loss::default());
    }
}

#[test]
fn the_image_of_a_record_in_a_body_never_passes_for_one() {
    let memory = Memory::default();
    let (mut log, _): (Log, _) = open(&memory);
    let header = RecordHeader {
        length: 0,
        body_crc: 0,
        at: Position {
            number: 1,
            items: 1,
        },
        time: 0,
        items: 1,
        signal: campanile_wire::otlp::Signal::Traces,
    };
    let mut image = Vec::new();
    header.encode(0, &mut image);
    let record = super::super::NewRecord {
        time: 0,
        signal: campanile_wire::otlp::Signal::Traces,
        items: 1,
        body: &[image.into()],
    };
    log.append(&[record]).expect("appended");
    append(&mut log, 1).expect("appended");
    drop(log);
    let damaged = change(&memory, FIRST, |bytes| bytes[130] ^= 1);
    let (_, read, loss) = after(&damaged);
    assert_eq!((read, loss.records), (vec![1], 1));
}
