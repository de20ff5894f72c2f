//! How reading fails.

/// How bytes can fail to be Thrift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThriftError {
    /// A truth value in a list that is neither true nor false.
    #[error("{0} is no truth value")]
    Bool(u8),
    /// Structs and containers nest deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    #[error("structs and lists nest deeper than {}", super::MAX_DEPTH)]
    Depth,
    /// A field number that exceeds 16 bits.
    #[error("field number out of range")]
    FieldId,
    /// A type that does not exist.
    #[error("type {0} does not exist")]
    Kind(u8),
    /// A message type that does not exist.
    #[error("message type {0} does not exist")]
    MessageType(u8),
    /// A size that is negative, or claims more than the bytes that are left can hold.
    #[error("a size exceeds what is left")]
    Size,
    /// The bytes end inside a value.
    #[error("truncated value")]
    Truncated,
    /// Text that is not UTF-8.
    #[error("text is not utf-8")]
    Utf8,
    /// A varint of more bits than its type has.
    #[error("varint too long")]
    Varint,
    /// No message of this protocol begins like this.
    #[error("not a message of this protocol")]
    Version,
}
