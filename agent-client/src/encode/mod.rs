//! From what ended to the bytes of one item, on the thread that ended it.
//!
//! A span is encoded where it ends: its attributes were just written by the same thread, so that
//! reading and freeing them there is cheapest, and what waits in the queue is a third of the
//! size. The bytes are built in a buffer of the thread's own and copied into the queue from there.

mod log;
mod message;
mod metrics;
mod scope;
mod scratch;
mod span;
#[cfg(test)]
mod tests;
mod value;

use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) use self::log::log_record;
pub(crate) use self::message::{Envelope, message};
pub(crate) use self::metrics::metrics;
pub(crate) use self::scratch::with_scratch;
pub(crate) use self::span::span;

/// A time as OTLP has it; one before 1970 is 1970.
fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Frames an item of field `number`, below 16: the bytes that go before `len` bytes.
pub(crate) fn head(number: u8, len: usize) -> ([u8; 11], usize) {
    let mut head = [0; 11];
    head[0] = number << 3 | 2;
    let mut rest = len;
    let mut end = 1;
    while rest >= 0x80 {
        head[end] = (rest & 0x7f) as u8 | 0x80;
        rest >>= 7;
        end += 1;
    }
    head[end] = rest as u8;
    (head, end + 1)
}
