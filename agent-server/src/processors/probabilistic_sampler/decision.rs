//! Whether an item is kept, and what is said of it then: a pure function of what the item says.

use super::hash::{BUCKET_BITS, Hash, kept_buckets};
use super::threshold::{Randomness, Threshold};

/// A mode with its percentage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sampler {
    /// Raises every threshold to this one.
    Equalizing(Threshold),
    /// Keeps the buckets of a hash that this threshold lets pass.
    Hashing {
        /// Which hash.
        hash: Hash,
        /// What makes it another hash.
        seed: u32,
        /// What is kept.
        threshold: Threshold,
    },
    /// Keeps nothing but what has to be kept.
    Never,
    /// Keeps this fraction of what comes.
    Proportional {
        /// From 2^-56 to 1.
        ratio: f64,
        /// Hex digits of the thresholds that it writes.
        precision: usize,
    },
}

impl Sampler {
    /// Keeps `percentage` of the buckets of `hash`.
    pub(super) fn hashing(hash: Hash, seed: u32, percentage: f32) -> Self {
        match kept_buckets(percentage.min(100.0)) {
            0 => Self::Never,
            kept => Self::Hashing {
                hash,
                seed,
                threshold: Threshold::of_buckets(kept, BUCKET_BITS),
            },
        }
    }

    /// Keeps `percentage` of all traces, counting what was sampled before.
    pub(super) fn equalizing(percentage: f32, precision: usize) -> Self {
        let threshold = Threshold::of_probability(ratio(percentage), precision);
        threshold.map_or(Self::Never, Self::Equalizing)
    }

    /// Keeps `percentage` of what comes.
    pub(super) fn proportional(percentage: f32, precision: usize) -> Self {
        let ratio = ratio(percentage);
        let enough = Threshold::of_probability(ratio, precision).is_some();
        let sampler = Self::Proportional { ratio, precision };
        if enough { sampler } else { Self::Never }
    }

    /// The threshold for an item that has passed `arrived` before.
    fn threshold(&self, arrived: Option<Threshold>) -> Threshold {
        match *self {
            Self::Equalizing(threshold) => {
                arrived.map_or(threshold, |arrived| arrived.max(threshold))
            }
            Self::Hashing { threshold, .. } => threshold,
            Self::Never => Threshold::NEVER,
            Self::Proportional { ratio, precision } => {
                let probability = arrived.map_or(1.0, Threshold::probability) * ratio;
                Threshold::of_probability(probability, precision).unwrap_or(Threshold::NEVER)
            }
        }
    }
}

fn ratio(percentage: f32) -> f64 {
    f64::from(percentage.min(100.0)) / 100.0
}

/// Where the randomness of an item comes from: the value of `policy` in the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The hash of an attribute's value.
    Attribute,
    /// The item says it.
    Explicit,
    /// There is none.
    Missing,
    /// It does not matter: the item says how much it is to be sampled.
    Priority,
    /// The hash of the trace id.
    TraceIdHash,
    /// The trace id.
    TraceIdW3c,
}

/// What an item says that decides on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Its randomness, and where that comes from.
    pub(super) randomness: (Randomness, Source),
    /// The threshold that it has passed.
    pub(super) arrived: Option<Threshold>,
    /// Whether nothing of this can be relied on: malformed, or not meant for this sampler.
    pub(super) faulty: bool,
    /// The threshold that it asks for.
    pub(super) priority: Option<Threshold>,
}

/// What becomes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The threshold to say, where the item is kept.
    pub(super) kept: Option<Threshold>,
    /// What decided.
    pub(super) source: Source,
}

/// Decides on one item.
pub(super) fn decide(sampler: &Sampler, fail_closed: bool, item: &Item) -> Verdict {
    let (randomness, source) = item.randomness;
    let mut arrived = item.arrived;
    // What has not passed the threshold that it names was not sampled with it.
    let lie = arrived.is_some_and(|threshold| !threshold.keeps(randomness));
    if lie {
        arrived = None;
    }
    let threshold = if item.faulty || lie || source == Source::Missing {
        if fail_closed {
            Threshold::NEVER
        } else {
            Threshold::ALWAYS
        }
    } else {
        sampler.threshold(arrived)
    };
    let (threshold, source) = match item.priority {
        Some(asked) => (asked, Source::Priority),
        None => (threshold, source),
    };
    // A probability is never raised: what was sampled before cannot have been kept more often.
    let said = arrived.map_or(threshold, |arrived| arrived.max(threshold));
    let kept = threshold.keeps(randomness).then_some(said);
    Verdict { kept, source }
}
