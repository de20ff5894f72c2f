//! The protobuf wire format, read without copying.
//!
//! [`Fields`] walks the fields of one message and borrows their values; what a field means is the
//! caller's business. Nothing here allocates, and any bytes give either fields or a [`WireError`].
//!
//! Specification: <https://protobuf.dev/programming-guides/encoding/>.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use self::read::{Field, Fields, Packed, Value, WireError};
pub use self::write::{put_bytes, put_varint, varint_len};
