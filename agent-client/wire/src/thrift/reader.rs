//! The reader and its scalars.

use super::ThriftError;

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `TBinaryProtocol`: fixed widths, big-endian.
    Binary,
    /// `TCompactProtocol`: varints in zig-zag; doubles are little-endian.
    Compact,
}

/// Reads one value after the other.
///
/// What is read must be what is there: the type of a field is told by [`Reader::field`], that of
/// elements by [`Reader::list`]. Reading something else gives other values or an error, no more.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    protocol: Protocol,
    rest: &'a [u8],
    /// The value of the truth field whose header was read last: compact headers hold it.
    pub(super) pending: Option<bool>,
    /// How many structs and skipped containers are open.
    pub(super) depth: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes` as `protocol`.
    #[must_use]
    pub fn new(protocol: Protocol, bytes: &'a [u8]) -> Self {
        Self {
            protocol,
            rest: bytes,
            pending: None,
            depth: 0,
        }
    }

    /// How the values are written.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The bytes not yet read.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads a truth value.
    ///
    /// # Errors
    ///
    /// When nothing is left, or a compact element is neither true nor false.
    pub fn bool(&mut self) -> Result<bool, ThriftError> {
        if let Some(value) = self.pending.take() {
            return Ok(value);
        }
        match (self.protocol, self.byte()?) {
            (Protocol::Binary, byte) => Ok(byte != 0),
            (Protocol::Compact, 1) => Ok(true),
            (Protocol::Compact, 0 | 2) => Ok(false),
            (Protocol::Compact, byte) => Err(ThriftError::Bool(byte)),
        }
    }

    /// Reads an integer of 8 bits.
    ///
    /// # Errors
    ///
    /// When nothing is left.
    pub fn i8(&mut self) -> Result<i8, ThriftError> {
        self.byte().map(u8::cast_signed)
    }

    /// Reads an integer of 16 bits.
    ///
    /// # Errors
    ///
    /// When it is cut off or has more bits.
    pub fn i16(&mut self) -> Result<i16, ThriftError> {
        match self.protocol {
            Protocol::Binary => Ok(i16::from_be_bytes(self.array()?)),
            Protocol::Compact => i16::try_from(self.zigzag()?).map_err(|_| ThriftError::Varint),
        }
    }

    /// Reads an integer of 32 bits.
    ///
    /// # Errors
    ///
    /// When it is cut off or has more bits.
    pub fn i32(&mut self) -> Result<i32, ThriftError> {
        match self.protocol {
            Protocol::Binary => Ok(i32::from_be_bytes(self.array()?)),
            Protocol::Compact => i32::try_from(self.zigzag()?).map_err(|_| ThriftError::Varint),
        }
    }

    /// Reads an integer of 64 bits.
    ///
    /// # Errors
    ///
    /// When it is cut off or has more bits.
    pub fn i64(&mut self) -> Result<i64, ThriftError> {
        match self.protocol {
            Protocol::Binary => Ok(i64::from_be_bytes(self.array()?)),
            Protocol::Compact => self.zigzag(),
        }
    }

    /// Reads a double: big-endian in binary, little-endian in compact.
    ///
    /// # Errors
    ///
    /// When it is cut off.
    pub fn double(&mut self) -> Result<f64, ThriftError> {
        let bytes = self.array()?;
        Ok(match self.protocol {
            Protocol::Binary => f64::from_be_bytes(bytes),
            Protocol::Compact => f64::from_le_bytes(bytes),
        })
    }

    /// Reads text or bytes, as they are.
    ///
    /// # Errors
    ///
    /// When its length is negative or more than what is left.
    pub fn bytes(&mut self) -> Result<&'a [u8], ThriftError> {
        let length = match self.protocol {
            Protocol::Binary => self.i32()?.try_into(),
            Protocol::Compact => self.varint32()?.try_into(),
        };
        self.take(length.map_err(|_| ThriftError::Size)?)
    }

    /// Reads text.
    ///
    /// # Errors
    ///
    /// As [`Reader::bytes`], and when it is not UTF-8.
    pub fn text(&mut self) -> Result<&'a str, ThriftError> {
        str::from_utf8(self.bytes()?).map_err(|_| ThriftError::Utf8)
    }

    pub(super) fn varint32(&mut self) -> Result<u32, ThriftError> {
        u32::try_from(self.varint()?).map_err(|_| ThriftError::Varint)
    }

    fn zigzag(&mut self) -> Result<i64, ThriftError> {
        let value = self.varint()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn varint(&mut self) -> Result<u64, ThriftError> {
        let mut value = 0_u64;
        for index in 0..10 {
            let byte = self.byte()?;
            // The tenth byte holds the one bit that is left.
            if index == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ThriftError::Varint)
    }

    pub(super) fn byte(&mut self) -> Result<u8, ThriftError> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], ThriftError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(ThriftError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ThriftError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(ThriftError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }
}
