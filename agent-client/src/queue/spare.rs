//! Memory that will be used: what was used before, and what the worker has got ready.
//!
//! Memory that the system hands out anew costs its first user more than what is copied into it: a
//! page fault takes ten times as long as a span. So blocks are used again, and where that is not
//! enough, because the queue grows, the worker touches some in advance.

use crate::sync::{Mutex, MutexGuard, PoisonError};

/// Memory that is kept, beside what the queue holds.
const MAX_BYTES: usize = 1 << 20;
/// Blocks that are ready however few are asked for.
const MIN_READY: usize = 4;

#[derive(Debug)]
pub(super) struct Spare {
    block_bytes: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    blocks: Vec<Vec<u8>>,
    /// Blocks that were asked for since the worker last looked.
    asked: usize,
}

impl Spare {
    pub(super) const fn new(block_bytes: usize) -> Self {
        let state = State {
            blocks: Vec::new(),
            asked: 0,
        };
        Self {
            block_bytes,
            state: Mutex::new(state),
        }
    }

    /// Empty memory of at least this size.
    pub(super) fn take(&self, capacity: usize) -> Vec<u8> {
        if capacity != self.block_bytes {
            return Vec::with_capacity(capacity);
        }
        let mut state = self.lock();
        state.asked += 1;
        let ready = state.blocks.pop();
        drop(state);
        ready.unwrap_or_else(|| Vec::with_capacity(capacity))
    }

    /// Keeps what is of the usual size, as far as there is room.
    pub(super) fn put(&self, blocks: impl Iterator<Item = Vec<u8>>) {
        let usual = blocks.filter(|block| block.capacity() == self.block_bytes);
        for mut block in usual {
            block.clear();
            let mut state = self.lock();
            if state.blocks.len() < self.most() {
                state.blocks.push(block);
            }
        }
    }

    /// Gets twice as many blocks ready as were asked for since the last time; says whether any was.
    pub(super) fn prepare(&self) -> bool {
        let mut state = self.lock();
        let asked = std::mem::take(&mut state.asked);
        let wanted = (2 * asked).clamp(MIN_READY, self.most().max(MIN_READY));
        let missing = wanted.saturating_sub(state.blocks.len());
        drop(state);
        // Touching is the long part: not while others wait.
        self.put((0..missing).map(|_| vec![1; self.block_bytes]));
        asked > 0
    }

    fn most(&self) -> usize {
        MAX_BYTES / self.block_bytes
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
