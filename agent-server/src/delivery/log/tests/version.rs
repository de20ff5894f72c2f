//! A segment as version 1 wrote it is read, byte for byte as the table in `format` says.

use campanile_wire::otlp::Signal;

use super::super::files::memory::Memory;
use super::super::{Loss, Opened, Position};
use super::support::{open, rest};

const VERSION_1: &[u8] = include_bytes!("../../../../../tests/vectors/log/version-1.seg");

#[test]
fn a_segment_of_version_1_is_read() {
    let memory = Memory::default();
    memory.put("00000000000000000005.seg", VERSION_1.to_vec());
    let (log, opened) = open(&memory);
    let expected = Opened {
        segments: 1,
        records: 3,
        items: 48,
        bytes: VERSION_1.len() as u64,
        cursors_damaged: true,
        ..Opened::default()
    };
    assert_eq!(opened, expected);
    let mut reader = log.reader("a").expect("known");
    let [first, second, third] = &rest(&mut reader)[..] else {
        panic!("not three records");
    };
    assert_eq!(
        (first.number, first.items, first.signal),
        (5, 40, Signal::Traces)
    );
    assert_eq!(&*first.body, b"the first body, not OTLP");
    assert_eq!(
        (second.number, second.items, second.signal),
        (6, 7, Signal::Metrics)
    );
    assert_eq!((second.time, second.body.len()), (1_763_755_200_000, 0));
    assert_eq!(
        (third.number, third.items, third.signal),
        (7, 1, Signal::Logs)
    );
    let end = Position {
        number: 8,
        items: 60,
    };
    assert_eq!((third.end, third.body.len()), (end, 260));
    assert_eq!(reader.take_loss(), Loss::default());
}
