//! Lists of targets that change while the agent runs.
//!
//! ```
//! use campanile_agent::receivers::prometheus::discovery::{Document, read};
//!
//! let groups = read(Document::Json, br#"[{"targets": ["a:1"], "labels": {"env": "x"}}]"#)?;
//! assert_eq!(groups[0].targets, ["a:1"]);
//! # Ok::<(), campanile_agent::receivers::prometheus::discovery::DocumentError>(())
//! ```
//!
//! A list that cannot be read, or is not valid, changes nothing: the targets of the last good one
//! stay. A file that is gone has no targets.
//!
//! Files are looked at in every refresh interval; there is no notification of changes.

mod document;
mod file;
mod http;

pub use self::document::{Document, DocumentError, Group, read};
pub(super) use self::file::watch_files;
pub(super) use self::http::watch_url;
