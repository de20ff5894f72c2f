//! Where ended items wait: bounded in bytes, never in anybody's way.
//!
//! An item (a span, a log record, the points of one collection) comes encoded. It is appended to
//! a *block*: a piece of memory of a fixed size whose items share a key (their scope). Each shard
//! has open blocks of its own behind a lock of its own; a thread that finds its shard busy tries
//! the others before it waits, and whoever holds a shard only copies one item. A block
//! without room is *sealed*: moved to the list that the worker takes whole blocks from.
//!
//! ```text
//!   push -> shard 0: open blocks --+
//!   push -> shard 1: open blocks --+-- sealed blocks -- take -> on their way -- settle
//! ```
//!
//! The bound is on memory, not on an estimate: a block's whole size is charged when it is opened
//! and credited when its items are settled (sent, or dropped for good), so that it holds for
//! everything the client keeps and not only for what lies in the queue.

mod block;
mod bounds;
mod sealed;
mod shard;
mod spare;

use std::sync::Arc;

pub(crate) use self::block::{Block, Item};
pub(crate) use self::bounds::Bounds;
pub use self::bounds::Overflow;
use self::sealed::Sealed;
use self::shard::{Shard, Shards};
use self::spare::Spare;
use crate::stats::DropReason;
use crate::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard, Notify, Ordering, PoisonError};

/// Items taken out together.
#[derive(Debug)]
pub(crate) struct Taken<K> {
    pub(crate) blocks: Vec<Block<K>>,
    pub(crate) items: usize,
    /// What they are charged with, to be given back to [`Queue::settle`].
    pub(crate) charge: usize,
}

/// What went in, what did not, and what is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Items offered.
    pub(crate) offered: u64,
    /// Items for which there was no room, the oldest that made room for them included.
    pub(crate) dropped_full: u64,
    /// Items that came after the end.
    pub(crate) dropped_late: u64,
    /// Items held: waiting, or on their way.
    pub(crate) held: u64,
}

#[derive(Debug)]
pub(crate) struct Queue<K> {
    bounds: Bounds,
    /// Open blocks of different keys in one shard; with more, the oldest is sealed early.
    max_open: usize,
    shards: Shards<K>,
    sealed: Mutex<Sealed<K>>,
    /// Bytes charged.
    charged: AtomicUsize,
    /// Items held; counted only where they are bounded.
    items: AtomicUsize,
    closed: AtomicBool,
    /// Whether the last block that was asked for could not be had.
    full: AtomicBool,
    spare: Spare,
    /// Whether the worker wants to hear of the next item.
    armed: AtomicBool,
    wake: Arc<Notify>,
}

impl<K: Clone + PartialEq> Queue<K> {
    /// A queue that rings `wake` when the first item arrives and when it fills up or is full: not for every
    /// batch, because whoever wakes another thread may have to make way for it.
    pub(crate) fn new(bounds: Bounds, shards: usize, wake: Arc<Notify>) -> Self {
        Self {
            bounds,
            max_open: bounds.max_open(shards),
            shards: Shards::new(shards),
            sealed: Mutex::new(Sealed::default()),
            charged: AtomicUsize::new(0),
            items: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            full: AtomicBool::new(false),
            spare: Spare::new(bounds.block_bytes),
            armed: AtomicBool::new(true),
            wake,
        }
    }

    /// Whether an item need not be encoded, because it would be dropped: counts it then. Nothing
    /// says so of a queue whose oldest items give way.
    pub(crate) fn refuses(&self, count: usize) -> bool {
        let gives_way = self.bounds.overflow == Overflow::DropOldest;
        if gives_way || !self.full.load(Ordering::Relaxed) {
            return false;
        }
        // Whoever found the queue full may say so after the last of it was settled.
        let charged = self.charged.load(Ordering::Relaxed);
        if charged.saturating_add(self.bounds.block_bytes) <= self.bounds.max_bytes {
            return false;
        }
        let mut shard = self.shards.lock_any();
        shard.counts.offered += count as u64;
        shard.counts.dropped_full += count as u64;
        true
    }

    /// Keeps an item, or counts it and says why not.
    pub(crate) fn push(&self, key: &K, item: Item<'_>) -> Result<(), DropReason> {
        self.offer(key, item, false)
    }

