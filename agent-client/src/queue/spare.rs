//! Memory that was used and will be used again: what the system hands out anew costs more than
//! what is copied into it.

use crate::sync::{Mutex, MutexGuard, PoisonError};

/// Memory that is kept, beside what the queue holds.
const MAX_BYTES: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct Spare {
    block_bytes: usize,
    blocks: Mutex<Vec<Vec<u8>>>,
}

impl Spare {
    pub(super) const fn new(block_bytes: usize) -> Self {
        Self {
            block_bytes,
            blocks: Mutex::new(Vec::new()),
        }
    }

    /// Empty memory of at least this size.
    pub(super) fn take(&self, capacity: usize) -> Vec<u8> {
        let kept = (capacity == self.block_bytes).then(|| self.lock().pop());
        kept.flatten()
            .unwrap_or_else(|| Vec::with_capacity(capacity))
    }

    /// Keeps what is of the usual size, as far as there is room.
    pub(super) fn put(&self, blocks: impl Iterator<Item = Vec<u8>>) {
        let usual = blocks.filter(|block| block.capacity() == self.block_bytes);
        for mut block in usual {
            block.clear();
            let mut kept = self.lock();
            if kept.len() < MAX_BYTES / self.block_bytes {
                kept.push(block);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
