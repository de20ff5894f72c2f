//! Eviction: whole traces, the oldest first, until what is left is within the bounds.

use rusqlite::{Connection, OptionalExtension as _};

use super::tally::{Counted, Tally};

/// Spans that were evicted, by the bound that was reached, and how many traces they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evicted {
    pub(super) by_age: u64,
    pub(super) by_bytes: u64,
    pub(super) traces: u64,
}

/// Evicts every trace that came before `oldest`, and then the oldest until at most `max_bytes` are
/// in use.
pub(super) fn evict(
    connection: &Connection,
    oldest: i64,
    max_bytes: u64,
) -> rusqlite::Result<Evicted> {
    let mut evicted = Evicted::default();
    let mut aged = connection
        .prepare_cached("SELECT id FROM traces WHERE received < ?1 ORDER BY received LIMIT 1")?;
    while let Some(trace) = aged.query_row([oldest], |row| row.get(0)).optional()? {
        evicted.by_age += remove(connection, trace)?;
        evicted.traces += 1;
    }
    let mut first = connection.prepare_cached("SELECT id FROM traces ORDER BY id LIMIT 1")?;
    while used(connection)? > max_bytes {
        let Some(trace) = first.query_row([], |row| row.get(0)).optional()? else {
            break;
        };
        evicted.by_bytes += remove(connection, trace)?;
        evicted.traces += 1;
    }
    Ok(evicted)
}

/// Bytes of the pages in use. Free pages do not count: they are filled again before the database
/// grows.
pub(super) fn used(connection: &Connection) -> rusqlite::Result<u64> {
    let mut pages = connection.prepare_cached(
        "SELECT (page_count - freelist_count) * page_size
         FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )?;
    let bytes: i64 = pages.query_row([], |row| row.get(0))?;
    Ok(bytes.unsigned_abs())
}

/// Removes one trace and what only its spans needed; returns how many spans it had.
fn remove(connection: &Connection, trace: i64) -> rusqlite::Result<u64> {
    let mut tally = Tally::default();
    let mut spans = connection.prepare_cached(
        "SELECT name, resource, scope, duration, status FROM spans WHERE trace = ?1",
    )?;
    let mut rows = spans.query([trace])?;
    while let Some(row) = rows.next()? {
        tally.count(Counted {
            name: row.get(0)?,
            resource: row.get(1)?,
            scope: row.get(2)?,
            duration: row.get(3)?,
            error: row.get::<_, i64>(4)? == 2,
        });
    }
    let removed = connection
        .prepare_cached("DELETE FROM spans WHERE trace = ?1")?
        .execute([trace])?;
    connection
        .prepare_cached("DELETE FROM traces WHERE id = ?1")?
        .execute([trace])?;
    tally.apply(connection, -1)?;
    Ok(removed as u64)
}
