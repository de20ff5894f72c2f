//! Shards: each thread has one that is mostly its own.

use super::{Block, Counts, Item};
use crate::sync::{Mutex, MutexGuard, PoisonError, TryLockError, spin_loop, thread_number};

/// How often a busy shard is asked before the next one is.
const TRIES: usize = 32;

/// What one thread at a time appends to.
#[derive(Debug)]
pub(super) struct Shard<K> {
    blocks: Vec<Block<K>>,
    /// `held` stays zero: it is counted from the blocks.
    pub(super) counts: Counts,
}

impl<K: PartialEq> Shard<K> {
    /// The place of the open block with this key, if it has room.
    pub(super) fn open_block(&self, key: &K, len: usize) -> Option<usize> {
        let index = self.blocks.iter().position(|block| block.key() == key)?;
        let block = self.blocks.get(index)?;
        block.has_room(len).then_some(index)
    }

    /// Takes out the block that has to go before one with this key can be opened, if no more than
    /// `max_open` are to be.
    pub(super) fn close_for(&mut self, key: &K, max_open: usize) -> Option<Block<K>> {
        let same = self.blocks.iter().position(|block| block.key() == key);
        let index = same.or((self.blocks.len() >= max_open).then_some(0))?;
        Some(self.blocks.remove(index))
    }

    /// Adds an empty block; returns its place.
    pub(super) fn open(&mut self, block: Block<K>) -> usize {
        self.blocks.push(block);
        self.blocks.len() - 1
    }

    /// Appends to the block at this place; takes it out when it has `max` items.
    pub(super) fn append(&mut self, index: usize, item: Item<'_>, max: usize) -> Option<Block<K>> {
        let block = self.blocks.get_mut(index)?;
        block.append(item);
        (block.items() >= max).then(|| self.blocks.remove(index))
    }

    pub(super) fn pop_oldest(&mut self) -> Option<Block<K>> {
        (!self.blocks.is_empty()).then(|| self.blocks.remove(0))
    }

    pub(super) fn close_all(&mut self) -> Vec<Block<K>> {
        std::mem::take(&mut self.blocks)
    }

    pub(super) fn items(&self) -> usize {
        self.blocks.iter().map(Block::items).sum()
    }
}

/// Two cache lines, so that shards of two threads share none: processors fetch them in pairs.
#[derive(Debug)]
#[repr(align(128))]
struct Padded<K>(Mutex<Shard<K>>);

#[derive(Debug)]
pub(super) struct Shards<K>(Box<[Padded<K>]>);

impl<K> Shards<K> {
    pub(super) fn new(count: usize) -> Self {
        let shard = || {
            Padded(Mutex::new(Shard {
                blocks: Vec::new(),
                counts: Counts::default(),
            }))
        };
        Self((0..count.max(1)).map(|_| shard()).collect())
    }

    /// Locks the shard of this thread, or one that nobody uses at the moment. Only where all are
    /// busy at once does it wait, and then for somebody who copies one item.
    pub(super) fn lock_any(&self) -> MutexGuard<'_, Shard<K>> {
        let own = thread_number();
        for step in 0..self.0.len() {
            let shard = self.shard(own + step);
            for _ in 0..TRIES {
                match shard.try_lock() {
                    Ok(guard) => return guard,
                    Err(TryLockError::Poisoned(error)) => return error.into_inner(),
                    Err(TryLockError::WouldBlock) => spin_loop(),
                }
            }
        }
        lock(self.shard(own))
    }

    /// Locks one shard after the other.
    pub(super) fn lock_each(&self) -> impl Iterator<Item = MutexGuard<'_, Shard<K>>> {
        self.0.iter().map(|shard| lock(&shard.0))
    }

    fn shard(&self, number: usize) -> &Mutex<Shard<K>> {
        let index = number % self.0.len();
        &self.0[index].0
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
