//! Zipkin v1: spans that are told by annotations, in JSON and in Thrift.
//!
//! A span of v1 can hold what a client and a server have recorded under the same ids. What a side
//! did, and when, is said by annotations of two letters, each with the endpoint that recorded it;
//! who is on the other side by binary annotations. Reading converts each span to those of v2 that
//! it tells of, by the rules of the reference server:
//!
//! | v1 | v2 |
//! |---|---|
//! | endpoints of different service names | a span each, with the same ids |
//! | `cs` and `cr`, `sr` and `ss`, `ms`, `mr` | the kind, and start and duration where the span has none of its own |
//! | `ws`, `wr` | start or end of a message's way |
//! | `sr` of a span without timestamp or duration | `shared` |
//! | `ca`, `sa`, `ma` | the remote endpoint |
//! | other annotations and binary annotations | annotations and tags of the span of their endpoint |
//!
//! Where the reference loses something, this does not: a binary annotation of any type is a tag,
//! and an address that nobody is the remote endpoint of is the tag `ca`, `sa` or `ma`.
//!
//! # Limits
//!
//! One span tells of at most [`MAX_SERVICES`] services. Of endpoints with the same service name
//! and different addresses the first counts.

mod convert;
mod json;
mod span;
mod thrift;

pub use self::convert::{MAX_SERVICES, convert};
pub use self::json::read_json;
pub use self::span::{Annotation, BinaryAnnotation, Span};
pub use self::thrift::read_thrift;
