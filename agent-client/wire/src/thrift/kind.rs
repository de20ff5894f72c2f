//! The types of values and their codes in either protocol.

use super::{Protocol, ThriftError};

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text or bytes.
    Binary,
    /// A truth value.
    Bool,
    /// A double.
    Double,
    /// A signed integer of 16 bits.
    I16,
    /// A signed integer of 32 bits.
    I32,
    /// A signed integer of 64 bits.
    I64,
    /// A signed integer of 8 bits.
    I8,
    /// A list.
    List,
    /// A map.
    Map,
    /// A set.
    Set,
    /// A struct.
    Struct,
    /// Sixteen bytes.
    Uuid,
}

impl Kind {
    pub(super) fn of(protocol: Protocol, code: u8) -> Result<Self, ThriftError> {
        match protocol {
            Protocol::Binary => Self::binary(code),
            Protocol::Compact => Self::compact(code),
        }
    }

    fn binary(code: u8) -> Result<Self, ThriftError> {
        Ok(match code {
            2 => Self::Bool,
            3 => Self::I8,
            4 => Self::Double,
            6 => Self::I16,
            8 => Self::I32,
            10 => Self::I64,
            11 => Self::Binary,
            12 => Self::Struct,
            13 => Self::Map,
            14 => Self::Set,
            15 => Self::List,
            16 => Self::Uuid,
            _ => return Err(ThriftError::Kind(code)),
        })
    }

    /// Both codes of a truth value mean the type: only in a field header is one the value too.
    fn compact(code: u8) -> Result<Self, ThriftError> {
        Ok(match code {
            1 | 2 => Self::Bool,
            3 => Self::I8,
            4 => Self::I16,
            5 => Self::I32,
            6 => Self::I64,
            7 => Self::Double,
            8 => Self::Binary,
            9 => Self::List,
            10 => Self::Set,
            11 => Self::Map,
            12 => Self::Struct,
            13 => Self::Uuid,
            _ => return Err(ThriftError::Kind(code)),
        })
    }

    /// The fewest bytes that a value of this type takes in a container.
    pub(super) fn min_len(self, protocol: Protocol) -> usize {
        match (self, protocol) {
            (Self::Uuid, _) => 16,
            (Self::Double, _) | (Self::I64, Protocol::Binary) => 8,
            (Self::Map, Protocol::Binary) => 6,
            (Self::List | Self::Set, Protocol::Binary) => 5,
            (Self::Binary | Self::I32, Protocol::Binary) => 4,
            (Self::I16, Protocol::Binary) => 2,
            _ => 1,
        }
    }
}
