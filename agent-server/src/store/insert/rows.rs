//! What a payload adds to the index.

use campanile_wire::otlp::view::Span;
use rusqlite::{Connection, params};

/// What the index knows of a span. Times beyond the year 2262 are indexed as that.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) name: i64,
    pub(super) start: i64,
    pub(super) finish: i64,
    pub(super) duration: i64,
    pub(super) error: bool,
}

impl Row {
    pub(super) fn new(span: &Span<'_>, name: i64) -> Self {
        Self {
            name,
            start: clamp(span.start_unix_nano),
            finish: clamp(span.end_unix_nano.max(span.start_unix_nano)),
            duration: clamp(span.end_unix_nano.saturating_sub(span.start_unix_nano)),
            error: span.status_code == 2,
        }
    }
}

/// What the payload adds to one trace.
pub(super) struct Trace {
    pub(super) id: i64,
    spans: i64,
    errors: i64,
    pub(super) finish: i64,
    first: Option<Row>,
    root: Option<i64>,
}

impl Trace {
    pub(super) fn new(id: i64) -> Self {
        Self {
            id,
            spans: 0,
            errors: 0,
            finish: 0,
            first: None,
            root: None,
        }
    }

    pub(super) fn add(&mut self, row: Row, is_root: bool) {
        self.spans += 1;
        self.errors += i64::from(row.error);
        self.finish = self.finish.max(row.finish);
        if self.first.is_none_or(|first| row.start < first.start) {
            self.first = Some(row);
        }
        if is_root {
            self.root.get_or_insert(row.name);
        }
    }

    pub(super) fn apply(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Some(first) = self.first else {
            return Ok(());
        };
        let mut update = connection.prepare_cached(
            "UPDATE traces SET spans = spans + ?2, errors = errors + ?3,
               first = CASE WHEN ?4 < start THEN ?5 ELSE first END,
               start = min(start, ?4), finish = max(finish, ?6), root = coalesce(root, ?7)
             WHERE id = ?1",
        )?;
        update.execute(params![
            self.id,
            self.spans,
            self.errors,
            first.start,
            first.name,
            self.finish,
            self.root,
        ])?;
        Ok(())
    }
}

/// The number as SQLite has it: signed.
pub(super) fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
