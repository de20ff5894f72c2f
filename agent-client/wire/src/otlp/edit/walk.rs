//! The walk over a request.

use std::ops::Range;

use super::output::Output;
use super::parts::joined;
use super::removed::{Numbering, Passed, points};
use super::splice::located;
use super::{Draft, Kind, Removed};
use crate::otlp::Signal;
use crate::otlp::sift::is_identified;
use crate::otlp::view::messages;
use crate::protobuf::{Value, put_bytes};

/// Is shown what is in a request, and changes it.
pub trait Edit {
    /// Shows the resource of the entry that comes next.
    fn resource(&mut self, _resource: &mut Draft<'_>) -> Group {
        Group::Enter
    }

    /// Shows the instrumentation scope of the entry that comes next. It is that of `resource`.
    fn scope(&mut self, _scope: &mut Draft<'_>, _resource: &[u8]) -> Group {
        Group::Enter
    }

    /// Shows the next span, metric or log record.
    fn item(&mut self, _item: &mut Draft<'_>, _within: Within<'_>) -> Fate {
        Fate::Keep
    }
}

/// Where an item is.
#[derive(Clone, Copy, Debug)]
pub struct Within<'a> {
    /// The resource, as it was left by [`Edit::resource`].
    pub resource: &'a [u8],
    /// The instrumentation scope, as it was left by [`Edit::scope`].
    pub scope: &'a [u8],
}

/// What becomes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes.
    Drop,
    /// It stays, with what has changed in it.
    Keep,
}

/// What becomes of the items of a resource or scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// They go, and it with them.
    Drop,
    /// They are shown next.
    Enter,
    /// They stay as they are, and are not shown.
    Skip,
}

/// What came out of an edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edited {
    /// The new request; `None` when it is the old one.
    pub request: Option<Vec<u8>>,
    /// What is gone.
    pub removed: Removed,
    /// By how much [`Counts::unidentified`](crate::otlp::Counts) has changed.
    pub unidentified: i64,
}

/// Shows an export request of `signal`, which [`scan`](crate::otlp::scan()) has accepted, to `edit`,
/// and writes what becomes of it.
pub fn edited(signal: Signal, request: &[u8], edit: &mut impl Edit) -> Edited {
    let mut walk = Walk {
        signal,
        request,
        edit,
        output: Output::new(request),
        numbering: Numbering::default(),
        unidentified: 0,
        resource: Draft::new(Kind::Resource, &[]),
        scope: Draft::new(Kind::Scope, &[]),
        item: Draft::new(Kind::Other, &[]),
    };
    walk.request();
    Edited {
        request: walk.output.finish(),
        removed: walk.numbering.removed,
        unidentified: walk.unidentified,
    }
}

struct Walk<'a, 'e, E> {
    signal: Signal,
    request: &'a [u8],
    edit: &'e mut E,
    output: Output<'a>,
    numbering: Numbering<'a>,
    unidentified: i64,
    resource: Draft<'a>,
    scope: Draft<'a>,
    item: Draft<'a>,
}

/// Entries of a resource, or items of a scope, that were removed and that are left.
#[derive(Clone, Copy, Default)]
struct Tally {
    removed: u64,
    left: u64,
}

impl Tally {
    /// Whether there is nothing left of what there was.
    fn is_emptied(self) -> bool {
        self.removed > 0 && self.left == 0
    }
}

