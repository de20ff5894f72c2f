//! Zipkin: spans of v2 (JSON and proto3) and of v1 (JSON and Thrift), read without building trees.
//!
//! A reader walks a list and shows each [`Span`] to a closure; the span borrows its texts from the
//! list, and one span's memory serves the next. What v1 says is told in the words of v2, so that
//! there is one thing to translate.
//!
//! | module | what |
//! |---|---|
//! | [`json`] | the v2 list in JSON, read and written |
//! | [`proto3`] | the v2 list in protobuf, read and written |
//! | [`v1`] | the v1 list in JSON and Thrift, read and converted |
//! | [`flat`] | events and links of OTLP within the texts that Zipkin has for them |
//! | [`messages`] | the protobuf messages as structs, and the gRPC service |
//!
//! ```
//! use campanile_wire::zipkin::{Limits, json};
//!
//! let list = r#"[{"traceId": "a1", "id": "b2", "name": "get"}]"#;
//! let mut names = Vec::new();
//! json::read(list, &Limits::default(), |span| names.push(span.name.to_string()))?;
//! assert_eq!(names, ["get"]);
//! # Ok::<(), campanile_wire::zipkin::ReadError>(())
//! ```
//!
//! Specification: <https://zipkin.io/zipkin-api/>.

mod endpoint;
mod error;
pub mod flat;
mod id;
pub mod json;
pub mod messages;
pub mod proto3;
mod span;
#[cfg(test)]
mod tests;
pub mod v1;

pub use self::endpoint::Endpoint;
pub use self::error::{Limits, ReadError};
pub use self::span::{Annotation, Kind, Span, Tag, Value};
