//! What was decided, for spans that come late.

use lru::LruCache;

use super::split::{NO_TRACE, TraceId};

/// The traces that were kept, and those that were not: each so many, those that were asked for
/// longest ago going first.
#[derive(Debug)]
pub(super) struct Remembered {
    kept: Bounded,
    not_kept: Bounded,
}

/// Grows as it is used, to this size.
#[derive(Debug)]
struct Bounded {
    ids: LruCache<TraceId, ()>,
    size: usize,
}

impl Remembered {
    pub(super) fn new(kept: usize, not_kept: usize) -> Self {
        Self {
            kept: Bounded::new(kept),
            not_kept: Bounded::new(not_kept),
        }
    }

    /// Whether the trace was kept, if that is known.
    pub(super) fn get(&mut self, id: &TraceId) -> Option<bool> {
        if self.kept.has(id) {
            return Some(true);
        }
        self.not_kept.has(id).then_some(false)
    }

    /// Notes a decision. Spans that belong to no trace have none in common.
    pub(super) fn put(&mut self, id: TraceId, kept: bool) {
        if id == NO_TRACE {
            return;
        }
        if kept {
            self.kept.put(id);
        } else {
            self.not_kept.put(id);
        }
    }
}

impl Bounded {
    fn new(size: usize) -> Self {
        let ids = LruCache::unbounded();
        Self { ids, size }
    }

    fn has(&mut self, id: &TraceId) -> bool {
        self.ids.get(id).is_some()
    }

    fn put(&mut self, id: TraceId) {
        if self.size == 0 {
            return;
        }
        if self.ids.len() >= self.size {
            self.ids.pop_lru();
        }
        self.ids.put(id, ());
    }
}
