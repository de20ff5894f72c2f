//! Copying a request with pieces of it replaced, whatever depth they lie at.

use std::ops::Range;

use crate::protobuf::{put_varint, varint_len};

/// A copy of a request that begins with the first change. Until then, and between changes, nothing
/// is written; everything is copied once.
pub(super) struct Output<'a> {
    source: &'a [u8],
    out: Vec<u8>,
    /// What lies before is written or gone.
    copied: usize,
    /// The messages that the walk is in.
    levels: Vec<Level>,
    changed: bool,
}

struct Level {
    number: u32,
    /// Where the field and the message in it lie in the source.
    field: Range<usize>,
    body: usize,
    open: Option<Open>,
}

/// Where a field and the message in it begin in the copy.
#[derive(Clone, Copy)]
struct Open {
    field: usize,
    body: usize,
}

impl<'a> Output<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self {
            source,
            out: Vec::new(),
            copied: 0,
            levels: Vec::new(),
            changed: false,
        }
    }

    /// The copy, if anything has changed.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        if !self.changed {
            return None;
        }
        self.copy_to(self.source.len());
        Some(self.out)
    }

    /// Goes into the message that ends with the field `number` at `field` and begins at `body`.
    pub(super) fn enter(&mut self, number: u32, field: Range<usize>, body: usize) {
        self.levels.push(Level {
            number,
            field,
            body,
            open: None,
        });
    }

    /// Leaves the message entered last.
    pub(super) fn leave(&mut self) {
        let Some(level) = self.levels.pop() else {
            return;
        };
        if let Some(open) = level.open {
            self.copy_to(level.field.end);
            let width = varint_len((level.field.end - level.body) as u64);
            close(&mut self.out, open.body, width);
        }
    }

    /// Leaves the message entered last, which goes with everything in it.
    pub(super) fn remove(&mut self) {
        let Some(level) = self.levels.pop() else {
            return;
        };
        if let Some(open) = level.open {
            self.out.truncate(open.field);
            self.copied = level.field.end;
        } else {
            self.cut(level.field);
        }
    }

    /// Leaves out `range`, which lies behind every range before and in the message entered last;
    /// what the caller appends to the result takes its place.
    pub(super) fn cut(&mut self, range: Range<usize>) -> &mut Vec<u8> {
        if !self.changed {
            self.changed = true;
            // Room for what is most often put in, so that nothing moves.
            let size = self.source.len();
            self.out.reserve(size + size / 8 + 256);
        }
        for index in 0..self.levels.len() {
            self.open(index);
        }
        self.copy_to(range.start);
        self.copied = range.end;
        &mut self.out
    }

    fn open(&mut self, index: usize) {
        let Level {
            number,
            ref field,
            body,
            open,
        } = self.levels[index];
        if open.is_some() {
            return;
        }
        let (start, end) = (field.start, field.end);
        self.copy_to(start);
        let at = self.out.len();
        put_varint(&mut self.out, u64::from(number) << 3 | 2);
        // Most often the length stays as long as it was.
        let width = varint_len((end - body) as u64);
        self.out.resize(self.out.len() + width, 0);
        self.copied = body;
        self.levels[index].open = Some(Open {
            field: at,
            body: self.out.len(),
        });
    }

    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(&self.source[self.copied..end]);
        self.copied = end;
    }
}

/// Fills in the length of the message that begins at `body`, before which there is room for
/// `width` bytes; if it takes more or less, the message moves.
fn close(out: &mut Vec<u8>, body: usize, width: usize) {
    let length = out.len() - body;
    let needed = varint_len(length as u64);
    let start = body - width;
    if needed > width {
        out.resize(out.len() + needed - width, 0);
    }
    if needed != width {
        out.copy_within(body..body + length, start + needed);
        out.truncate(start + needed + length);
    }
    let mut rest = length;
    for byte in &mut out[start..start + needed - 1] {
        *byte = (rest & 0x7f) as u8 | 0x80;
        rest >>= 7;
    }
    out[start + needed - 1] = rest as u8;
}
