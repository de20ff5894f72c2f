//! Spans as a tree, and how two trees differ.

use std::collections::HashMap;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

use super::notation::Line;

/// The lines of `spans`, which are sorted: each below its parent, in the order given. A span whose
/// parent is not among them is a root.
pub(super) fn lines(spans: &[SpanData]) -> Vec<Line> {
    let known: Vec<_> = spans.iter().map(id).collect();
    let mut children: HashMap<_, Vec<&SpanData>> = HashMap::new();
    // Backwards, because what is pushed last is taken first.
    for span in spans.iter().rev() {
        let parent = Some(parent(span)).filter(|parent| known.contains(parent));
        children.entry(parent).or_default().push(span);
    }
    let mut lines = Vec::with_capacity(spans.len());
    let below = |children: &mut HashMap<_, Vec<_>>, parent, level| {
        let found = children.remove(&parent).unwrap_or_default();
        found.into_iter().map(move |span| (span, level))
    };
    let mut open: Vec<_> = below(&mut children, None, 0).collect();
    while let Some((span, level)) = open.pop() {
        lines.push(Line::of(span, level));
        open.extend(below(&mut children, Some(id(span)), level + 1));
    }
    lines
}

fn id(span: &SpanData) -> (TraceId, SpanId) {
    (span.span_context.trace_id(), span.span_context.span_id())
}

fn parent(span: &SpanData) -> (TraceId, SpanId) {
    (span.span_context.trace_id(), span.parent_span_id)
}

/// `lines`, one below the other.
pub(super) fn written(lines: &[Line]) -> String {
    let lines: Vec<_> = lines.iter().map(Line::to_string).collect();
    lines.join("\n")
}

/// Both trees in full, with a mark beside each line that the other one lacks. None when they are
/// alike.
pub(super) fn difference(expected: &[Line], found: &[Line]) -> Option<String> {
    let pairs = pairs(expected, found);
    let is_same = pairs.len() == expected.len() && pairs.len() == found.len();
    if is_same {
        return None;
    }
    let missing = marked(expected, '-', |index| {
        pairs.iter().any(|(e, _)| *e == index)
    });
    let surplus = marked(found, '+', |index| pairs.iter().any(|(_, f)| *f == index));
    Some(format!(
        "the spans that have ended are not the expected ones\n\n\
         expected:\n{missing}\n\
         found:\n{surplus}"
    ))
}

fn marked(lines: &[Line], mark: char, is_paired: impl Fn(usize) -> bool) -> String {
    if lines.is_empty() {
        return "    (none)\n".to_owned();
    }
    let mark = |(index, line): (usize, &Line)| {
        let mark = if is_paired(index) { ' ' } else { mark };
        format!("  {mark} {line}\n")
    };
    lines.iter().enumerate().map(mark).collect()
}

/// The longest row of lines that both trees have in the same order, as places in both.
fn pairs(expected: &[Line], found: &[Line]) -> Vec<(usize, usize)> {
    // How long the row is that begins at each pair of places.
    let mut length = vec![vec![0_usize; found.len() + 1]; expected.len() + 1];
    for (e, line) in expected.iter().enumerate().rev() {
        for (f, span) in found.iter().enumerate().rev() {
            length[e][f] = if line.means(span) {
                length[e + 1][f + 1] + 1
            } else {
                length[e + 1][f].max(length[e][f + 1])
            };
        }
    }
    let (mut e, mut f, mut pairs) = (0, 0, Vec::new());
    while let (Some(line), Some(span)) = (expected.get(e), found.get(f)) {
        if line.means(span) {
            pairs.push((e, f));
            (e, f) = (e + 1, f + 1);
        } else if length[e + 1][f] >= length[e][f + 1] {
            e += 1;
        } else {
            f += 1;
        }
    }
    pairs
}
