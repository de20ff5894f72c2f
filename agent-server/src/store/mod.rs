//! The embedded store: kept spans, in memory or on disk, bounded by bytes and age.
//!
//! ```
//! use campanile_agent::ops::Metrics;
//! use campanile_agent::store::{Query, Settings, Store};
//!
//! let store = Store::open(Settings::default(), &Metrics::default())?;
//! for trace in store.traces(&Query::default())? {
//!     println!("{} {}", trace.trace_id, trace.name);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Spans are kept as the OTLP bytes they came in, with index columns beside them, in SQLite: see
//! `schema.sql`. A file can be opened while the agent runs: `sqlite3 spans.db 'select * from
//! readable_spans limit 20'`.
//!
//! # When things happen
//!
//! | when | what |
//! |---|---|
//! | a payload comes | in one transaction its spans are written and the oldest traces evicted |
//! | a span comes again | nothing: same trace, span id and kind is the same span |
//! | someone reads | traces beyond `max_age` are evicted first |
//! | the file is damaged, foreign or of another version | it is renamed, and a new one begun |
//!
//! # Limits
//!
//! A trace is evicted whole, by the time its first span came; spans that come later begin it anew,
//! incomplete. A file does not shrink: what is evicted leaves room that is used again. A trace is
//! given out up to [`MAX_SPANS`] spans.

mod counts;
mod database;
mod decode;
mod error;
mod evict;
mod ids;
mod insert;
pub mod latency;
pub mod model;
mod open;
mod query;
mod settings;
mod slot;
mod tally;
pub mod tree;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use self::database::{Inserted, Size, Store};
pub use self::error::{FindError, OpenError, StoreError};
pub use self::ids::{Id, InvalidId, InvalidPrefix, SpanId, TraceId, TracePrefix};
pub use self::open::FILE_NAME;
pub use self::query::{MAX_SPANS, Query, SampleFilter};
pub use self::settings::Settings;
pub use self::slot::StoreSlot;