    /// Keeps an item although the queue is closed: for who closed it.
    pub(crate) fn push_last(&self, key: &K, item: Item<'_>) -> Result<(), DropReason> {
        self.offer(key, item, true)
    }

    fn offer(&self, key: &K, item: Item<'_>, is_last: bool) -> Result<(), DropReason> {
        let mut shard = self.shards.lock_any();
        shard.counts.offered += item.count as u64;
        let kept = if is_last || !self.closed.load(Ordering::Relaxed) {
            self.keep(&mut shard, key, item)
        } else {
            Err(DropReason::Shutdown)
        };
        match kept {
            Ok(_) => {}
            Err(DropReason::Shutdown) => shard.counts.dropped_late += item.count as u64,
            Err(_) => shard.counts.dropped_full += item.count as u64,
        }
        // Asked while the shard is locked: the worker arms, then looks into every shard, so that
        // one of the two sees the other.
        let first = kept.is_ok() && self.armed.load(Ordering::Relaxed);
        let first = first && self.armed.swap(false, Ordering::Relaxed);
        drop(shard);
        if first || kept == Ok(Wake::Yes) {
            self.wake.notify_one();
        }
        kept.map(|_| ())
    }

    fn keep(&self, shard: &mut Shard<K>, key: &K, item: Item<'_>) -> Result<Wake, DropReason> {
        if item.count > self.bounds.max_items {
            return Err(DropReason::BufferFull);
        }
        while !self.has_room_for(item.count) {
            if !self.make_room(shard) {
                return Err(DropReason::BufferFull);
            }
        }
        let mut wake = Wake::No;
        let index = match shard.open_block(key, item.len()) {
            Some(index) => index,
            None => {
                let old = shard.close_for(key, self.max_open);
                wake = self.seal(old);
                let capacity = item.len().max(self.bounds.block_bytes);
                if !self.charge(capacity, shard) {
                    return Err(DropReason::BufferFull);
                }
                let bytes = self.spare.take(capacity);
                shard.open(Block::new(key.clone(), bytes, capacity))
            }
        };
        if self.bounds.max_items != usize::MAX {
            self.items.fetch_add(item.count, Ordering::Relaxed);
        }
        match shard.append(index, item, self.bounds.block_items()) {
            Some(full) => Ok(wake.or(self.seal(Some(full)))),
            None => Ok(wake),
        }
    }

    /// Whether the bound in items leaves room. Several threads at once may overstep it, each by what it
    /// brings.
    fn has_room_for(&self, count: usize) -> bool {
        let max = self.bounds.max_items;
        max == usize::MAX || self.items.load(Ordering::Relaxed).saturating_add(count) <= max
    }

