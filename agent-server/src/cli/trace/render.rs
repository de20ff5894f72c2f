//! A trace as text: start, duration and a bar on the left, the tree on the right.

use std::io::{self, Write};

use serde_json::Value;

use super::lines::Lines;
use crate::ops::show::{duration, shortened, time};
use crate::store::model::{Map, Span, StatusCode, Trace};
use crate::store::tree::{Entry, Node, Row, forest, oddities};

/// What to print beside the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// Attributes, events and links of each span.
    pub attributes: bool,
}

/// Characters of the bar.
const BAR: usize = 24;

/// Characters left of the tree.
const LEFT: usize = 9 + 2 + 8 + 2 + BAR + 2;

/// What bars are made of.
const STROKE: &str = "\u{2501}";

/// Writes a trace as a tree. Text of others is made [visible](crate::ops::show::visible); times are
/// as they were sent.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render_trace(trace: &Trace, show: Show, out: &mut dyn Write) -> io::Result<()> {
    head(trace, out)?;
    let nodes: Vec<Node> = trace.spans.iter().map(Node::from).collect();
    let rows = forest(&nodes);
    let mut path: Vec<Row> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        path.truncate(row.depth);
        let parent = path.last().and_then(|row| span_of(trace, *row));
        let lines = Lines::new(&path, *row);
        path.push(*row);
        match (row.entry, span_of(trace, *row)) {
            (_, Some(span)) => {
                writeln!(
                    out,
                    "{}{}",
                    left(trace, span),
                    title(&lines, span, parent, *row)
                )?;
                if show.attributes {
                    let has_children = rows
                        .get(index + 1)
                        .is_some_and(|next| next.depth > row.depth);
                    let before = format!("{:LEFT$}{}", "", lines.below(has_children));
                    details(&before, span, out)?;
                }
            }
            (Entry::Missing(parent), None) => {
                writeln!(out, "{:LEFT$}{}(missing parent {parent})", "", lines.own)?;
            }
            (Entry::Circle(_) | Entry::Span(_), None) => {}
        }
    }
    let left_out = trace.total_spans.saturating_sub(trace.spans.len() as u64);
    if left_out > 0 {
        writeln!(out, "\n{left_out} later spans are not shown")?;
    }
    Ok(())
}

fn head(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    let failed = |span: &&Span| span.status.code == StatusCode::Error;
    let errors = trace.spans.iter().filter(failed).count();
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    let root = if trace.complete { "" } else { "  no root yet" };
    writeln!(
        out,
        "trace {}  {}  {}  {} span{}  {errors} error{}{root}\n",
        trace.trace_id,
        time(trace.start_unix_nano),
        duration(trace.duration_nanos),
        trace.total_spans,
        plural(trace.total_spans),
        plural(errors as u64),
    )
}

fn span_of(trace: &Trace, row: Row) -> Option<&Span> {
    match row.entry {
        Entry::Circle(index) | Entry::Span(index) => trace.spans.get(index),
        Entry::Missing(_) => None,
    }
}

/// The columns left of the tree.
fn left(trace: &Trace, span: &Span) -> String {
    let offset = span.start_unix_nano.saturating_sub(trace.start_unix_nano);
    let cells = |nanos: u64| {
        let cells = u128::from(nanos) * BAR as u128 / u128::from(trace.duration_nanos.max(1));
        usize::try_from(cells).unwrap_or(BAR).min(BAR)
    };
    let from = cells(offset).min(BAR - 1);
    let width = cells(span.duration_nanos).clamp(1, BAR - from);
    format!(
        "{:>9}  {:>8}  {:from$}{}{:rest$}  ",
        format!("+{}", duration(offset)),
        duration(span.duration_nanos),
        "",
        STROKE.repeat(width),
        "",
        rest = BAR - from - width,
    )
}

fn title(lines: &Lines, span: &Span, parent: Option<&Span>, row: Row) -> String {
    let service = match span.service.as_str() {
        "" => "(no service)".into(),
        service => shortened(service, 60),
    };
    let mut title = format!(
        "{}{service}  {}  {}",
        lines.own,
        shortened(&span.name, 120),
        span.kind
    );
    match (span.status.code, span.status.message.as_str()) {
        (StatusCode::Error, "") => title.push_str("  error"),
        (StatusCode::Error, message) => {
            title.push_str("  error: ");
            title.push_str(&shortened(message, 200));
        }
        (StatusCode::Ok, _) => title.push_str("  ok"),
        (StatusCode::Unset, _) => {}
    }
    for odd in oddities(span, parent, row.entry) {
        title.push_str(&format!("  ({odd})"));
    }
    title
}

/// Writes attributes, events and links, each on a line that begins with `before`.
fn details(before: &str, span: &Span, out: &mut dyn Write) -> io::Result<()> {
    pairs(before, &span.attributes, out)?;
    for event in &span.events {
        let offset = duration(event.time_unix_nano.saturating_sub(span.start_unix_nano));
        writeln!(
            out,
            "{before}event +{offset} {}",
            shortened(&event.name, 200)
        )?;
        pairs(&format!("{before}  "), &event.attributes, out)?;
    }
    for link in &span.links {
        let trace = link
            .trace_id
            .map_or_else(|| "(no trace id)".to_owned(), |id| id.to_string());
        let span = link
            .span_id
            .map_or_else(|| "(no span id)".to_owned(), |id| id.to_string());
        writeln!(out, "{before}link {trace} {span}")?;
        pairs(&format!("{before}  "), &link.attributes, out)?;
    }
    Ok(())
}

fn pairs(before: &str, attributes: &Map, out: &mut dyn Write) -> io::Result<()> {
    for (key, value) in attributes {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        writeln!(
            out,
            "{before}{} = {}",
            shortened(key, 200),
            shortened(&value, 1_000)
        )?;
    }
    Ok(())
}
