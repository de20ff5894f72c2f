//! What a change adds to, or takes from, the counts of names, resources and scopes.

use std::collections::HashMap;

use rusqlite::{Connection, ToSql, params};

use super::latency::{BUCKETS, bucket};

/// Spans, errors and latency buckets of one name.
#[derive(Clone, Copy, Debug, Default)]
struct Name {
    spans: i64,
    errors: i64,
    buckets: [i64; BUCKETS],
}

/// Counts of spans by what they share, before they are written.
#[derive(Debug, Default)]
pub(super) struct Tally {
    names: HashMap<i64, Name>,
    resources: HashMap<i64, i64>,
    scopes: HashMap<i64, i64>,
}

/// What a span counts for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) name: i64,
    pub(super) resource: i64,
    pub(super) scope: i64,
    pub(super) duration: i64,
    pub(super) error: bool,
}

impl Tally {
    /// Notes that the row of a name exists, though perhaps for no span.
    pub(super) fn touch_name(&mut self, name: i64) {
        self.names.entry(name).or_default();
    }

    /// Notes that the row of a resource exists, though perhaps for no span.
    pub(super) fn touch_resource(&mut self, resource: i64) {
        self.resources.entry(resource).or_default();
    }

    /// Notes that the row of a scope exists, though perhaps for no span.
    pub(super) fn touch_scope(&mut self, scope: i64) {
        self.scopes.entry(scope).or_default();
    }

    /// Counts one span.
    pub(super) fn count(&mut self, span: Counted) {
        let name = self.names.entry(span.name).or_default();
        name.spans += 1;
        name.errors += i64::from(span.error);
        if let Some(count) = name.buckets.get_mut(bucket(span.duration.unsigned_abs())) {
            *count += 1;
        }
        *self.resources.entry(span.resource).or_default() += 1;
        *self.scopes.entry(span.scope).or_default() += 1;
    }

    /// Adds the counts to the database (`sign` 1) or takes them away (-1), and deletes what no span
    /// needs any longer.
    pub(super) fn apply(self, connection: &Connection, sign: i64) -> rusqlite::Result<()> {
        let mut update = connection.prepare_cached(
            "UPDATE names SET spans = spans + ?2, errors = errors + ?3, b0 = b0 + ?4, b1 = b1 + ?5,
             b2 = b2 + ?6, b3 = b3 + ?7, b4 = b4 + ?8, b5 = b5 + ?9, b6 = b6 + ?10, b7 = b7 + ?11,
             b8 = b8 + ?12 WHERE id = ?1",
        )?;
        let mut delete =
            connection.prepare_cached("DELETE FROM names WHERE id = ?1 AND spans <= 0")?;
        for (id, name) in &self.names {
            let (spans, errors) = (sign * name.spans, sign * name.errors);
            let buckets = name.buckets.map(|count| sign * count);
            let mut values: Vec<&dyn ToSql> = vec![id, &spans, &errors];
            values.extend(buckets.iter().map(|count| count as &dyn ToSql));
            update.execute(values.as_slice())?;
            delete.execute([id])?;
        }
        references(connection, "resources", &self.resources, sign)?;
        references(connection, "scopes", &self.scopes, sign)
    }
}

/// `table` is one of ours, never input.
fn references(
    connection: &Connection,
    table: &str,
    counts: &HashMap<i64, i64>,
    sign: i64,
) -> rusqlite::Result<()> {
    let update = format!("UPDATE {table} SET spans = spans + ?2 WHERE id = ?1");
    let delete = format!("DELETE FROM {table} WHERE id = ?1 AND spans <= 0");
    let mut update = connection.prepare_cached(&update)?;
    let mut delete = connection.prepare_cached(&delete)?;
    for (id, count) in counts {
        update.execute(params![id, sign * count])?;
        delete.execute([id])?;
    }
    Ok(())
}
