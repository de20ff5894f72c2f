//! From what each policy says to one verdict.

use tokio::time::Instant;

use super::counters::PolicyCounters;
use super::evidence::Evidence;
use super::policy::{Decision, Policy};

/// What becomes of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A policy wants it gone.
    Dropped,
    /// No policy is for it.
    NotSampled,
    /// It stays.
    Sampled,
}

/// A policy and how often it said what.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) policy: Policy,
    pub(super) counters: PolicyCounters,
}

/// All policies of a sampler.
#[derive(Debug)]
pub(super) struct Policies {
    /// Those that drop come first: what one of them says ends it.
    policies: Vec<Named>,
    first_match: bool,
}

impl Policies {
    /// Asks `policies` in order; with `first_match` no more of them once one is for the trace.
    pub(super) fn new(mut policies: Vec<Named>, first_match: bool) -> Self {
        policies.sort_by_key(|named| !matches!(named.policy, Policy::Drop(_)));
        Self {
            policies,
            first_match,
        }
    }

    /// Decides on a trace.
    pub(super) fn decide(&mut self, trace: &Evidence<'_>, now: Instant) -> Verdict {
        let mut said = Said::default();
        for Named { policy, counters } in &mut self.policies {
            let decision = policy.evaluate(trace, now);
            counters.note(decision);
            match decision {
                Decision::Dropped => return Verdict::Dropped,
                Decision::Failed => {}
                Decision::InvertNotSampled => said.against = true,
                Decision::InvertSampled => said.without = true,
                Decision::NotSampled => said.nothing = true,
                Decision::Sampled => {
                    said.sampled = true;
                    if self.first_match {
                        break;
                    }
                }
            }
        }
        said.verdict()
    }
}

/// What was said by any policy.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each was said, or was not")]
struct Said {
    against: bool,
    nothing: bool,
    sampled: bool,
    without: bool,
}

impl Said {
    fn verdict(self) -> Verdict {
        if self.against {
            return Verdict::NotSampled;
        }
        // That something is not in the trace counts only where nobody else was asked in vain.
        if self.sampled || self.without && !self.nothing {
            return Verdict::Sampled;
        }
        Verdict::NotSampled
    }
}
