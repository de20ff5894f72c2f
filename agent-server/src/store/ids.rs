//! Trace and span ids: bytes that are not all zero, written in lower-case hex as on the wire.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An id of `N` bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id<const N: usize>([u8; N]);

/// Identifies a trace.
pub type TraceId = Id<16>;

/// Identifies a span within its trace.
pub type SpanId = Id<8>;

/// The text or bytes are no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: {0} hex digits, not all zero, are needed")]
pub struct InvalidId(usize);

impl<const N: usize> Id<N> {
    /// Reads an id from the bytes of the wire: exactly `N` of them, not all zero.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; N] = bytes.try_into().ok()?;
        bytes.iter().any(|byte| *byte != 0).then_some(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> FromStr for Id<N> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mut bytes = [0; N];
        const_hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidId(2 * N))?;
        // The decoder also takes a leading `0x`; an id of the wire has none.
        Self::from_bytes(&bytes)
            .filter(|_| text.len() == 2 * N)
            .ok_or(InvalidId(2 * N))
    }
}

impl<const N: usize> fmt::Display for Id<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&const_hex::encode(self.0))
    }
}

impl<const N: usize> fmt::Debug for Id<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<const N: usize> Serialize for Id<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Id<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The first digits of a trace id, four at least: enough for a person to name a kept trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracePrefix {
    low: [u8; 16],
    high: [u8; 16],
}

/// The text is no beginning of a trace id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a trace id: 4 to 32 hex digits are needed")]
pub struct InvalidPrefix;

impl TracePrefix {
    /// The least and the greatest id that begin so.
    #[must_use]
    pub fn bounds(&self) -> (&[u8; 16], &[u8; 16]) {
        (&self.low, &self.high)
    }
}

impl From<TraceId> for TracePrefix {
    fn from(id: TraceId) -> Self {
        Self {
            low: id.0,
            high: id.0,
        }
    }
}

impl FromStr for TracePrefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !hex || !(4..=32).contains(&text.len()) {
            return Err(InvalidPrefix);
        }
        let filled = |digit: &str| {
            let mut bytes = [0; 16];
            let padded = format!("{text}{}", digit.repeat(32 - text.len()));
            const_hex::decode_to_slice(padded, &mut bytes)
                .map(|()| bytes)
                .map_err(|_| InvalidPrefix)
        };
        Ok(Self {
            low: filled("0")?,
            high: filled("f")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_full_length_hex_and_not_zero() {
        let id: TraceId = "4BF92F3577B34DA6A3CE929D0E0E4736".parse().expect("valid");
        assert_eq!(id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        for text in [
            "",
            "4bf9",
            &"0".repeat(32),
            &"g".repeat(32),
            "0x4bf92f3577b34da6a3ce929d0e0e4736",
        ] {
            assert_eq!(text.parse::<TraceId>(), Err(InvalidId(32)), "{text:?}");
        }
        assert_eq!(SpanId::from_bytes(&[1; 7]), None);
    }

    #[test]
    fn a_prefix_bounds_every_id_that_begins_so() {
        let prefix: TracePrefix = "4bf92".parse().expect("valid");
        let (low, high) = prefix.bounds();
        assert_eq!(low[..4], [0x4b, 0xf9, 0x20, 0x00]);
        assert_eq!(high[..4], [0x4b, 0xf9, 0x2f, 0xff]);
        for text in [
            "",
            "4bf",
            "4bfg",
            "0x4b",
            &"a".repeat(33),
            "\u{e9}\u{e9}\u{e9}\u{e9}",
        ] {
            assert_eq!(text.parse::<TracePrefix>(), Err(InvalidPrefix), "{text:?}");
        }
    }
}
