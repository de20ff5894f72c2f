//! Jaeger: batches of spans, as Thrift and as `api_v2`, read without decoding them into trees.
//!
//! A reader walks a batch and shows each [`Span`] to a closure; the span borrows its texts from the
//! batch. Both forms are read into the same [`Span`], so that there is one thing to translate, and
//! [`proto::put_span`] writes it back.
//!
//! | module | what |
//! |---|---|
//! | [`thrift`] | `Batch` in either Thrift protocol, bare or as the argument of `emitBatch` |
//! | [`proto`] | `PostSpansRequest`, read and written |
//! | [`api_v2`] | the protobuf messages as structs, and the gRPC services |
//!
//! ```
//! use campanile_wire::jaeger::{Limits, thrift};
//! use campanile_wire::thrift::{Protocol, Reader};
//!
//! // Batch { 1: process { 1: "s" }, 2: spans [] }
//! let body = [0x1c, 0x18, 0x01, b's', 0x00, 0x19, 0x0c, 0x00];
//! let mut reader = Reader::new(Protocol::Compact, &body);
//! let process = thrift::batch(&mut reader, &Limits::default(), |span| println!("{span:?}"))?;
//! assert_eq!(process.service_name, "s");
//! # Ok::<(), campanile_wire::jaeger::ReadError>(())
//! ```
//!
//! Specification: <https://github.com/jaegertracing/jaeger-idl>.

pub mod api_v2;
mod error;
mod model;
pub mod proto;
#[cfg(test)]
mod tests;
pub mod thrift;

pub use self::error::{Limits, ReadError};
pub use self::model::{Log, Process, RefType, Reference, Span, Tag, Value};
