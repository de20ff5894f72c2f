//! The header of a call.

use super::{Protocol, Reader, ThriftError};

/// What kind of message follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageType {
    /// A call that expects a reply.
    Call,
    /// The reply that says what went wrong.
    Exception,
    /// A call that expects none.
    Oneway,
    /// The reply to a call.
    Reply,
}

impl MessageType {
    fn of(code: u8) -> Result<Self, ThriftError> {
        match code {
            1 => Ok(Self::Call),
            2 => Ok(Self::Reply),
            3 => Ok(Self::Exception),
            4 => Ok(Self::Oneway),
            _ => Err(ThriftError::MessageType(code)),
        }
    }
}

/// The header of a message; the struct of its arguments follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The method that is called.
    pub name: &'a [u8],
    /// Call or reply.
    pub message_type: MessageType,
    /// What a reply repeats.
    pub sequence: i32,
}

/// The first byte of every compact message.
const COMPACT: u8 = 0x82;
/// The version of the compact protocol, in the low five bits of the second byte.
const COMPACT_VERSION: u8 = 1;
/// The first two bytes of a binary message whose header tells its version.
const STRICT: u32 = 0x8001;

impl<'a> Reader<'a> {
    /// Reads the header of a message. A binary message may begin with its version (strict) or, as
    /// old clients have it, with the length of its name.
    ///
    /// # Errors
    ///
    /// When no message of this protocol begins like this.
    pub fn message(&mut self) -> Result<Message<'a>, ThriftError> {
        match self.protocol() {
            Protocol::Binary => self.binary_message(),
            Protocol::Compact => self.compact_message(),
        }
    }

    fn compact_message(&mut self) -> Result<Message<'a>, ThriftError> {
        let [id, version] = self.array()?;
        if id != COMPACT || version & 0x1f != COMPACT_VERSION {
            return Err(ThriftError::Version);
        }
        let message_type = MessageType::of(version >> 5)?;
        // Written as it is, not in zig-zag.
        let sequence = self.varint32()?.cast_signed();
        let name = self.bytes()?;
        Ok(Message {
            name,
            message_type,
            sequence,
        })
    }

    fn binary_message(&mut self) -> Result<Message<'a>, ThriftError> {
        let first = u32::from_be_bytes(self.array()?);
        let (name, code) = if first >> 31 == 0 {
            let length = usize::try_from(first).map_err(|_| ThriftError::Size)?;
            (self.take(length)?, self.byte()?)
        } else if first >> 16 == STRICT {
            (self.bytes()?, (first & 0xff) as u8)
        } else {
            return Err(ThriftError::Version);
        };
        Ok(Message {
            name,
            message_type: MessageType::of(code)?,
            sequence: self.i32()?,
        })
    }
}
