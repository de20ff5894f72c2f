//! The blocks that wait to be taken, oldest first.

use std::collections::VecDeque;

use super::{Block, Bounds, Taken};

#[derive(Debug)]
pub(super) struct Sealed<K> {
    blocks: VecDeque<Block<K>>,
    /// Items in `blocks`.
    items: usize,
    /// What `blocks` are charged with.
    charge: usize,
    /// Items taken and not settled.
    on_their_way: usize,
    /// What these are charged with.
    charge_on_their_way: usize,
}

impl<K> Default for Sealed<K> {
    fn default() -> Self {
        Self {
            blocks: VecDeque::new(),
            items: 0,
            charge: 0,
            on_their_way: 0,
            charge_on_their_way: 0,
        }
    }
}

impl<K> Sealed<K> {
    pub(super) fn push(&mut self, block: Block<K>) {
        self.items += block.items();
        self.charge += block.charge();
        self.blocks.push_back(block);
    }

    pub(super) fn pop_oldest(&mut self) -> Option<Block<K>> {
        let block = self.blocks.pop_front()?;
        self.items -= block.items();
        self.charge -= block.charge();
        Some(block)
    }

    /// The oldest blocks, as many as make a batch and at least one.
    pub(super) fn take(&mut self, bounds: &Bounds) -> Option<Taken<K>> {
        let mut taken = Taken {
            blocks: Vec::new(),
            items: 0,
            charge: 0,
        };
        while let Some(block) = self.blocks.front() {
            let too_much = taken.items.saturating_add(block.items()) > bounds.batch_items
                || taken.charge.saturating_add(block.charge()) > bounds.batch_bytes;
            if too_much && !taken.blocks.is_empty() {
                break;
            }
            let Some(block) = self.pop_oldest() else {
                break;
            };
            taken.items += block.items();
            taken.charge += block.charge();
            taken.blocks.push(block);
        }
        self.on_their_way += taken.items;
        self.charge_on_their_way += taken.charge;
        (!taken.blocks.is_empty()).then_some(taken)
    }

    /// Returns how many of these items, and how much of their charge, were still on their way: none
    /// after [`abandon`](Self::abandon).
    pub(super) fn settle(&mut self, items: usize, charge: usize) -> (usize, usize) {
        let items = items.min(self.on_their_way);
        let charge = charge.min(self.charge_on_their_way);
        self.on_their_way -= items;
        self.charge_on_their_way -= charge;
        (items, charge)
    }

    /// Throws everything away; returns items and charge of what was waiting or on its way: that is
    /// the worker's, who is gone.
    pub(super) fn abandon(&mut self) -> (usize, usize) {
        let items = self.items + self.on_their_way;
        let charge = self.charge + self.charge_on_their_way;
        *self = Self::default();
        (items, charge)
    }

    pub(super) const fn is_filling(&self, bounds: &Bounds) -> bool {
        bounds.is_filling(self.charge)
    }

    pub(super) fn is_batch(&self, bounds: &Bounds) -> bool {
        bounds.is_batch(self.items, self.charge)
    }

    /// Items waiting.
    pub(super) const fn items(&self) -> usize {
        self.items
    }

    /// Items waiting or on their way.
    pub(super) const fn held(&self) -> usize {
        self.items + self.on_their_way
    }
}
