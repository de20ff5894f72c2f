//! What looks odd about a span where it is placed, said so that a person knows what to do.

use super::Entry;
use crate::ops::show::duration;
use crate::store::model::Span;

/// What looks odd about the span at `entry`, below `parent`. Times stay as they were sent, for a
/// corrected time is a guess; this says where they cannot be right.
#[must_use]
pub fn oddities(span: &Span, parent: Option<&Span>, entry: Entry) -> Vec<String> {
    let mut found = Vec::new();
    if matches!(entry, Entry::Circle(_)) {
        found.push("its parents lead back to itself: an instrumentation error".to_owned());
    }
    if span.end_unix_nano < span.start_unix_nano {
        let by = duration(span.start_unix_nano - span.end_unix_nano);
        found.push(format!(
            "ends {by} before it starts: a clock was set, or the end is missing"
        ));
    }
    if let Some(parent) = parent.filter(|parent| span.start_unix_nano < parent.start_unix_nano) {
        let by = duration(parent.start_unix_nano - span.start_unix_nano);
        found.push(format!(
            "starts {by} before its parent: their clocks differ"
        ));
    }
    found
}
