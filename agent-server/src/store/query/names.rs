//! Kept spans by name.

use rusqlite::{Connection, Row, named_params};

use super::{id, number};
use crate::store::latency::{BUCKETS, range};
use crate::store::model::{NameSummary, Sample, StatusCode};
use crate::store::{Store, StoreError};

/// The latest traces that a summary names.
const LATEST: i64 = 5;

/// Which spans of a name to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SampleFilter {
    /// Every span.
    #[default]
    All,
    /// Those with status `error`.
    Errors,
    /// Those in this latency bucket.
    Latency(usize),
}

const NAMES: &str = "
SELECT service, name, spans, errors, id, b0, b1, b2, b3, b4, b5, b6, b7, b8 FROM names
ORDER BY service, name LIMIT ?1";

const SAMPLES: &str = "
SELECT t.trace_id, s.span_id, n.service, s.start, s.duration, s.status
FROM names n JOIN spans s ON s.name = n.id JOIN traces t ON t.id = s.trace
WHERE n.name = :name AND n.service = coalesce(:service, n.service)
  AND s.duration BETWEEN :from AND :to AND (s.status = 2 OR NOT :errors)
ORDER BY s.trace DESC, s.start DESC LIMIT :limit";

impl Store {
    /// The kept spans by service and name, in that order; at most `limit` names.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn by_name(&self, limit: usize) -> Result<Vec<NameSummary>, StoreError> {
        self.expire()?;
        let connection = self.read();
        let connection = connection.unchecked_transaction()?;
        let mut statement = connection.prepare_cached(NAMES)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map([limit], |row| Ok((row.get(4)?, summary(row)?)))?;
        let mut names = Vec::new();
        for row in rows {
            let (key, mut summary): (i64, NameSummary) = row?;
            summary.latest = latest(&connection, key)?;
            names.push(summary);
        }
        Ok(names)
    }

    /// The latest spans with this name, and of this service if one is given.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn samples(
        &self,
        service: Option<&str>,
        name: &str,
        filter: SampleFilter,
        limit: usize,
    ) -> Result<Vec<Sample>, StoreError> {
        self.expire()?;
        let (from, to) = match filter {
            SampleFilter::All | SampleFilter::Errors => (0, u64::MAX),
            SampleFilter::Latency(bucket) => range(bucket),
        };
        let clamp = |number| i64::try_from(number).unwrap_or(i64::MAX);
        let connection = self.read();
        let connection = connection.unchecked_transaction()?;
        let mut statement = connection.prepare_cached(SAMPLES)?;
        let rows = statement.query_map(
            named_params! {
                ":service": service,
                ":name": name,
                ":from": clamp(from),
                // The bound is exclusive, and the last bucket has none.
                ":to": clamp(to.saturating_sub(u64::from(to != u64::MAX))),
                ":errors": filter == SampleFilter::Errors,
                ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
            },
            sample,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<NameSummary> {
    let mut buckets = [0; BUCKETS];
    for (index, bucket) in buckets.iter_mut().enumerate() {
        *bucket = number(row, 5 + index)?;
    }
    Ok(NameSummary {
        service: row.get(0)?,
        name: row.get(1)?,
        spans: number(row, 2)?,
        errors: number(row, 3)?,
        buckets,
        latest: Vec::new(),
    })
}

fn latest(connection: &Connection, name: i64) -> rusqlite::Result<Vec<crate::store::TraceId>> {
    let mut statement = connection.prepare_cached(
        "SELECT t.trace_id FROM (SELECT DISTINCT trace FROM spans WHERE name = ?1
                                 ORDER BY trace DESC LIMIT ?2) s
         JOIN traces t ON t.id = s.trace ORDER BY t.id DESC",
    )?;
    statement
        .query_map([name, LATEST], |row| id(row, 0))?
        .collect()
}

fn sample(row: &Row<'_>) -> rusqlite::Result<Sample> {
    Ok(Sample {
        trace_id: id(row, 0)?,
        span_id: id(row, 1)?,
        service: row.get(2)?,
        start_unix_nano: number(row, 3)?,
        duration_nanos: number(row, 4)?,
        status: StatusCode::from_wire(number(row, 5)?),
    })
}
