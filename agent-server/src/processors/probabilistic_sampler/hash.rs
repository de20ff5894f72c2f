//! The hashes of trace ids and attribute values, bit by bit those of other samplers.
//!
//! Either gives a bucket, its last 14 bits, and the buckets below a number that grows with the
//! percentage are kept. [`randomness`] turns the bucket around, so that the decision is the same
//! as that of a [`Threshold`](super::threshold::Threshold), and can be said as one.

use super::threshold::Randomness;

/// Bits of a hash that decide.
pub(super) const BUCKET_BITS: u32 = 14;

/// The number of buckets.
const BUCKETS: u32 = 1 << BUCKET_BITS;

/// Buckets that are kept of every one in a hundred.
const SCALE: f32 = BUCKETS as f32 / 100.0;

/// Which hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    /// FNV-1a over the seed, little endian, and the bytes: the Collector's.
    Fnv,
    /// `MurmurHash3` with the seed: that of the service which the Collector grew out of.
    Murmur,
}

impl Hash {
    /// The randomness that `bytes` have under `seed`.
    pub(super) fn randomness(self, seed: u32, bytes: &[u8]) -> Randomness {
        randomness(match self {
            Self::Fnv => fnv1a(seed, bytes),
            Self::Murmur => murmur3(seed, bytes),
        })
    }
}

/// How many buckets `percentage` keeps: calculated in single precision and rounded down, as
/// everyone does who must agree.
pub(super) fn kept_buckets(percentage: f32) -> u32 {
    (percentage * SCALE) as u32
}

/// Spreads a hash over 56 bits: first the bucket, turned around, then the bits at
/// the other end, then the bucket itself.
fn randomness(hash: u32) -> Randomness {
    let bucket = u64::from(hash & (BUCKETS - 1));
    let turned = u64::from(BUCKETS - 1) - bucket;
    let top = u64::from(hash >> (32 - BUCKET_BITS));
    Randomness::new(turned << 42 | (top ^ top << 10) << 14 | bucket)
}

/// <http://www.isthe.com/chongo/tech/comp/fnv/>
fn fnv1a(seed: u32, bytes: &[u8]) -> u32 {
    let seed = seed.to_le_bytes();
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    seed.iter().chain(bytes).fold(0x811c_9dc5, step)
}

/// <https://github.com/aappleby/smhasher>, the variant of 32 bits.
fn murmur3(seed: u32, bytes: &[u8]) -> u32 {
    let mix = |word: u32| {
        word.wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593)
    };
    let mut hash = seed;
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        hash = (hash ^ mix(u32::from_le_bytes(*word))).rotate_left(13);
        hash = hash.wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let tail = rest.iter().rev();
    hash ^= mix(tail.fold(0, |word, byte| word << 8 | u32::from(*byte)));
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}
