//! Questions to the store.

mod names;
mod trace;
mod traces;

pub use self::names::SampleFilter;
pub use self::trace::MAX_SPANS;
pub use self::traces::Query;

use rusqlite::Row;

use super::Id;

/// The id in a column. What is no id was not written by us.
fn id<const N: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<Id<N>> {
    let bytes = row.get_ref(column)?.as_blob()?;
    Id::from_bytes(bytes)
        .ok_or_else(|| rusqlite::Error::IntegralValueOutOfRange(column, bytes.len() as i64))
}

/// The number in a column that never holds a negative one.
fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}
