//! Content encodings, inflated within limits.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::failure::Failure;
use crate::admission::Lease;

/// How many times larger than its compressed form a body may be. Telemetry compresses 8 to 50
/// times; what unfolds further was made to.
const MAX_RATIO: usize = 200;
/// Below this size the ratio says nothing.
const ALWAYS_ALLOWED: usize = 64 << 10;
/// The largest window of zstd, 8 MiB: decoders must support that much and need not support more
/// ([RFC 8878, section 3.1.1.1.2](https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.2)).
const MAX_WINDOW_LOG: u32 = 23;
/// What snappy in frames begins with
/// ([the format](https://github.com/google/snappy/blob/main/framing_format.txt)).
const SNAPPY_FRAMES: &[u8] = b"\xff\x06\0\0sNaPpY";

/// A content encoding that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `deflate`: zlib, or without its header, as some clients send it.
    Deflate,
    /// `gzip`, of one or several members.
    Gzip,
    /// None.
    Identity,
    /// `snappy`, in frames or as one block: both go by the one name.
    Snappy,
    /// `zstd`.
    Zstd,
}

/// Why a body could not be inflated.
#[derive(Debug, thiserror::Error)]
pub(super) enum InflateError {
    /// There is no memory for it now.
    #[error("there is no memory to inflate the body")]
    Busy,
    /// It is not what its encoding says.
    #[error("the body is not valid {0:?} data: {1}")]
    Broken(Encoding, io::Error),
    /// It is larger than the limit, which is given.
    #[error("the body inflates to more than {0} bytes")]
    TooLarge(usize),
}

impl Encoding {
    /// The encoding that `headers` name; several on top of each other are not accepted.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let mut values = headers.get_all(CONTENT_ENCODING).iter();
        let first = values.next().map_or(Some(""), |value| value.to_str().ok());
        let found = match values.next() {
            None => first.and_then(Self::from_name),
            Some(_) => None,
        };
        found.ok_or_else(|| {
            let message = "the content encoding must be gzip, zstd, snappy, deflate or identity";
            Failure::unsupported("encoding", message)
        })
    }

    /// The encoding with this name in `Content-Encoding`.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        match () {
            () if is("") || is("identity") => Some(Self::Identity),
            () if is("gzip") || is("x-gzip") => Some(Self::Gzip),
            () if is("deflate") || is("zlib") => Some(Self::Deflate),
            () if is("snappy") || is("x-snappy-framed") => Some(Self::Snappy),
            () if is("zstd") => Some(Self::Zstd),
            () => None,
        }
    }

    /// Inflates `body` to at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// When it is broken or too large; no more than the limit has been allocated.
    pub(super) fn inflate(self, body: Vec<u8>, limit: usize) -> Result<Vec<u8>, InflateError> {
        self.inflate_leased(body, limit, None)
    }

    /// Inflates `body` to at most `limit` bytes, each of them leased before it is there.
    ///
    /// # Errors
    ///
    /// When it is broken or too large, or when there is no memory for it; no more than the limit
    /// has been allocated.
    pub(super) fn inflate_leased(
        self,
        body: Vec<u8>,
        limit: usize,
        lease: Option<&Lease>,
    ) -> Result<Vec<u8>, InflateError> {
        let bytes = body.as_slice();
        let read = |decoder: &mut dyn Read| self.read(decoder, bytes.len(), limit, lease);
        match self {
            Self::Identity => Ok(body),
            Self::Gzip => read(&mut MultiGzDecoder::new(bytes)),
            Self::Deflate if is_zlib(bytes) => read(&mut ZlibDecoder::new(bytes)),
            Self::Deflate => read(&mut DeflateDecoder::new(bytes)),
            Self::Snappy if bytes.starts_with(SNAPPY_FRAMES) => {
                read(&mut snap::read::FrameDecoder::new(bytes))
            }
            Self::Snappy => self.snappy_block(bytes, limit, lease),
            Self::Zstd => {
                let broken = |error| InflateError::Broken(self, error);
                let mut decoder = zstd::Decoder::with_buffer(bytes).map_err(broken)?;
                decoder.window_log_max(MAX_WINDOW_LOG).map_err(broken)?;
                read(&mut decoder)
            }
        }
    }

    /// A block says how large it gets, and is believed only to refuse it.
    fn snappy_block(
        self,
        block: &[u8],
        limit: usize,
        lease: Option<&Lease>,
    ) -> Result<Vec<u8>, InflateError> {
        let broken = |error: snap::Error| InflateError::Broken(self, io::Error::other(error));
        let limit = allowed(block.len(), limit);
        let size = snap::raw::decompress_len(block).map_err(broken)?;
        if size > limit {
            return Err(InflateError::TooLarge(limit));
        }
        if lease.is_some_and(|lease| !lease.grow(size)) {
            return Err(InflateError::Busy);
        }
        let inflated = snap::raw::Decoder::new().decompress_vec(block);
        inflated.map_err(broken)
    }

    fn read(
        self,
        from: &mut dyn Read,
        size: usize,
        limit: usize,
        lease: Option<&Lease>,
    ) -> Result<Vec<u8>, InflateError> {
        let limit = allowed(size, limit);
        let mut leased = limit.min(size.saturating_mul(4));
        let room = |bytes| lease.is_none_or(|lease| lease.grow(bytes));
        if !room(leased) {
            return Err(InflateError::Busy);
        }
        let mut inflated = Vec::with_capacity(leased);
        loop {
            // One byte more than there is room for tells whether there is more.
            let step = leased.min(limit).saturating_sub(inflated.len()) as u64 + 1;
            let read = Read::take(&mut *from, step).read_to_end(&mut inflated);
            read.map_err(|error| InflateError::Broken(self, error))?;
            if inflated.len() > limit {
                return Err(InflateError::TooLarge(limit));
            }
            if inflated.len() <= leased {
                return Ok(inflated);
            }
            // As a vector grows.
            let more = leased.max(ALWAYS_ALLOWED).min(limit - leased);
            if !room(more) {
                return Err(InflateError::Busy);
            }
            leased += more;
            inflated.reserve_exact(leased - inflated.len());
        }
    }
}

