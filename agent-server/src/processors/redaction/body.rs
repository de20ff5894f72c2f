//! The body of a log record, and what is inside it.

use campanile_wire::otlp::view::{AnyValue, Attributes};
use campanile_wire::otlp::write::{self, Scalar};

use super::rules::{Rules, Verdict};
use super::summary::Done;

/// A walk through one body; what lies in it is as deep as a checked payload can be.
pub(super) struct Body<'r> {
    rules: &'r Rules,
    done: &'r mut Done,
    /// Where the walk is, as the summary shows it.
    path: String,
    is_changed: bool,
}

impl<'r> Body<'r> {
    pub(super) fn new(rules: &'r Rules, done: &'r mut Done) -> Self {
        Self {
            rules,
            done,
            path: String::new(),
            is_changed: false,
        }
    }

    /// The fields of the `AnyValue` that takes the place of `body`; nothing where it stays.
    pub(super) fn redacted(mut self, body: AnyValue<'_>) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.value(body, &mut out);
        self.is_changed.then_some(out)
    }

    fn value(&mut self, value: AnyValue<'_>, out: &mut Vec<u8>) {
        match value {
            AnyValue::Array(values) => write::nested(out, 5, |out| {
                for (index, value) in values.iter().enumerate() {
                    let value =
                        |body: &mut Self| write::nested(out, 1, |out| body.value(value, out));
                    self.below(&format!("[{index}]"), value);
                }
            }),
            AnyValue::KvList(pairs) => write::nested(out, 6, |out| self.pairs(pairs, out)),
            scalar => {
                let verdict = self.rules.value(scalar);
                self.settle(&verdict, scalar, out);
            }
        }
    }

    fn pairs(&mut self, pairs: Attributes<'_>, out: &mut Vec<u8>) {
        for (key, value) in pairs.iter() {
            self.below(key, |body| match body.rules.key(key, value) {
                Some(Verdict::Redacted) => {
                    body.note(&Verdict::Redacted);
                    body.is_changed = true;
                }
                Some(verdict) => pair(out, key, |out| body.settle(&verdict, value, out)),
                None => pair(out, key, |out| body.value(value, out)),
            });
        }
    }

    /// Writes what is left of a value.
    fn settle(&mut self, verdict: &Verdict, value: AnyValue<'_>, out: &mut Vec<u8>) {
        self.note(verdict);
        match verdict {
            Verdict::Masked(text) => {
                self.is_changed = true;
                write::scalar(out, Scalar::Text(text));
            }
            _ => copy(value, out),
        }
    }

    fn note(&mut self, verdict: &Verdict) {
        let path = match self.path.as_str() {
            "" => "body",
            path => path,
        };
        self.done.note(path, verdict);
    }

    fn below(&mut self, part: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(part);
        walk(self);
        self.path.truncate(length);
    }
}

fn pair(out: &mut Vec<u8>, key: &str, value: impl FnOnce(&mut Vec<u8>)) {
    write::nested(out, 1, |out| {
        write::text(out, 1, key);
        write::nested(out, 2, value);
    });
}

/// Writes the fields of a value as they are.
fn copy(value: AnyValue<'_>, out: &mut Vec<u8>) {
    let scalar = match value {
        AnyValue::Array(values) => {
            return write::nested(out, 5, |out| {
                for value in values.iter() {
                    write::nested(out, 1, |out| copy(value, out));
                }
            });
        }
        AnyValue::KvList(pairs) => {
            return write::nested(out, 6, |out| {
                for (key, value) in pairs.iter() {
                    pair(out, key, |out| copy(value, out));
                }
            });
        }
        AnyValue::Bool(value) => Scalar::Bool(value),
        AnyValue::Bytes(value) => Scalar::Bytes(value),
        AnyValue::Double(value) => Scalar::Double(value),
        AnyValue::Empty => return,
        AnyValue::Int(value) => Scalar::Int(value),
        AnyValue::Text(value) => Scalar::Text(value),
    };
    write::scalar(out, scalar);
}
