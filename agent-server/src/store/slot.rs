//! Where the pages find the store that an exporter opened.

use std::sync::{Arc, OnceLock};

use super::Store;

/// Holds the one store of an agent, once a `store` exporter has opened it.
#[derive(Clone, Debug, Default)]
pub struct StoreSlot(Arc<OnceLock<Arc<Store>>>);

impl StoreSlot {
    /// Puts the store in.
    ///
    /// # Errors
    ///
    /// Gives the store back when there is one already.
    pub fn fill(&self, store: Arc<Store>) -> Result<(), Arc<Store>> {
        self.0.set(store)
    }

    /// The store, if there is one.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Store>> {
        self.0.get().cloned()
    }
}
