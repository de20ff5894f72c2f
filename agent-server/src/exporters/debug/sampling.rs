//! Which payloads are logged: a pure decision.

use std::time::{Duration, Instant};

/// Lets the first payloads of each second pass, and every so many after those.
#[derive(Debug)]
pub(super) struct Sampler {
    initial: u64,
    thereafter: u64,
    second: Option<Instant>,
    seen: u64,
}

impl Sampler {
    pub(super) fn new(initial: u64, thereafter: u64) -> Self {
        Self {
            initial,
            thereafter,
            second: None,
            seen: 0,
        }
    }

    /// Whether the payload that comes at `now` is logged.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        let second = *self.second.get_or_insert(now);
        if now.duration_since(second) >= Duration::from_secs(1) {
            self.second = Some(now);
            self.seen = 0;
        }
        self.seen += 1;
        match self.seen.checked_sub(self.initial) {
            None | Some(0) => true,
            Some(beyond) => beyond.checked_rem(self.thereafter) == Some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(initial: u64, thereafter: u64, payloads: u32) -> Vec<u32> {
        let mut sampler = Sampler::new(initial, thereafter);
        let now = Instant::now();
        (1..=payloads).filter(|_| sampler.admits(now)).collect()
    }

    #[test]
    fn the_first_of_a_second_pass_and_then_every_so_many() {
        assert_eq!(admitted(2, 3, 9), [1, 2, 5, 8]);
        assert_eq!(admitted(2, 1, 4), [1, 2, 3, 4]);
        assert_eq!(admitted(2, 0, 9), [1, 2]);
        assert_eq!(admitted(0, 0, 9), [0_u32; 0]);
    }

    #[test]
    fn every_second_begins_anew() {
        let mut sampler = Sampler::new(1, 0);
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        assert!(sampler.admits(at(0)));
        assert!(!sampler.admits(at(999)));
        assert!(sampler.admits(at(1_000)));
    }
}