    /// Charges a new block, if need be in place of the oldest ones.
    fn charge(&self, capacity: usize, shard: &mut Shard<K>) -> bool {
        if capacity > self.bounds.max_bytes {
            return false;
        }
        loop {
            let charge = |charged: usize| {
                let charged = charged.saturating_add(capacity);
                (charged <= self.bounds.max_bytes).then_some(charged)
            };
            let charged = self
                .charged
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, charge);
            if charged.is_ok() {
                return true;
            }
            if !self.make_room(shard) {
                // A large item that finds no room says nothing of the others.
                let is_full = capacity <= self.bounds.block_bytes;
                if is_full && !self.full.swap(true, Ordering::Relaxed) {
                    self.wake.notify_one();
                }
                return false;
            }
        }
    }

    /// Throws away the oldest block, if that is what gives way; says whether there was one.
    fn make_room(&self, shard: &mut Shard<K>) -> bool {
        if self.bounds.overflow == Overflow::DropNewest {
            return false;
        }
        let oldest = self.lock_sealed().pop_oldest();
        let Some(oldest) = oldest.or_else(|| shard.pop_oldest()) else {
            return false;
        };
        shard.counts.dropped_full += oldest.items() as u64;
        self.discharge(oldest.items(), oldest.charge());
        true
    }

    fn discharge(&self, items: usize, charge: usize) {
        self.charged.fetch_sub(charge, Ordering::Relaxed);
        self.full.store(false, Ordering::Relaxed);
        if self.bounds.max_items != usize::MAX {
            self.items.fetch_sub(items, Ordering::Relaxed);
        }
    }

    /// Moves a block to the sealed ones; says whether the worker should not wait any longer.
    fn seal(&self, block: Option<Block<K>>) -> Wake {
        let Some(block) = block.map(|block| self.trimmed(block)) else {
            return Wake::No;
        };
        let mut sealed = self.lock_sealed();
        let was_filling = sealed.is_filling(&self.bounds);
        sealed.push(block);
        if !was_filling && sealed.is_filling(&self.bounds) {
            Wake::Yes
        } else {
            Wake::No
        }
    }

    /// A block that is sealed long before it is full gives back what it does not need: with many
    /// keys, all of them are.
    fn trimmed(&self, mut block: Block<K>) -> Block<K> {
        let given_back = block.trim();
        if given_back > 0 {
            self.charged.fetch_sub(given_back, Ordering::Relaxed);
            self.full.store(false, Ordering::Relaxed);
        }
        block
    }

    /// Keeps the memory of blocks whose items are elsewhere for the next ones.
    pub(crate) fn recycle(&self, blocks: Vec<Block<K>>) {
        self.spare.put(blocks.into_iter().map(Block::into_bytes));
    }

    /// Gets memory ready that will soon be asked for; says whether any was since the last time.
    pub(crate) fn prepare(&self) -> bool {
        !self.is_full() && self.spare.prepare()
    }

    /// Seals every open block; returns how many items wait then.
    pub(crate) fn gather(&self) -> usize {
        for mut shard in self.shards.lock_each() {
            for block in shard.close_all() {
                let block = self.trimmed(block);
                self.lock_sealed().push(block);
            }
        }
        self.lock_sealed().items()
    }

    /// Takes the oldest blocks, about one batch of them. What is in open blocks is not seen:
    /// [`gather`](Self::gather) it.
    pub(crate) fn take(&self) -> Option<Taken<K>> {
        self.lock_sealed().take(&self.bounds)
    }

    /// Takes items off the bill that are sent or dropped for good.
    pub(crate) fn settle(&self, items: usize, charge: usize) {
        let (items, charge) = self.lock_sealed().settle(items, charge);
        self.discharge(items, charge);
    }

    /// Asks to be woken by the next item; says whether there are items already.
    pub(crate) fn arm(&self) -> bool {
        self.armed.store(true, Ordering::Relaxed);
        self.waiting() > 0
    }

    /// Items that wait to be taken.
    pub(crate) fn waiting(&self) -> usize {
        let open: usize = self.shards.lock_each().map(|shard| shard.items()).sum();
        open + self.lock_sealed().items()
    }

    /// Whether the last item found no room, and nothing was settled since.
    pub(crate) fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Whether enough items wait to send them at once.
    pub(crate) fn has_batch(&self) -> bool {
        self.lock_sealed().is_batch(&self.bounds)
    }

    /// Takes no more items; what is held stays.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // Whoever was pushing is done when its shard can be locked.
        self.shards.lock_each().for_each(drop);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Takes no more items, throws away what is held and says how many items that were.
    pub(crate) fn abandon(&self) -> usize {
        self.close();
        self.gather();
        let mut sealed = self.lock_sealed();
        let (items, charge) = sealed.abandon();
        drop(sealed);
        self.discharge(items, charge);
        items
    }

    /// The counters; exact while nobody pushes, takes or settles.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for shard in self.shards.lock_each() {
            counts.offered += shard.counts.offered;
            counts.dropped_full += shard.counts.dropped_full;
            counts.dropped_late += shard.counts.dropped_late;
            counts.held += shard.items() as u64;
        }
        counts.held += self.lock_sealed().held() as u64;
        counts
    }

    /// What is on the bill: bytes, and items if they are bounded.
    #[cfg(test)]
    pub(crate) fn bill(&self) -> (usize, usize) {
        let charged = self.charged.load(Ordering::Relaxed);
        (charged, self.items.load(Ordering::Relaxed))
    }

    /// Locks what this thread would lock in turn.
    #[cfg(test)]
    pub(crate) fn lock(&self) -> impl Sized + '_ {
        (self.shards.lock_any(), self.lock_sealed())
    }

    /// A thread that panicked while it held the lock must not take the others with it: every state
    /// in between is a valid one.
    fn lock_sealed(&self) -> MutexGuard<'_, Sealed<K>> {
        self.sealed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the worker has to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wake {
    No,
    Yes,
}

impl Wake {
    fn or(self, other: Self) -> Self {
        if self == Self::Yes { self } else { other }
    }
}
