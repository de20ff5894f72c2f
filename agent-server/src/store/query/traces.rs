//! The list of traces.

use std::time::Duration;

use rusqlite::{Connection, Row, named_params};

use super::{id, number};
use crate::store::model::TraceSummary;
use crate::store::{Store, StoreError};

/// Which traces to list; the newest come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// How many at most.
    pub limit: usize,
    /// Only traces with a span of this service.
    pub service: Option<String>,
    /// Only traces with a span of this name (and, if that is given, of that service).
    pub name: Option<String>,
    /// Only traces that took at least this long, from earliest start to latest end.
    pub min_duration: Duration,
    /// Only traces with a span whose status is `error`.
    pub errors_only: bool,
}

impl Default for Query {
    /// The latest 100 traces.
    fn default() -> Self {
        Self {
            limit: 100,
            service: None,
            name: None,
            min_duration: Duration::ZERO,
            errors_only: false,
        }
    }
}

const TRACES: &str = "
SELECT t.trace_id, n.name, n.service, t.start, t.finish - t.start, t.spans, t.errors,
       t.root IS NOT NULL, t.id
FROM traces t JOIN names n ON n.id = coalesce(t.root, t.first)
WHERE t.finish - t.start >= :min_duration AND t.errors >= :min_errors
  AND ((:service IS NULL AND :name IS NULL) OR t.id IN (
        SELECT s.trace FROM spans s JOIN names m ON m.id = s.name
        WHERE m.service = coalesce(:service, m.service) AND m.name = coalesce(:name, m.name)))
ORDER BY t.id DESC LIMIT :limit";

impl Store {
    /// Lists kept traces, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn traces(&self, query: &Query) -> Result<Vec<TraceSummary>, StoreError> {
        self.expire()?;
        let connection = self.read();
        let connection = connection.unchecked_transaction()?;
        let mut statement = connection.prepare_cached(TRACES)?;
        let min_duration = i64::try_from(query.min_duration.as_nanos()).unwrap_or(i64::MAX);
        let rows = statement.query_map(
            named_params! {
                ":min_duration": min_duration,
                ":min_errors": i64::from(query.errors_only),
                ":service": query.service,
                ":name": query.name,
                ":limit": i64::try_from(query.limit).unwrap_or(i64::MAX),
            },
            |row| Ok((row.get(8)?, summary(row)?)),
        )?;
        let mut traces = Vec::new();
        for row in rows {
            let (key, mut summary) = row?;
            summary.services = services(&connection, key)?;
            traces.push(summary);
        }
        Ok(traces)
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<TraceSummary> {
    Ok(TraceSummary {
        trace_id: id(row, 0)?,
        name: row.get(1)?,
        service: row.get(2)?,
        services: Vec::new(),
        start_unix_nano: number(row, 3)?,
        duration_nanos: number(row, 4)?,
        spans: number(row, 5)?,
        errors: number(row, 6)?,
        complete: row.get(7)?,
    })
}

fn services(connection: &Connection, trace: i64) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT n.service FROM spans s JOIN names n ON n.id = s.name
         WHERE s.trace = ?1 ORDER BY 1",
    )?;
    statement.query_map([trace], |row| row.get(0))?.collect()
}
