//! The Thrift wire formats, compact and binary, read without copying.
//!
//! [`Reader`] is pulled by whoever knows the structs: it gives field headers, scalars and the sizes
//! of containers, and [skips](Reader::skip) what nobody asked for. Nothing here allocates; any bytes
//! give values or a [`ThriftError`].
//!
//! ```
//! use campanile_wire::thrift::{Kind, Protocol, Reader, ThriftError};
//!
//! /// struct Process { 1: string serviceName, 2: list<Tag> tags }
//! fn service_name<'a>(reader: &mut Reader<'a>) -> Result<&'a str, ThriftError> {
//!     let mut name = "";
//!     let mut process = reader.structure()?;
//!     while let Some(field) = reader.field(&mut process)? {
//!         match (field.id, field.kind) {
//!             (1, Kind::Binary) => name = reader.text()?,
//!             (_, kind) => reader.skip(kind)?,
//!         }
//!     }
//!     Ok(name)
//! }
//!
//! let mut reader = Reader::new(Protocol::Compact, &[0x18, 0x01, b's', 0x00]);
//! assert_eq!(service_name(&mut reader)?, "s");
//! # Ok::<(), ThriftError>(())
//! ```
//!
//! # Limits
//!
//! Structs, and lists and maps that are skipped, nest [`MAX_DEPTH`] deep. A container that claims more elements
//! than the bytes that are left could hold is refused before anyone makes room for it; how many
//! elements are too many is for the caller to say.
//!
//! Specification: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>
//! and `thrift-binary-protocol.md` beside it.

mod container;
mod error;
mod kind;
mod message;
mod reader;
#[cfg(test)]
mod tests;

pub use self::container::{Field, List, MAX_DEPTH, Map, Struct};
pub use self::error::ThriftError;
pub use self::kind::Kind;
pub use self::message::{Message, MessageType};
pub use self::reader::{Protocol, Reader};
