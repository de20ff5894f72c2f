//! Where the pages find the store that an exporter opened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Store;

/// Holds the one store of an agent, once a `store` exporter has opened it. While a new exporter
/// takes the place of an old one there are two: the newer one counts.
#[derive(Clone, Debug, Default)]
pub struct StoreSlot(Arc<Mutex<Vec<Arc<Store>>>>);

impl StoreSlot {
    /// Puts a store in, before any that is there.
    pub fn fill(&self, store: Arc<Store>) {
        self.stores().push(store);
    }

    /// Takes a store out again.
    pub fn clear(&self, store: &Arc<Store>) {
        self.stores().retain(|other| !Arc::ptr_eq(other, store));
    }

    /// The store, if there is one.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Store>> {
        self.stores().last().cloned()
    }

    fn stores(&self) -> MutexGuard<'_, Vec<Arc<Store>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::store;

    #[test]
    fn a_store_that_is_taken_out_uncovers_the_one_before() {
        let slot = StoreSlot::default();
        let (old, new) = (Arc::new(store()), Arc::new(store()));
        slot.fill(Arc::clone(&old));
        slot.fill(Arc::clone(&new));
        assert!(slot.get().is_some_and(|found| Arc::ptr_eq(&found, &new)));
        slot.clear(&new);
        assert!(slot.get().is_some_and(|found| Arc::ptr_eq(&found, &old)));
        slot.clear(&old);
        assert!(slot.get().is_none());
    }
}
