//! Messages inside a message: events and links of a span, points of a metric.

use super::splice::{Splice, located};
use super::{Draft, Fate, Kind};
use crate::protobuf::{Value, put_bytes};

impl Draft<'_> {
    /// Shows every event of a span.
    pub fn edit_events(&mut self, edit: impl FnMut(&mut Draft<'_>) -> Fate) -> bool {
        self.edit_parts(11, Kind::Event, edit)
    }

    /// Shows every link of a span.
    pub fn edit_links(&mut self, edit: impl FnMut(&mut Draft<'_>) -> Fate) -> bool {
        self.edit_parts(13, Kind::Link, edit)
    }

    /// Shows every message in the repeated field `number`. Not for the points of a metric, which
    /// are counted: [`edit_points`](Self::edit_points).
    pub fn edit_parts(
        &mut self,
        number: u32,
        kind: Kind,
        mut edit: impl FnMut(&mut Draft<'_>) -> Fate,
    ) -> bool {
        self.change(|message, out| {
            let mut splice = Splice::new(message, out);
            let mut part = Draft::new(kind, &[]);
            for (field, at) in located(message) {
                let Value::Bytes(bytes) = field.value else {
                    continue;
                };
                if field.number != number {
                    continue;
                }
                part.load(kind, bytes);
                match edit(&mut part) {
                    Fate::Drop => {
                        splice.cut(at);
                    }
                    Fate::Keep if part.is_changed() => {
                        put_bytes(splice.cut(at), number, part.bytes());
                    }
                    Fate::Keep => {}
                }
            }
            splice.finish()
        })
    }

    /// Shows the message in field `number`, such as the status of a span: as one if it is there in
    /// several pieces, empty if it is not there.
    pub fn edit_part(
        &mut self,
        number: u32,
        kind: Kind,
        edit: impl FnOnce(&mut Draft<'_>),
    ) -> bool {
        let whole = joined(self.bytes(), number).into_owned();
        let mut part = Draft::new(kind, &whole);
        edit(&mut part);
        part.is_changed() && self.set_bytes(number, part.bytes())
    }

    /// Shows every data point of a metric, whatever its kind. A metric that loses its last point
    /// goes itself.
    pub fn edit_points(&mut self, mut edit: impl FnMut(&mut Draft<'_>) -> Fate) -> bool {
        if self.kind() != Kind::Metric {
            return false;
        }
        let (mut seen, mut gone) = (0, Vec::new());
        let changed = self.change(|metric, out| {
            let mut splice = Splice::new(metric, out);
            let mut data = Draft::new(Kind::Other, &[]);
            for (field, at) in located(metric) {
                let (Some(kind), Value::Bytes(bytes)) =
                    (Kind::of_points(field.number), field.value)
                else {
                    continue;
                };
                data.load(Kind::Other, bytes);
                data.edit_parts(1, kind, |point| {
                    let fate = edit(point);
                    if fate == Fate::Drop {
                        gone.push(seen);
                    }
                    seen += 1;
                    fate
                });
                if data.is_changed() {
                    put_bytes(splice.cut(at), field.number, data.bytes());
                }
            }
            splice.finish()
        });
        self.gone = merged(&self.gone, &gone);
        changed
    }
}

/// The message in field `number`: pieces of one message, one behind the other, are the message.
pub(super) fn joined(message: &[u8], number: u32) -> std::borrow::Cow<'_, [u8]> {
    let mut pieces = crate::otlp::view::messages(message, number);
    let first = pieces.next().unwrap_or_default();
    let Some(second) = pieces.next() else {
        return first.into();
    };
    let mut whole = [first, second].concat();
    pieces.for_each(|piece| whole.extend_from_slice(piece));
    whole.into()
}

/// What is gone in all, when `later` are gone of those that were left after `gone`.
fn merged(gone: &[u64], later: &[u64]) -> Vec<u64> {
    let mut all = Vec::with_capacity(gone.len() + later.len());
    let mut gone = gone.iter().copied().peekable();
    let mut moved_up = 0;
    for index in later {
        while let Some(earlier) = gone.next_if(|earlier| *earlier <= index + moved_up) {
            all.push(earlier);
            moved_up += 1;
        }
        all.push(index + moved_up);
    }
    all.extend(gone);
    all
}
