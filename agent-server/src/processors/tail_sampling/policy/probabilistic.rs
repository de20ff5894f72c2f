//! A percentage of all traces, by a hash of the trace id: bit by bit the Collector's choice.

use super::super::split::TraceId;

/// What is hashed before the id, unless it is configured.
const DEFAULT_SALT: &str = "default-hash-seed";

/// Keeps traces whose hash is not above the threshold.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Probabilistic {
    /// The hash of the salt, to go on from.
    salted: u64,
    threshold: u64,
}

impl Probabilistic {
    pub(in super::super) fn new(percentage: f64, salt: &str) -> Self {
        let salt = if salt.is_empty() { DEFAULT_SALT } else { salt };
        Self {
            salted: fnv1a(0xcbf2_9ce4_8422_2325, salt.as_bytes()),
            threshold: threshold(percentage / 100.0),
        }
    }

    pub(in super::super) fn keeps(self, id: &TraceId) -> bool {
        fnv1a(self.salted, id) <= self.threshold
    }
}

/// <http://www.isthe.com/chongo/tech/comp/fnv/>
fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(hash, step)
}

/// The part of all 64-bit numbers that `ratio` is: multiplied exactly, rounded to 64 bits (half to
/// even), and then down to an integer.
fn threshold(ratio: f64) -> u64 {
    const FRACTION: u32 = 52;
    if ratio >= 1.0 {
        return u64::MAX;
    }
    if ratio.is_nan() || ratio < f64::MIN_POSITIVE {
        return 0;
    }
    let exponent = (ratio.to_bits() >> FRACTION) as u32;
    let mantissa = ratio.to_bits() & ((1 << FRACTION) - 1) | 1 << FRACTION;
    // ratio = mantissa / 2^down
    let mut down = 1_075 - exponent;
    let mut product = u128::from(u64::MAX) * u128::from(mantissa);
    let extra = (128 - product.leading_zeros()).saturating_sub(64);
    if extra > 0 {
        let (half, rest) = (1 << (extra - 1), product & ((1 << extra) - 1));
        product >>= extra;
        down = down.saturating_sub(extra);
        product += u128::from(rest > half || rest == half && product & 1 == 1);
    }
    let whole = product.checked_shr(down).unwrap_or(0);
    u64::try_from(whole).unwrap_or(u64::MAX)
}

#[cfg(test)]
impl Probabilistic {
    /// The greatest hash that is kept.
    pub(in super::super) fn threshold(self) -> u64 {
        self.threshold
    }
}
