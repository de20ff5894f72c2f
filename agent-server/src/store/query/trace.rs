//! One trace.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::{id, number};
use crate::store::decode::Decoder;
use crate::store::model::{Resource, Scope, Span, Trace};
use crate::store::{FindError, Store, StoreError, TraceId, TracePrefix};

/// How many spans of a trace are given out: its earliest ones.
pub const MAX_SPANS: usize = 20_000;

/// The row of a trace.
struct Found {
    key: i64,
    trace: Trace,
}

impl Store {
    /// Finds a trace by its id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn trace(&self, trace_id: TraceId) -> Result<Option<Trace>, StoreError> {
        match self.find(trace_id.into()) {
            Ok(trace) => Ok(Some(trace)),
            Err(FindError::Store(error)) => Err(error),
            // A whole id is never ambiguous.
            Err(FindError::NotFound | FindError::Ambiguous) => Ok(None),
        }
    }

    /// Finds the one trace whose id begins so.
    ///
    /// # Errors
    ///
    /// When there is none, or more than one, or the database fails.
    pub fn find(&self, prefix: TracePrefix) -> Result<Trace, FindError> {
        self.expire()?;
        let connection = self.read();
        let connection = connection.unchecked_transaction()?;
        let mut found = find(&connection, prefix)?;
        let trace = found.pop().ok_or(FindError::NotFound)?;
        if !found.is_empty() {
            return Err(FindError::Ambiguous);
        }
        Ok(read(&connection, trace)?)
    }
}

fn find(connection: &Connection, prefix: TracePrefix) -> rusqlite::Result<Vec<Found>> {
    let mut statement = connection.prepare_cached(
        "SELECT trace_id, start, finish - start, root IS NOT NULL, spans, id FROM traces
         WHERE trace_id BETWEEN ?1 AND ?2 LIMIT 2",
    )?;
    let (low, high) = prefix.bounds();
    let rows = statement.query_map([low, high], |row| {
        Ok(Found {
            key: row.get(5)?,
            trace: Trace {
                trace_id: id(row, 0)?,
                start_unix_nano: number(row, 1)?,
                duration_nanos: number(row, 2)?,
                complete: row.get(3)?,
                total_spans: number(row, 4)?,
                spans: Vec::new(),
                resources: Vec::new(),
                scopes: Vec::new(),
            },
        })
    })?;
    rows.collect()
}

const SPANS: &str = "
SELECT s.span, n.service, s.resource, s.scope, s.origin FROM spans s JOIN names n ON n.id = s.name
WHERE s.trace = ?1 ORDER BY s.start, s.duration DESC LIMIT ?2";

fn read(connection: &Connection, found: Found) -> rusqlite::Result<Trace> {
    let mut trace = found.trace;
    let mut sources = Sources::default();
    let mut decoder = Decoder::default();
    let mut statement = connection.prepare_cached(SPANS)?;
    let mut rows = statement.query([found.key, MAX_SPANS as i64])?;
    while let Some(row) = rows.next()? {
        trace.spans.extend(span(row, &mut sources, &mut decoder)?);
    }
    let mut statement =
        connection.prepare_cached("SELECT resource, schema_url FROM resources WHERE id = ?1")?;
    for key in sources.resources.keys {
        let resource = statement.query_row([key], |row| resource(row, &mut decoder))?;
        trace.resources.push(resource);
    }
    let mut statement = connection.prepare_cached("SELECT scope FROM scopes WHERE id = ?1")?;
    for key in sources.scopes.keys {
        let scope = statement.query_row([key], |row| scope(row, &mut decoder))?;
        trace.scopes.push(scope);
    }
    Ok(trace)
}

fn span(
    row: &Row<'_>,
    sources: &mut Sources,
    decoder: &mut Decoder,
) -> rusqlite::Result<Option<Span>> {
    let resource = sources.resources.index(row.get(2)?);
    let scope = sources.scopes.index(row.get(3)?);
    let bytes = row.get_ref(0)?.as_blob()?;
    let span = decoder.span(bytes, row.get(1)?, resource, scope);
    let origin = row.get(4)?;
    Ok(span.map(|span| Span { origin, ..span }))
}

fn resource(row: &Row<'_>, decoder: &mut Decoder) -> rusqlite::Result<Resource> {
    Ok(decoder.resource(row.get_ref(0)?.as_blob()?, row.get(1)?))
}

fn scope(row: &Row<'_>, decoder: &mut Decoder) -> rusqlite::Result<Scope> {
    Ok(decoder.scope(row.get_ref(0)?.as_blob()?))
}

/// The resources and scopes that were met.
#[derive(Default)]
struct Sources {
    resources: Indexes,
    scopes: Indexes,
}

/// Keys of rows, numbered in the order they were met.
#[derive(Default)]
struct Indexes {
    keys: Vec<i64>,
    indexes: HashMap<i64, usize>,
}

impl Indexes {
    fn index(&mut self, key: i64) -> usize {
        *self.indexes.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() - 1
        })
    }
}
