//! What the store answers, and the JSON form of it: the agent's local API writes these types and
//! the command line reads them.
//!
//! Ids are lower-case hex. Points in time are nanoseconds since the Unix epoch as decimal text (a
//! JSON number would lose digits), durations are nanoseconds as numbers.

mod names;
mod nanos;
mod summary;
mod trace;

pub use self::names::{NameSummary, Sample};
pub use self::summary::{TraceList, TraceSummary};
pub use self::trace::{Event, Kind, Link, Map, Resource, Scope, Span, Status, StatusCode, Trace};
