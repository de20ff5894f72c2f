//! What a row shows when it is opened.

use super::super::text::{Pair, pairs, shown};
use crate::ops::show::{duration, time};
use crate::store::model::{Event, Link, Span, StatusCode, Trace};

/// Everything else about a span.
pub(in super::super) struct Details {
    /// Ids, times, status and the like.
    pub(in super::super) facts: Vec<Pair>,
    pub(in super::super) attributes: Vec<Pair>,
    pub(in super::super) resource: Vec<Pair>,
    pub(in super::super) events: Vec<EventRow>,
    pub(in super::super) links: Vec<LinkRow>,
}

/// One event.
pub(in super::super) struct EventRow {
    /// How long after the span's start.
    pub(in super::super) offset: String,
    pub(in super::super) name: String,
    pub(in super::super) attributes: Vec<Pair>,
}

/// One link.
pub(in super::super) struct LinkRow {
    /// The trace it points to, if its id is valid.
    pub(in super::super) trace: Option<String>,
    pub(in super::super) span: String,
    pub(in super::super) attributes: Vec<Pair>,
}

impl Details {
    pub(super) fn new(trace: &Trace, span: &Span) -> Self {
        let resource = trace.resources.get(span.resource);
        Self {
            facts: facts(trace, span),
            attributes: pairs(&span.attributes),
            resource: resource.map_or_else(Vec::new, |resource| pairs(&resource.attributes)),
            events: span.events.iter().map(|row| event(row, span)).collect(),
            links: span.links.iter().map(link).collect(),
        }
    }
}

fn facts(trace: &Trace, span: &Span) -> Vec<Pair> {
    let parent = span.parent_span_id.map(|id| id.to_string());
    let status = match span.status.code {
        StatusCode::Error => "error",
        StatusCode::Ok => "ok",
        StatusCode::Unset => "unset",
    };
    let scope = trace.scopes.get(span.scope);
    let scope = scope.map(|scope| format!("{} {}", scope.name, scope.version));
    let dropped = [
        (span.dropped_attributes, "attributes"),
        (span.dropped_events, "events"),
        (span.dropped_links, "links"),
    ];
    let dropped = dropped.iter().filter(|(count, _)| *count > 0);
    let dropped: Vec<String> = dropped
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let offset = span.start_unix_nano.saturating_sub(trace.start_unix_nano);
    let facts = [
        ("span id", span.span_id.to_string()),
        ("parent", parent.unwrap_or_default()),
        ("kind", span.kind.to_string()),
        ("status", status.to_owned()),
        ("message", span.status.message.clone()),
        (
            "start",
            format!("{} (+{})", time(span.start_unix_nano), duration(offset)),
        ),
        ("end", time(span.end_unix_nano)),
        ("start, unix ns", span.start_unix_nano.to_string()),
        ("end, unix ns", span.end_unix_nano.to_string()),
        ("scope", scope.unwrap_or_default().trim().to_owned()),
        ("trace state", span.trace_state.clone()),
        ("dropped by sender", dropped.join(", ")),
        ("received by", span.origin.clone().unwrap_or_default()),
    ];
    let facts = facts.iter().filter(|(_, value)| !value.is_empty());
    facts.map(|(key, value)| Pair::new(key, value)).collect()
}

fn event(event: &Event, span: &Span) -> EventRow {
    let (start, at) = (span.start_unix_nano, event.time_unix_nano);
    let sign = if at < start { "-" } else { "+" };
    EventRow {
        offset: format!("{sign}{}", duration(at.abs_diff(start))),
        name: shown(&event.name),
        attributes: pairs(&event.attributes),
    }
}

fn link(link: &Link) -> LinkRow {
    let span = link.span_id.map(|id| id.to_string());
    LinkRow {
        trace: link.trace_id.map(|id| id.to_string()),
        span: span.unwrap_or_else(|| "no valid span id".to_owned()),
        attributes: pairs(&link.attributes),
    }
}
