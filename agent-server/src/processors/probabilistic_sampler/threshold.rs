//! Consistent probability sampling: 56 bits of randomness against a threshold.
//!
//! An item is kept where its randomness is not below the threshold, so that whoever samples the
//! same trace with a greater probability keeps it too.
//!
//! Specification: <https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/>.

/// Hex digits of a threshold or of randomness written in full.
pub(super) const DIGITS: usize = 14;

/// One more than the greatest randomness.
const BOUND: u64 = 1 << 56;

/// [`BOUND`] to calculate with.
const SCALE: f64 = BOUND as f64;

/// The smallest probability that a threshold can say.
pub(super) const MIN_PROBABILITY: f64 = 1.0 / SCALE;

/// 56 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Randomness(u64);

impl Randomness {
    /// What every threshold lets pass that lets anything pass.
    pub(super) const MAX: Self = Self(BOUND - 1);

    /// The last 56 bits of `bits`.
    pub(super) fn new(bits: u64) -> Self {
        Self(bits & (BOUND - 1))
    }

    /// The last seven bytes of a trace id.
    pub(super) fn of_trace_id(trace_id: &[u8; 16]) -> Self {
        Self::new((u128::from_be_bytes(*trace_id) & u128::from(u64::MAX)) as u64)
    }

    /// Reads an `rv`: exactly 14 hex digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        (text.len() == DIGITS)
            .then(|| hex(text).map(Self))
            .flatten()
    }

    /// Appends the 14 digits of an `rv`.
    pub(super) fn write(self, out: &mut String) {
        digits(self.0, DIGITS, out);
    }
}

/// How much randomness an item needs to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Threshold(u64);

impl Threshold {
    /// Keeps everything.
    pub(super) const ALWAYS: Self = Self(0);

    /// Keeps nothing.
    pub(super) const NEVER: Self = Self(BOUND);

    /// What keeps the `kept` lowest of the `1 << bits` buckets whose number, turned around, leads
    /// the randomness.
    pub(super) fn of_buckets(kept: u32, bits: u32) -> Self {
        Self((u64::from(1_u32 << bits) - u64::from(kept)) << (56 - bits))
    }

    /// The threshold of a probability, rounded to `precision` hex digits beyond those that are all
    /// zero or all ones. `None` for a probability that is too small or greater than one.
    pub(super) fn of_probability(probability: f64, precision: usize) -> Option<Self> {
        if !(MIN_PROBABILITY..=1.0).contains(&probability) {
            return None;
        }
        if probability >= 1.0 {
            return Some(Self::ALWAYS);
        }
        let leading = leading_digits(probability).max(leading_digits(1.0 - probability));
        let precision = (precision + leading).min(DIGITS);
        let threshold = BOUND - (probability * SCALE).round() as u64;
        let shift = 4 * (DIGITS - precision);
        if shift == 0 {
            return Some(Self(threshold));
        }
        Some(Self((threshold + (1 << (shift - 1))) >> shift << shift))
    }

    /// The probability with which it keeps an item.
    pub(super) fn probability(self) -> f64 {
        (BOUND - self.0) as f64 / SCALE
    }

    /// Whether an item of this randomness is kept.
    pub(super) fn keeps(self, randomness: Randomness) -> bool {
        randomness.0 >= self.0
    }

    /// Reads a `th`: up to 14 hex digits, of which trailing zeros may be missing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > DIGITS {
            return None;
        }
        Some(Self(hex(text)? << (4 * (DIGITS - text.len()))))
    }

    /// Appends a `th`, without trailing zeros.
    pub(super) fn write(self, out: &mut String) {
        let zeros = (self.0.trailing_zeros() as usize / 4).min(DIGITS - 1);
        digits(self.0 >> (4 * zeros), DIGITS - zeros, out);
    }
}

/// Hex digits that are all zero at the start of a fraction between 0 and 1.
fn leading_digits(fraction: f64) -> usize {
    let exponent = (fraction.to_bits() >> 52 & 0x7ff) as usize;
    1_022_usize.saturating_sub(exponent) / 4
}

/// Reads hex digits, at most 16 of them, and nothing else.
fn hex(text: &str) -> Option<u64> {
    let mut value = 0;
    for digit in text.chars() {
        value = value << 4 | u64::from(digit.to_digit(16)?);
    }
    Some(value)
}

/// Appends the last `count` hex digits of `value`.
fn digits(value: u64, count: usize, out: &mut String) {
    for index in (0..count).rev() {
        let digit = (value >> (4 * index) & 0xf) as u32;
        out.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
}
