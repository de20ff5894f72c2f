//! `composite`: a number of spans a second, divided among policies that are asked in order.

use tokio::time::Instant;

use super::super::evidence::Evidence;
use super::{Bucket, Failed, Policy};

/// One of the policies, and its part.
#[derive(Debug)]
pub(in super::super) struct Share {
    pub(in super::super) policy: Policy,
    /// Nothing for what the others leave.
    pub(in super::super) bucket: Option<Bucket>,
}

/// The policies in order, within a total.
#[derive(Debug)]
pub(in super::super) struct Composite {
    pub(in super::super) total: Bucket,
    pub(in super::super) shares: Vec<Share>,
}

impl Composite {
    /// Whether the first policy that is for the trace has room for it.
    pub(super) fn is_for(&mut self, trace: &Evidence<'_>, now: Instant) -> Result<bool, Failed> {
        let spans = trace.summary.spans;
        let mut found = None;
        for share in &mut self.shares {
            if share.policy.is_for(trace, now)? {
                found = Some(&mut share.bucket);
                break;
            }
        }
        let Some(share) = found else {
            return Ok(false);
        };
        // A trace that finds no room takes none: a smaller one may still find it.
        let has = share.as_mut().is_none_or(|share| share.has(spans, now));
        let room = self.total.has(spans, now) && has;
        if room {
            self.total.take(spans);
            if let Some(share) = share {
                share.take(spans);
            }
        }
        Ok(room)
    }
}