impl<'a, E: Edit> Walk<'a, '_, E> {
    fn request(&mut self) {
        for (field, at) in located(self.request) {
            if let (1, Value::Bytes(entry)) = (field.number, field.value) {
                self.resource(entry, at);
            }
        }
    }

    /// An entry of a resource and its scopes, in the field at `at`.
    fn resource(&mut self, entry: &'a [u8], at: Range<usize>) {
        let start = at.end - entry.len();
        self.resource.load(Kind::Resource, joined(entry, 1));
        let group = self.edit.resource(&mut self.resource);
        self.output.enter(1, at, start);
        match group {
            Group::Drop => {
                messages(entry, 2).for_each(|scope| self.drop_items(scope));
                self.numbering.removed.resources += 1;
                return self.output.remove();
            }
            Group::Skip => self.numbering.pass(Passed::Resource(entry)),
            Group::Enter => {}
        }
        let mut tally = Tally::default();
        let mut head = Head::new(&mut self.output, entry, start, &self.resource);
        for (field, at) in located(entry) {
            let at = start + at.start..start + at.end;
            match (field.number, field.value) {
                (1, Value::Bytes(_)) => head.write(&mut self.output, at, &self.resource),
                (2, Value::Bytes(scope)) if group == Group::Enter => {
                    self.scope(scope, at, &mut tally);
                }
                _ => {}
            }
        }
        if tally.is_emptied() {
            self.numbering.removed.resources += 1;
            self.output.remove();
        } else {
            self.output.leave();
        }
    }

    /// An entry of a scope and its items, in the field at `at`. Its items count for the resource:
    /// `outer`.
    fn scope(&mut self, entry: &'a [u8], at: Range<usize>, outer: &mut Tally) {
        let start = at.end - entry.len();
        self.scope.load(Kind::Scope, joined(entry, 1));
        let group = self.edit.scope(&mut self.scope, self.resource.bytes());
        self.output.enter(2, at, start);
        match group {
            Group::Drop => {
                self.drop_items(entry);
                outer.removed += 1;
                return self.output.remove();
            }
            Group::Skip => {
                self.numbering.pass(Passed::Scope(entry));
                outer.left += messages(entry, 2).take(1).count() as u64;
            }
            Group::Enter => {}
        }
        let mut tally = Tally::default();
        let mut head = Head::new(&mut self.output, entry, start, &self.scope);
        for (field, at) in located(entry) {
            let at = start + at.start..start + at.end;
            match (field.number, field.value) {
                (1, Value::Bytes(_)) => head.write(&mut self.output, at, &self.scope),
                (2, Value::Bytes(item)) if group == Group::Enter => {
                    self.item(item, at, &mut tally);
                }
                _ => {}
            }
        }
        outer.removed += tally.removed;
        outer.left += tally.left;
        if tally.is_emptied() {
            self.output.remove();
        } else {
            self.output.leave();
        }
    }

    /// The item in the field at `at`.
    fn item(&mut self, item: &'a [u8], at: Range<usize>, tally: &mut Tally) {
        let kind = match self.signal {
            Signal::Logs => Kind::LogRecord,
            Signal::Metrics => Kind::Metric,
            Signal::Traces => Kind::Span,
        };
        self.item.load(kind, item);
        let within = Within {
            resource: self.resource.bytes(),
            scope: self.scope.bytes(),
        };
        let fate = self.edit.item(&mut self.item, within);
        if fate == Fate::Drop || self.is_emptied(item) {
            tally.removed += 1;
            self.drop_item(item);
            self.output.cut(at);
            return;
        }
        tally.left += 1;
        if self.item.is_changed() {
            put_bytes(self.output.cut(at), 2, self.item.bytes());
        }
        if self.item.ids && self.signal == Signal::Traces {
            self.unidentified += unidentified(self.item.bytes()) - unidentified(item);
        }
        self.keep_item(item);
    }

    /// Whether the metric at hand has lost every point that it had.
    fn is_emptied(&self, metric: &[u8]) -> bool {
        let gone = self.item.gone.len() as u64;
        gone > 0 && gone == points(metric)
    }

    fn keep_item(&mut self, item: &'a [u8]) {
        if self.signal != Signal::Metrics {
            self.numbering.pass_one();
        } else if self.item.gone.is_empty() {
            self.numbering.pass(Passed::Metric(item));
        } else {
            let gone = &self.item.gone;
            self.numbering
                .remove_points(self.signal, gone, points(item));
        }
    }

    fn drop_item(&mut self, item: &[u8]) {
        let count = match self.signal {
            Signal::Metrics => points(item),
            Signal::Logs | Signal::Traces => 1,
        };
        self.numbering.remove(self.signal, count);
        if self.signal == Signal::Traces {
            self.unidentified -= unidentified(item);
        }
    }

    fn drop_items(&mut self, scope: &[u8]) {
        messages(scope, 2).for_each(|item| self.drop_item(item));
    }
}

/// Writes the changed resource or scope of an entry, its field 1: once, in the place of its first
/// piece or before everything else.
struct Head {
    written: bool,
}

impl Head {
    fn new(output: &mut Output<'_>, entry: &[u8], start: usize, draft: &Draft<'_>) -> Self {
        let absent = messages(entry, 1).next().is_none();
        if absent && draft.is_changed() {
            put_bytes(output.cut(start..start), 1, draft.bytes());
        }
        Self { written: absent }
    }

    fn write(&mut self, output: &mut Output<'_>, at: Range<usize>, draft: &Draft<'_>) {
        if draft.is_changed() {
            let out = output.cut(at);
            if !self.written {
                put_bytes(out, 1, draft.bytes());
                self.written = true;
            }
        }
    }
}

/// 1 for a span without valid ids.
fn unidentified(span: &[u8]) -> i64 {
    i64::from(!is_identified(span))
}
