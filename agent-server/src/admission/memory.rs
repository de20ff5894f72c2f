//! The memory that all receivers and lanes of one agent share.

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::Party;

/// What may be arriving at a time where no limit is configured.
const ARRIVING: u64 = 128 << 20;

/// How much memory there is for telemetry, and who has it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Shares>);

#[derive(Debug, Default)]
struct Shares {
    state: Mutex<State>,
    /// Something was given back.
    freed: Notify,
    /// A limit was set.
    limited: Notify,
    /// The process has more than it should.
    pressed: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// Of each that sets one, by a number of its own.
    ceilings: BTreeMap<u64, Ceiling>,
    /// Bytes that the process had before there was any telemetry.
    base: u64,
    /// Bytes of what arrives.
    arriving: u64,
    /// Bytes of what waits in the lanes.
    kept: u64,
    /// Of what arrives, by sender: as many entries as there are requests at most.
    parties: HashMap<Party, u64>,
}

/// What the agent may take, as it is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Bytes that telemetry may take together, arriving and waiting.
    pub soft: u64,
    /// Bytes that the process may have resident before everything is refused.
    pub hard: u64,
    /// How often the process is looked at.
    pub check_interval: Duration,
}

impl State {
    /// The lowest limit.
    fn ceiling(&self) -> Option<Ceiling> {
        let ceilings = self.ceilings.values();
        ceilings.min_by_key(|ceiling| ceiling.soft).copied()
    }

    /// What can be leased, and what of it is.
    fn shares(&self) -> (u64, u64) {
        match self.ceiling() {
            None => (ARRIVING, self.arriving),
            Some(ceiling) => {
                // However large the process is, some telemetry must fit.
                let least = ceiling.soft / 4;
                let limit = ceiling.soft.saturating_sub(self.base).max(least);
                (limit, self.arriving.saturating_add(self.kept))
            }
        }
    }

    fn fits(&self, party: Party, mine: u64, more: u64) -> bool {
        let (limit, used) = self.shares();
        if used == mine {
            // Whoever is alone gets what it needs, however large: else it would never be taken.
            return true;
        }
        let theirs = self.parties.get(&party).copied().unwrap_or_default();
        let left = limit.checked_sub(used.saturating_add(more));
        left.is_some_and(|left| theirs.saturating_add(more) <= left)
    }
}

impl Memory {
    /// Sets what the agent may take, until what is returned is dropped. Of several the lowest
    /// holds.
    pub fn limit(&self, ceiling: Ceiling) -> Limited {
        let mut state = self.lock();
        let number = state.ceilings.keys().next_back().map_or(0, |last| last + 1);
        state.ceilings.insert(number, ceiling);
        drop(state);
        self.0.limited.notify_one();
        Limited {
            memory: self.clone(),
            number,
        }
    }

    /// Waits until a limit is set.
    pub(super) async fn limited(&self) -> Ceiling {
        loop {
            if let Some(ceiling) = self.ceiling() {
                return ceiling;
            }
            self.0.limited.notified().await;
        }
    }

    /// What the agent may take, if that is limited.
    #[must_use]
    pub fn ceiling(&self) -> Option<Ceiling> {
        self.lock().ceiling()
    }

    /// Notes what the process has before there is any telemetry: that much less is left for it.
    pub(super) fn begin(&self, resident: u64) {
        self.lock().base = resident;
    }

    /// Whether everything is to be refused, because the process has more memory than it should.
    #[must_use]
    pub fn is_pressed(&self) -> bool {
        self.0.pressed.load(Ordering::Relaxed)
    }

    /// Bytes that are leased or wait.
    #[must_use]
    pub fn used(&self) -> u64 {
        let state = self.lock();
        state.arriving.saturating_add(state.kept)
    }

    /// What one connection may have under way before it is read: little where there is little.
    pub(crate) fn window(&self) -> u32 {
        const LARGEST: u32 = 2 << 20;
        const SMALLEST: u64 = 128 << 10;
        self.ceiling().map_or(LARGEST, |ceiling| {
            let share = (ceiling.soft / 256).max(SMALLEST);
            u32::try_from(share).unwrap_or(LARGEST).min(LARGEST)
        })
    }

    /// Leases `more` bytes to `party` for a request that has `mine` of them already.
    pub(super) fn lease(&self, party: Party, mine: u64, more: u64) -> bool {
        if self.is_pressed() {
            return false;
        }
        let mut state = self.lock();
        if !state.fits(party, mine, more) {
            return false;
        }
        state.arriving = state.arriving.saturating_add(more);
        let theirs = state.parties.entry(party).or_default();
        *theirs = theirs.saturating_add(more);
        true
    }

    /// The same, once there is room.
    pub(super) async fn lease_when_free(&self, party: Party, mine: u64, more: u64) {
        loop {
            let mut freed = pin!(self.0.freed.notified());
            // What is given back from here on is heard of.
            freed.as_mut().enable();
            if self.lease(party, mine, more) {
                return;
            }
            freed.await;
        }
    }

    /// Takes back what was leased.
    pub(super) fn give_back(&self, party: Party, bytes: u64) {
        let mut state = self.lock();
        state.arriving = state.arriving.saturating_sub(bytes);
        if let Some(theirs) = state.parties.get_mut(&party) {
            *theirs = theirs.saturating_sub(bytes);
            if *theirs == 0 {
                state.parties.remove(&party);
            }
        }
        drop(state);
        self.0.freed.notify_waiters();
    }

    /// Counts bytes that wait, until what is returned is dropped.
    pub(crate) fn keep(&self, bytes: u64) -> Kept {
        let mut state = self.lock();
        state.kept = state.kept.saturating_add(bytes);
        drop(state);
        Kept {
            memory: self.clone(),
            bytes,
        }
    }

    /// Refuses everything from now on, or no longer.
    pub(crate) fn press(&self, pressed: bool) {
        self.0.pressed.store(pressed, Ordering::Relaxed);
        if !pressed {
            self.0.freed.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A limit; there is none any more when this is dropped.
#[derive(Debug)]
#[must_use = "the limit goes with it"]
pub struct Limited {
    memory: Memory,
    number: u64,
}

impl Drop for Limited {
    fn drop(&mut self) {
        self.memory.lock().ceilings.remove(&self.number);
        self.memory.0.freed.notify_waiters();
    }
}

/// Bytes that wait.
#[derive(Debug)]
pub(crate) struct Kept {
    memory: Memory,
    bytes: u64,
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut state = self.memory.lock();
        state.kept = state.kept.saturating_sub(self.bytes);
        drop(state);
        self.memory.0.freed.notify_waiters();
    }
}
