//! How much a queue holds, and how much of it goes out together.

/// What gives way when the buffer is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// What comes last is dropped: what is kept tells how the trouble began.
    #[default]
    DropNewest,
    /// What has waited longest is dropped, some ten spans at a time: what is kept tells how things
    /// are now.
    DropOldest,
}

/// The bounds of a [`Queue`](super::Queue) and the sizes of what is taken out of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes held, waiting and on their way together.
    pub(crate) max_bytes: usize,
    /// Items held, waiting and on their way together.
    pub(crate) max_items: usize,
    /// Items in one batch.
    pub(crate) batch_items: usize,
    /// Bytes in one batch; a larger item goes alone.
    pub(crate) batch_bytes: usize,
    /// Bytes of a block; a larger item gets one of its own.
    pub(crate) block_bytes: usize,
    /// What gives way.
    pub(crate) overflow: Overflow,
}

impl Bounds {
    /// Large enough for some thirty spans, so that the list of blocks is seldom locked.
    const MAX_BLOCK_BYTES: usize = 16 << 10;
    const MIN_BLOCK_BYTES: usize = 512;

    pub(crate) fn new(max_bytes: usize, max_items: usize) -> Self {
        // A queue of few blocks would be full of room.
        let block_bytes = (max_bytes / 64).clamp(Self::MIN_BLOCK_BYTES, Self::MAX_BLOCK_BYTES);
        Self {
            max_bytes,
            max_items,
            batch_items: usize::MAX,
            batch_bytes: usize::MAX,
            block_bytes,
            overflow: Overflow::default(),
        }
    }

    /// Open blocks in each of so many shards: all of them together take a quarter of the bound, as
    /// they may be almost empty.
    pub(super) fn max_open(&self, shards: usize) -> usize {
        const MOST: usize = 32;
        let blocks = self.max_bytes / 4 / self.block_bytes.max(1);
        (blocks / shards.max(1)).clamp(1, MOST)
    }

    /// Items that are enough for a block, however much room it has.
    pub(super) fn block_items(&self) -> usize {
        self.batch_items.min(self.max_items.div_ceil(2))
    }

    /// A batch is full by its own measures, or when the queue is filling up. Nothing is no
    /// batch, however small the buffer.
    pub(super) fn is_batch(&self, items: usize, charge: usize) -> bool {
        let is_full =
            items >= self.block_items() || charge >= self.batch_bytes || self.is_filling(charge);
        items > 0 && is_full
    }

    /// Whether so much waits that the bound may be reached before anybody looks again.
    pub(super) const fn is_filling(&self, charge: usize) -> bool {
        charge >= self.max_bytes / 4
    }
}
