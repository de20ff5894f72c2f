//! A trace laid out: rows of the tree, bars along its duration, and what each span says.

mod details;
mod place;

use self::details::Details;
use self::place::{Bar, Scale};

use crate::store::SpanId;
use crate::store::model::{Span, StatusCode, Trace};
use crate::store::tree::{self, Entry, Node, forest, oddities};

use super::text::named;
use crate::ops::show::duration;

/// How far names are moved in; deeper rows say how deep they are.
const MAX_INDENT: usize = 24;

/// How many colors services have.
const COLORS: usize = 8;

/// One row of the page.
pub(super) enum Row {
    /// A parent that is not there.
    Missing {
        /// Its id.
        parent: SpanId,
        /// How far to move it in.
        indent: usize,
    },
    /// A span.
    Span(Box<SpanRow>),
}

/// The row of a span.
pub(super) struct SpanRow {
    /// The number of the row in the whole trace, for addresses.
    pub(super) number: usize,
    /// How far to move the name in.
    pub(super) indent: usize,
    /// How deep it is, where that is more.
    pub(super) deeper: Option<usize>,
    pub(super) name: String,
    pub(super) service: String,
    pub(super) color: usize,
    pub(super) kind: String,
    pub(super) duration: String,
    pub(super) is_error: bool,
    pub(super) bar: Bar,
    /// What looks odd about it, and why that may be.
    pub(super) notes: Vec<String>,
    pub(super) details: Details,
}

/// A trace and the order of its rows.
pub(super) struct Waterfall<'t> {
    trace: &'t Trace,
    rows: Vec<tree::Row>,
    services: Vec<&'t str>,
}

impl<'t> Waterfall<'t> {
    pub(super) fn new(trace: &'t Trace) -> Self {
        let nodes: Vec<Node> = trace.spans.iter().map(Node::from).collect();
        let mut services: Vec<&str> = Vec::new();
        for span in &trace.spans {
            if !services.contains(&span.service.as_str()) && services.len() < 64 {
                services.push(&span.service);
            }
        }
        Self {
            trace,
            rows: forest(&nodes),
            services,
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Services and their colors, as they appear.
    pub(super) fn services(&self) -> Vec<(usize, String)> {
        let services = self.services.iter().enumerate();
        services
            .map(|(index, name)| (index % COLORS, named(name)))
            .collect()
    }

    /// The numbers of the rows whose span failed.
    pub(super) fn errors(&self) -> Vec<usize> {
        let rows = self.rows.iter().enumerate();
        let failed = rows.filter(|(_, row)| {
            self.span(row.entry)
                .is_some_and(|span| span.status.code == StatusCode::Error)
        });
        failed.map(|(number, _)| number).collect()
    }

    /// The rows from number `from`, `count` at most.
    pub(super) fn rows(&self, from: usize, count: usize) -> Vec<Row> {
        let scale = Scale::new(self.trace);
        let mut path: Vec<Entry> = Vec::new();
        let mut rows = Vec::new();
        for (number, row) in self.rows.iter().enumerate().take(from + count) {
            path.truncate(row.depth);
            if number >= from {
                let parent = path.last().and_then(|entry| self.span(*entry));
                rows.push(self.row(number, *row, parent, &scale));
            }
            path.push(row.entry);
        }
        rows
    }

    fn span(&self, entry: Entry) -> Option<&'t Span> {
        match entry {
            Entry::Circle(index) | Entry::Span(index) => self.trace.spans.get(index),
            Entry::Missing(_) => None,
        }
    }

    fn row(&self, number: usize, row: tree::Row, parent: Option<&Span>, scale: &Scale) -> Row {
        let indent = row.depth.min(MAX_INDENT);
        let span = match (row.entry, self.span(row.entry)) {
            (Entry::Missing(parent), _) => return Row::Missing { parent, indent },
            (_, Some(span)) => span,
            (Entry::Circle(_) | Entry::Span(_), None) => {
                unreachable!("the forest holds indexes of the trace's spans")
            }
        };
        let service = self.services.iter().position(|name| *name == span.service);
        Row::Span(Box::new(SpanRow {
            number,
            indent,
            deeper: (row.depth > MAX_INDENT).then_some(row.depth),
            name: named(&span.name),
            service: named(&span.service),
            color: service.unwrap_or_default() % COLORS,
            kind: span.kind.to_string(),
            duration: duration(span.duration_nanos),
            is_error: span.status.code == StatusCode::Error,
            bar: scale.bar(span),
            notes: oddities(span, parent, row.entry),
            details: Details::new(self.trace, span),
        }))
    }
}
