//! Counts the messages in the data of a gRPC stream.

use bytes::Buf;

/// A flag, and the length of the message that follows
/// ([Length-Prefixed-Message](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md)).
const PREFIX: usize = 5;

/// Follows the message boundaries of one direction, however they are cut into frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Messages {
    /// How many messages have begun, their prefix being complete.
    count: u64,
    /// The prefix that is being read, and how much of it is there.
    prefix: [u8; PREFIX],
    filled: usize,
    /// Bytes of the current message that are still to come.
    left: u64,
}

impl Messages {
    /// How many messages have begun.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Looks at the next data of the stream. Data in several pieces is looked at as far as its
    /// first one; what HTTP servers and clients give is one piece.
    pub(crate) fn see(&mut self, data: &impl Buf) {
        let mut chunk = data.chunk();
        while !chunk.is_empty() {
            chunk = if self.left > 0 {
                self.skip(chunk)
            } else {
                self.read_prefix(chunk)
            };
        }
    }

    fn skip<'c>(&mut self, chunk: &'c [u8]) -> &'c [u8] {
        let skipped = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(chunk.len());
        self.left -= skipped as u64;
        chunk.get(skipped..).unwrap_or_default()
    }

    fn read_prefix<'c>(&mut self, chunk: &'c [u8]) -> &'c [u8] {
        let Some((&byte, rest)) = chunk.split_first() else {
            return chunk;
        };
        if let Some(place) = self.prefix.get_mut(self.filled) {
            *place = byte;
            self.filled += 1;
        }
        if self.filled == PREFIX {
            let [_, length @ ..] = self.prefix;
            self.left = u32::from_be_bytes(length).into();
            self.count += 1;
            self.filled = 0;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Messages;

    fn stream(lengths: &[u8]) -> Vec<u8> {
        let message = |length: &u8| {
            let mut bytes = vec![0, 0, 0, 0, *length];
            bytes.resize(5 + usize::from(*length), 0xff);
            bytes
        };
        lengths.iter().flat_map(message).collect()
    }

    proptest! {
        #[test]
        fn messages_are_counted_however_they_are_cut(
            lengths in prop::collection::vec(any::<u8>(), 0..6),
            cut in 1_usize..20,
        ) {
            let mut messages = Messages::default();
            for piece in stream(&lengths).chunks(cut) {
                messages.see(&piece);
            }
            prop_assert_eq!(messages.count(), lengths.len() as u64);
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut messages = Messages::default();
            messages.see(&bytes.as_slice());
            prop_assert!(messages.count() <= bytes.len() as u64);
        }
    }
}