/// How large a body of `size` bytes may get, `limit` being the most for any.
fn allowed(size: usize, limit: usize) -> usize {
    limit.min(size.saturating_mul(MAX_RATIO).max(ALWAYS_ALLOWED))
}

/// Whether `bytes` begin with a zlib header (RFC 1950): method 8, and a check over both bytes.
fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [first, second, ..] => {
            first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn every_form_of_every_encoding_inflates() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"hello").expect("in memory");
        let mut frames = snap::write::FrameEncoder::new(Vec::new());
        frames.write_all(b"hello").expect("in memory");
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(b"hello").expect("in memory");
        let cases = [
            (Encoding::Identity, b"hello".to_vec()),
            (Encoding::Gzip, gzip(b"hello")),
            (Encoding::Gzip, [gzip(b"hel"), gzip(b"lo")].concat()),
            (Encoding::Deflate, zlib.finish().expect("in memory")),
            (Encoding::Deflate, raw.finish().expect("in memory")),
            (
                Encoding::Zstd,
                zstd::encode_all(&b"hello"[..], 3).expect("in memory"),
            ),
            (
                Encoding::Snappy,
                snap::raw::Encoder::new()
                    .compress_vec(b"hello")
                    .expect("in memory"),
            ),
            (Encoding::Snappy, frames.into_inner().expect("in memory")),
        ];
        for (encoding, body) in cases {
            let inflated = encoding.inflate(body, 100).expect("valid");
            assert_eq!(inflated, b"hello", "{encoding:?}");
        }
    }

    #[test]
    fn a_body_may_not_unfold_beyond_the_limit_or_the_ratio() {
        let limit = |body: &[u8], limit| match Encoding::Gzip.inflate(gzip(body), limit) {
            Err(InflateError::TooLarge(limit)) => Some(limit),
            _ => None,
        };
        assert_eq!(limit(&[0; 1_000], 1_000), None);
        assert_eq!(limit(&[0; 1_001], 1_000), Some(1_000));
        let bomb = vec![0; 4 << 20];
        let allowed = (gzip(&bomb).len() * MAX_RATIO).max(ALWAYS_ALLOWED);
        assert!(allowed < bomb.len());
        assert_eq!(limit(&bomb, 20 << 20), Some(allowed));
    }

    #[test]
    fn a_block_of_snappy_that_says_it_is_large_is_refused_unread() {
        // A varint of 4 GiB less one, and nothing behind it.
        let block = vec![0xff, 0xff, 0xff, 0xff, 0x0f];
        let inflated = Encoding::Snappy.inflate(block, 20 << 20);
        let refused = matches!(inflated, Err(InflateError::TooLarge(ALWAYS_ALLOWED)));
        assert!(refused, "{inflated:?}");
    }

    #[test]
    fn broken_bodies_are_told_from_large_ones() {
        let mut lying = gzip(b"hello");
        let length = lying.len() - 4;
        lying[length] ^= 1;
        let cases = [
            (Encoding::Gzip, lying),
            (Encoding::Gzip, gzip(b"hello")[..12].to_vec()),
            (Encoding::Gzip, b"hello".to_vec()),
            (Encoding::Deflate, vec![0xff; 9]),
            (Encoding::Snappy, vec![0xff; 9]),
            (Encoding::Snappy, [SNAPPY_FRAMES, &[1; 9]].concat()),
            (Encoding::Zstd, vec![0xff; 9]),
        ];
        for (encoding, body) in cases {
            let inflated = encoding.inflate(body, 100);
            assert!(
                matches!(inflated, Err(InflateError::Broken(..))),
                "{inflated:?}"
            );
        }
    }
}
