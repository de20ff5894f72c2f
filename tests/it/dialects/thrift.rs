//! Jaeger's `emitBatch` in Thrift's compact protocol, by hand: enough of it for one span.
//!
//! Specification: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

use super::{Link, TRACE};

const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// The message: its header, and the arguments with the batch.
pub(super) fn emit_batch(link: Link) -> Vec<u8> {
    // Protocol, a one-way call of version 1, sequence number 0.
    let mut out = vec![0x82, 4 << 5 | 1, 0];
    text(&mut out, "emitBatch");
    out.push(1 << 4 | STRUCT);
    batch(&mut out, link);
    out.push(0);
    out
}

/// `Batch { 1: Process { 1: service name }, 2: list<Span> }`
fn batch(out: &mut Vec<u8>, link: Link) {
    out.push(1 << 4 | STRUCT);
    out.push(1 << 4 | BINARY);
    text(out, link.service);
    out.push(0);
    out.push(1 << 4 | LIST);
    out.push(1 << 4 | STRUCT);
    span(out, link);
    out.push(0);
}

fn span(out: &mut Vec<u8>, link: Link) {
    let (start, end) = link.times();
    let (high, low) = TRACE.split_at(8);
    for id in [low, high, &link.id(), &link.parent().unwrap_or_default()] {
        out.push(1 << 4 | I64);
        let id = <[u8; 8]>::try_from(id).expect("eight bytes");
        zigzag(out, i64::from_be_bytes(id));
    }
    out.push(1 << 4 | BINARY);
    text(out, "work");
    // Flags are field 7.
    out.push(2 << 4 | I32);
    zigzag(out, 1);
    for micros in [start / 1_000, (end - start) / 1_000] {
        out.push(1 << 4 | I64);
        zigzag(out, i64::try_from(micros).expect("before the year 292,000"));
    }
    out.push(0);
}

fn text(out: &mut Vec<u8>, text: &str) {
    varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn zigzag(out: &mut Vec<u8>, number: i64) {
    varint(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}
